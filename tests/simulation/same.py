"""Run as a program: live through the beginning of a seed, and print what its journal comes to."""

from __future__ import annotations

import sys

from tests.enterprise import definitions
from workflow.simulation.playing import play
from workflow.simulation.script import write
from workflow.simulation.trees import Shape

if __name__ == "__main__":
    seed, events = int(sys.argv[1]), int(sys.argv[2])
    played = play(seed, definitions(), Shape(), write(seed, Shape().bodies)[:events], to_the_end=False)
    print(played.root, played.entries, played.wrong)
