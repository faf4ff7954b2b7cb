"""What is planted is found: each invariant says what is wrong, and a failing script shrinks to a test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.enterprise import definitions
from workflow.simulation.chance import Chance
from workflow.simulation.faults import Fault, Kind
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.invariants.watch import Watch
from workflow.simulation.opening import open_something
from workflow.simulation.script import Event
from workflow.simulation.shrinking import keep, regression, shrunk
from workflow.simulation.trees import Shape
from workflow.simulation.world import World, inhabited

SEED = 5
OPENING = ("an opening", 3)  #: a draw with which a case is opened
WRONGS = {
    "the state is what the journal tells": "UPDATE cases SET state = 'published'",
    "journal length is the version": "UPDATE cases SET version = version + 1",
    "the chain holds": "UPDATE journal SET reason = '改动'",
    "a case waits for somebody or something": "UPDATE tasks SET closed_at = opened_at, closed_reason = '无'",
    "an open task belongs to this round": "UPDATE tasks SET round = round + 1",
}


@pytest.fixture
def world() -> Iterator[World]:
    with inhabited(SEED, definitions(), Shape()) as made:
        open_something(made, Chance(*OPENING))
        yield made


def spoil(world: World, statement: str) -> str:
    """What the watch says after a statement that nobody should be able to run."""
    with world.writing() as session:
        session.execute(text("DELETE FROM deadlines"))
        session.execute(text(statement))
    with pytest.raises(Violation) as found:
        Watch(world).look()
    return found.value.name


@pytest.mark.parametrize("name", list(WRONGS))
def test_what_is_spoilt_is_named(world: World, name: str) -> None:
    assert spoil(world, WRONGS[name]) == name


AT = datetime(2012, 3, 5, tzinfo=UTC)
SCRIPT = [Event(number, "act", AT, Fault(Kind.CRASH, 1) if number in (7, 30) else None) for number in range(60)]


def test_a_script_shrinks_to_what_matters() -> None:
    def fails(script: object) -> bool:
        there = {each.number: each for each in script}  # type: ignore[attr-defined]
        return {7, 41} <= there.keys() and there[7].fault is not None

    short = shrunk(SCRIPT, fails)
    assert [(each.number, each.fault is not None) for each in short] == [(7, True), (41, False)]
    assert keep(SCRIPT, [7, 41], [7]) == short


def test_a_failing_seed_becomes_a_test() -> None:
    found = regression(9, 4, 24, keep(SCRIPT, [7, 41], [7]), "Violation: everything can finish: …")
    assert "def test_seed_9() -> None:" in found
    assert "[7, 41], faulty=[7]" in found
    compile(found, "regression", "exec")
