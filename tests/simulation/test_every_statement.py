"""One act, crashed before each of its statements and around its commit: all of it is there, or nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from tests.enterprise import definitions
from workflow.simulation.chance import Chance
from workflow.simulation.faults import Crashed, Fault, Kind
from workflow.simulation.invariants.watch import Watch
from workflow.simulation.opening import open_something
from workflow.simulation.queue import waiting
from workflow.simulation.sending import AGAIN, entries
from workflow.simulation.trees import Shape
from workflow.simulation.world import World, inhabited
from workflow.store.cases import Case

SEED = 5
OPENING = ("an opening", 6)  #: a draw with which a case is opened
FEWEST = 15  #: statements of an act
MOST = 400


@pytest.fixture
def world() -> Iterator[World]:
    with inhabited(SEED, definitions(), Shape()) as made:
        yield made


def count(world: World) -> tuple[int, int, int]:
    """Cases, journal entries, jobs."""
    with world.reading() as session:
        cases = session.scalar(select(func.count()).select_from(Case)) or 0
    return cases, entries(world), len(waiting(world.engine, MOST))


def attempt(world: World, kind: Kind, position: int) -> bool:
    """Open a case with one fault, nobody trying again; whether the fault struck."""
    struck = sum(world.faults.struck.values())
    with world.faults.during("open", Fault(kind, position)):
        try:
            open_something(world, Once(*OPENING))
        except Crashed:
            world.restart()
    return sum(world.faults.struck.values()) > struck


class Once(Chance):
    """Somebody who does not try again when no answer comes."""

    def happens(self, percent: int) -> bool:
        """Never the repetition, whatever else."""
        return percent != AGAIN and super().happens(percent)


def test_a_crash_before_any_statement_leaves_nothing(world: World) -> None:
    nothing, position = count(world), 1
    while attempt(world, Kind.CRASH, position):
        if count(world) != nothing:
            break
        position += 1
    assert position > FEWEST
    assert count(world)[0] == 1, "without a fault in its way the case is opened"
    Watch(world).look()


def test_a_lost_answer_leaves_everything(world: World) -> None:
    before = count(world)
    assert attempt(world, Kind.BEFORE_COMMIT, 1)
    assert count(world) == before
    assert attempt(world, Kind.LOST, 1)
    assert count(world)[0] == 1
    assert count(world)[1] > before[1]
