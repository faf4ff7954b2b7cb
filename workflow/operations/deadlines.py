"""Fire what is due: the system acts through the same operation as a person, one transaction a due moment."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from workflow import clock, randomness
from workflow.operations.acting import act_as_system, settle_case
from workflow.operations.installation import Installation
from workflow.operations.loading import load, lock_family
from workflow.operations.timers import SETTLE, add_timer, tomorrow
from workflow.store.cases import Case, Deadline
from workflow.store.session import reading, writing

BATCH = 500
TRIED_AGAIN_AFTER = timedelta(minutes=10)  #: a due moment whose act failed; the others do not wait for it

log = logging.getLogger(__name__)


def fire_due(engine: Engine, installation: Installation, now: datetime | None = None) -> int:
    """Fire every due moment up to `now`, oldest first. Returns how many were taken; what fails is left for later."""
    now = now or clock.now()
    fired = 0
    while ids := _due(engine, now):
        fired += sum(_try(engine, installation, each, now) for each in ids)
    return fired


def _due(engine: Engine, now: datetime) -> list[int]:
    with reading(engine) as session:
        waiting = select(Deadline.id).join(Case, Case.id == Deadline.case_id).where(
            Deadline.due_at <= now, Deadline.fired_at.is_(None), Case.suspended_at.is_(None),
            or_(Deadline.failed_at.is_(None), Deadline.failed_at <= now - TRIED_AGAIN_AFTER),
        )  # fmt: skip
        return list(session.scalars(waiting.order_by(Deadline.due_at, Deadline.id).limit(BATCH)))


def _try(engine: Engine, installation: Installation, deadline_id: int, now: datetime) -> bool:
    """Fire one; whatever goes wrong is its own, is told by `chuangyou doctor`, and holds nobody up."""
    try:
        with writing(engine) as session:
            fire(session, installation, deadline_id, now)
    except Exception:
        incident = randomness.incident(now)
        log.exception("incident %s: deadline %s could not be fired", incident, deadline_id)
        with writing(engine) as session:  # fails itself when the database is away, and ends the run
            if deadline := session.get(Deadline, deadline_id, with_for_update={"key_share": True}):
                deadline.failed_at, deadline.incident = now, incident
        return False
    return True


def fire(session: Session, installation: Installation, deadline_id: int, now: datetime) -> None:
    """Take one due moment. Nothing is done where another worker was first, or the case moved on or is suspended."""
    case_id = session.scalar(select(Deadline.case_id).where(Deadline.id == deadline_id))
    if case_id is None:
        return
    row = lock_family(session, case_id)  # the case before its deadline: the one lock order
    # Meanwhile it may have gone with the state that it was for, and its key may have been given to another one.
    deadline = session.get(Deadline, deadline_id, populate_existing=True)
    if deadline is None or deadline.case_id != case_id or deadline.due_at > now:
        return
    if deadline.fired_at is not None or row.suspended_at is not None:
        return
    deadline.fired_at = now
    session.flush()
    if deadline.trigger == SETTLE:
        _settle(session, installation, row, deadline)
    else:
        act_as_system(session, installation, case_id, deadline.trigger)


def _settle(session: Session, installation: Installation, row: Case, deadline: Deadline) -> None:
    settle_case(session, installation, row.id)
    if row.round == deadline.round and row.closed_at is None:
        for timer in tomorrow(load(session, installation, row.id).snapshot, clock.now()):
            add_timer(session, row, timer)
