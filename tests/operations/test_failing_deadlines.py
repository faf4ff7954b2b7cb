"""A due moment whose act fails holds nobody up, is told, and is tried again."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios.plan import plan
from tests.operations.scenarios.rectification import issued
from workflow.operations.acting import Outcome
from workflow.operations.due import deadlines
from workflow.operations.installation import Installation
from workflow.operations.upkeep.failures import failures
from workflow.operations.upkeep.health import backlog
from workflow.store.cases import Deadline
from workflow.store.session import reading


@pytest.fixture
def broken(play: Play, monkeypatch: pytest.MonkeyPatch) -> int:
    """A case whose due moments fail; they come before those of the others."""
    case = plan(play)
    real = deadlines.act_as_system

    def stumble(session: Session, installation: Installation, case_id: int, trigger: str) -> Outcome | None:
        if case_id == case:
            raise KeyError("a definition lost its way")
        return real(session, installation, case_id, trigger)

    monkeypatch.setattr(deadlines, "act_as_system", stumble)
    return case


def open_deadlines(play: Play, case: int) -> list[Deadline]:
    with reading(play.installation.engine) as session:
        mine = (Deadline.case_id == case, Deadline.fired_at.is_(None))
        found = session.scalars(select(Deadline).where(*mine).order_by(Deadline.due_at, Deadline.id)).all()
        session.expunge_all()
        return list(found)


@pytest.mark.parametrize("batch", [1, 500])
def test_a_bad_moment_does_not_starve_the_others(
    play: Play, broken: int, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "BATCH", batch)
    other = issued(play)
    due_at = play.row(other).due_at
    assert due_at is not None
    play.clock.set(max(due_at, *(each.due_at for each in open_deadlines(play, broken))) + timedelta(minutes=1))
    engine, now = play.installation.engine, play.clock.now()
    assert deadlines.fire_due(engine, play.installation) >= 1
    assert "Z07" in play.transitions(other)
    bad = open_deadlines(play, broken)
    assert {each.failed_at for each in bad} == {now}
    with reading(engine) as session:
        told = failures(session, play.installation)
        assert {each.number for each in told} == {play.row(broken).number}
        assert len(told) == len(bad)
        assert all(each.incident and any(each.incident in line.reason for line in told) for each in bad)
        assert backlog(session, now).due == 0, "nobody left it lying"


def test_it_is_tried_again_and_then_forgotten(play: Play, broken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = open_deadlines(play, broken)
    play.clock.set(first.due_at)
    engine = play.installation.engine
    assert deadlines.fire_due(engine, play.installation) == 0
    monkeypatch.undo()
    assert deadlines.fire_due(engine, play.installation) == 0, "not in the same minute"
    play.clock.set(first.due_at + deadlines.TRIED_AGAIN_AFTER)
    assert deadlines.fire_due(engine, play.installation) == 1
    with reading(engine) as session:
        assert failures(session, play.installation) == []


def test_workers_share_what_is_due(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who finds that another was faster goes on elsewhere; between them everything is fired, nothing twice."""
    monkeypatch.setattr(deadlines, "BATCH", 50)
    cases = [issued(play) for _ in range(8)]
    play.clock.set(max(play.row(each).due_at or play.clock.now() for each in cases))
    look = partial(deadlines.fire_due, play.installation.engine, play.installation)
    finishes = race(look, look, look)
    assert all(each.won for each in finishes)
    assert [play.transitions(each).count("Z07") for each in cases] == [1] * len(cases)
    with reading(play.installation.engine) as session:
        fired = session.scalars(select(Deadline.id).where(Deadline.fired_at.is_not(None))).all()
    assert sum(each.value for each in finishes) == len(fired)


def test_a_worker_that_is_told_to_end_leaves_the_rest(play: Play) -> None:
    case = issued(play)
    play.clock.set(play.row(case).due_at)
    over = Event()
    over.set()
    assert deadlines.fire_due(play.installation.engine, play.installation, over) == 0
    assert "Z07" not in play.transitions(case)
