"""The same seed lives through the same year: in another process, with other hashes of strings."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.enterprise import ROOT

SEED, EVENTS = "3", "60"
FEWEST = 10  #: journal entries that show that something happened


def outcome(hash_seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-m", "tests.simulation.same", SEED, EVENTS]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_same_seed_gives_the_same_journal_in_another_process() -> None:
    first, second = outcome("1"), outcome("4242")
    assert first == second
    assert int(first.split()[1]) >= FEWEST
