"""Fire what is due: the system acts through the same operation as a person, one transaction a due moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.operations.acting import act_as_system, settle_case
from workflow.operations.installation import Installation
from workflow.operations.loading import load, lock_family
from workflow.operations.writing import SETTLE, add_timer, tomorrow
from workflow.store.cases import Case, Deadline
from workflow.store.session import reading, writing

BATCH = 500


def fire_due(engine: Engine, installation: Installation, now: datetime | None = None) -> int:
    """Fire every due moment up to `now`, oldest first. Returns how many were taken."""
    now = now or clock.now()
    fired = 0
    while ids := _due(engine, now):
        for each in ids:
            with writing(engine) as session:
                fire(session, installation, each, now)
        fired += len(ids)
    return fired


def _due(engine: Engine, now: datetime) -> list[int]:
    with reading(engine) as session:
        waiting = select(Deadline.id).where(
            Deadline.due_at <= now, Deadline.fired_at.is_(None), Deadline.cancelled_at.is_(None)
        )
        return list(session.scalars(waiting.order_by(Deadline.due_at, Deadline.id).limit(BATCH)))


def fire(session: Session, installation: Installation, deadline_id: int, now: datetime) -> None:
    """Take one due moment. Another worker that was first, or a case that has moved on, makes this do nothing."""
    case_id = session.scalar(select(Deadline.case_id).where(Deadline.id == deadline_id))
    if case_id is None:
        return
    row = lock_family(session, case_id)  # the case before its deadline: the one lock order
    deadline = session.get_one(Deadline, deadline_id, populate_existing=True)
    if deadline.fired_at is not None or deadline.cancelled_at is not None:
        return
    deadline.fired_at = now
    session.flush()
    if deadline.trigger == SETTLE:
        _settle(session, installation, row, deadline)
    elif act_as_system(session, installation, case_id, deadline.trigger) is not None:
        if row.round == deadline.round:
            row.is_late = row.due_at is not None and row.due_at <= now
    else:
        row.is_late = row.closed_at is None and row.due_at is not None and row.due_at <= now


def _settle(session: Session, installation: Installation, row: Case, deadline: Deadline) -> None:
    settle_case(session, installation, row.id)
    if row.round == deadline.round and row.closed_at is None:
        for timer in tomorrow(load(session, installation, row.id).snapshot, clock.now()):
            add_timer(session, row, timer)
