"""What the system does by itself when its moment comes: once, by the same operation as a person, and journalled so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios import appraisal, commendation, comment, plan, rectification
from tests.operations.test_deadlines import open_timers
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations.due.deadlines import fire_due
from workflow.store.journal import JournalEntry
from workflow.store.session import reading
from workflow.store.tasks import Task


@dataclass(frozen=True)
class Automatic:
    """A trigger that the system fires, and what it leads to."""

    trigger: str
    transition: str
    begin: Callable[[Play], int]
    state: str


def posted(play: Play) -> int:
    notice = play.child(commendation.on_notice(play), "notice")
    play.do(notice, "post")
    return notice


TABLE = [
    Automatic("mark_overdue", "Z26", rectification.rectifying, "overdue"),
    Automatic("chase_receipt", "Z07", rectification.issued, "issued"),
    Automatic("remind_before_due", "Z36", rectification.rectifying, "rectifying"),
    Automatic("close_ballot", "A07", appraisal.opened, "ballot_closed"),
    Automatic("finish", "N05", posted, "closed_clean"),
    Automatic("lapse", "W40", commendation.nomination, "withdrawn"),
    Automatic("deem_acknowledged", "C13", comment.delivered, "acknowledged"),
    Automatic("remind_overdue", "P21", plan.plan, "draft"),
]


def entries(play: Play, case: int, transition: str) -> list[JournalEntry]:
    with reading(play.installation.engine) as session:
        which = (JournalEntry.case_id == case, JournalEntry.transition == transition)
        found = session.scalars(select(JournalEntry).where(*which).order_by(JournalEntry.sequence)).all()
        session.expunge_all()
        return list(found)


def unclosed(play: Play, case: int, round_: int) -> list[Task]:
    with reading(play.installation.engine) as session:
        which = (Task.case_id == case, Task.round == round_, Task.closed_at.is_(None))
        return list(session.scalars(select(Task).where(*which)))


@pytest.mark.parametrize("automatic", TABLE, ids=lambda each: each.trigger)
def test_the_system_acts_when_its_moment_comes(play: Play, automatic: Automatic) -> None:
    case = automatic.begin(play)
    timer = next(each for each in open_timers(play, case) if each.trigger == automatic.trigger)
    round_ = play.row(case).round
    look = partial(fire_due, play.installation.engine, play.installation)
    play.clock.set(timer.due_at - timedelta(seconds=1))
    look()
    assert entries(play, case, automatic.transition) == []
    play.clock.set(timer.due_at)
    assert all(each.won for each in race(look, look))
    (entry,) = entries(play, case, automatic.transition)
    assert (entry.fact, entry.trigger, entry.at) == ("moved", automatic.trigger, timer.due_at)
    assert (entry.person_id, entry.person) == (None, SYSTEM_ACTOR.name)
    assert entry.target == automatic.state
    if entry.target != entry.source:
        assert unclosed(play, case, round_) == []
    look()
    assert len(entries(play, case, automatic.transition)) == 1
