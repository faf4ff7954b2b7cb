"""Store and cancel the moments at which the system fires a trigger of a case."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflow.engine.deadlines import Timer
from workflow.engine.snapshot import Snapshot
from workflow.store.cases import Case, Deadline
from workflow.store.changes import changes, renew
from workflow.store.fetching import get_one
from workflow.store.tasks import Task

SETTLE = "settle"  #: the timer that tries automatic transitions on the next day


def tomorrow(snapshot: Snapshot, at: datetime) -> tuple[Timer, ...]:
    """The moment at which automatic transitions are tried again: they may wait for a day to come."""
    if not any(each.auto for each in snapshot.definition.leaving(snapshot.case.state)):
        return ()
    zone = ZoneInfo(snapshot.zone)
    day = at.astimezone(zone).date() + timedelta(days=1)
    return (Timer(SETTLE, datetime.combine(day, time(), zone), snapshot.calendar.version, False),)


def add_timer(session: Session, row: Case, timer: Timer) -> None:
    """Store a due moment of the case's present round."""
    changes(session, row).add_timer(
        case_id=row.id, round=row.round, trigger=timer.trigger, due_at=timer.at,
        calendar_version=timer.calendar_version, is_provisional=timer.is_provisional,
    )  # fmt: skip


def not_later(session: Session, row: Case, limit: datetime | None) -> None:
    """Keep the limit that the case had in this state before: going back and forth gains nobody time."""
    if limit is None or row.due_at is None or row.due_at <= limit:
        return
    beyond = (Deadline.case_id == row.id, Deadline.round == row.round, Deadline.due_at == row.due_at)
    session.execute(update(Deadline).where(*beyond).values(due_at=limit))
    session.execute(update(Task).where(Task.case_id == row.id, Task.closed_at.is_(None)).values(due_at=limit))
    row.due_at = limit


def cancel_timers(session: Session, case_id: int) -> None:
    """Nothing that was due in an earlier round fires any more."""
    renew(session, Deadline)
    changes(session, get_one(session, Case, case_id)).cancel_timers()
