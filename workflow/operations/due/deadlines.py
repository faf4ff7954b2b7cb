"""Fire what is due: the system acts through the same operation as a person, one transaction a due moment."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from sqlalchemy import Engine, Integer, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from workflow import clock, randomness
from workflow.operations.acting import act_as_system, settle_case
from workflow.operations.due.timers import SETTLE, add_timer, tomorrow
from workflow.operations.installation import Installation
from workflow.operations.loading import load, lock_family
from workflow.store.cases import Case, Deadline
from workflow.store.fetching import found_rows
from workflow.store.prepared import Prepared
from workflow.store.session import reading, writing

BATCH = 500
TRIED_AGAIN_AFTER = timedelta(minutes=10)  #: a due moment whose act failed; the others do not wait for it

log = logging.getLogger(__name__)


def fire_due(
    engine: Engine, installation: Installation, over: Event | None = None, *, now: datetime | None = None
) -> int:
    """Fire every due moment up to `now`, oldest first; answers how many. What fails is left for later.

    Any number of workers may do this at once: whoever finds that another was faster goes on in the middle of what is
    left. An event tells it to end after the one in hand.
    """
    now = now or clock.now()
    fired = 0
    while found := _due(engine, now):
        waiting = deque(found)
        while waiting:
            if over is not None and over.is_set():
                return fired
            case, deadlines = waiting.popleft()
            taken = sum([_try(engine, installation, case, each, now) for each in deadlines])
            fired += taken
            if not taken:
                waiting.rotate(-(len(waiting) // 2))
    return fired


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether a due moment waits to be fired."""
    return bool(found_rows(session, ANYTHING, _moments(now)))


def _moments(now: datetime) -> Mapping[str, datetime]:
    return {"now": now, "failed": now - TRIED_AGAIN_AFTER}


def _due(engine: Engine, now: datetime) -> list[tuple[int, list[int]]]:
    """The oldest, by case."""
    cases: dict[int, list[int]] = {}
    with reading(engine) as session:
        for deadline, case in found_rows(session, OLDEST, {**_moments(now), "limit": BATCH}):
            cases.setdefault(case, []).append(deadline)
    return list(cases.items())


def _try(engine: Engine, installation: Installation, case_id: int, deadline_id: int, now: datetime) -> bool:
    """Fire one; False when another was first, or it failed.

    Whatever goes wrong is its own, is told by `chuangyou doctor`, and holds nobody up.
    """
    try:
        with writing(engine) as session:
            return fire(session, installation, case_id, deadline_id, now)
    except Exception:
        incident = randomness.incident(now)
        log.exception("incident %s: deadline %s could not be fired", incident, deadline_id)
        with writing(engine) as session:  # fails itself when the database is away, and ends the run
            if deadline := session.get(Deadline, deadline_id, with_for_update={"key_share": True}):
                deadline.failed_at, deadline.incident = now, incident
        return False


def fire(session: Session, installation: Installation, case_id: int, deadline_id: int, now: datetime) -> bool:
    """Take one due moment. False where another worker was first, or the case moved on or is suspended."""
    row = lock_family(session, case_id)  # the case before its deadline: the one lock order
    if row.suspended_at is not None:
        return False
    taken = found_rows(session, TAKE, {"deadline": deadline_id, "case": case_id, "now": now})
    if not taken:
        return False
    trigger, round_ = taken[0]
    if trigger == SETTLE:
        _settle(session, installation, row, round_)
    else:
        act_as_system(session, installation, case_id, trigger)
    return True


def _waiting() -> Select[int, int]:
    due, failed = (bindparam(name, type_=_DEADLINES.c.due_at.type) for name in ("now", "failed"))
    return select(Deadline.id, Deadline.case_id).join(Case, Case.id == Deadline.case_id).where(
        Deadline.due_at <= due, Deadline.fired_at.is_(None), Case.suspended_at.is_(None),
        or_(Deadline.failed_at.is_(None), Deadline.failed_at <= failed),
    )  # fmt: skip


def _take() -> Prepared:
    """Meanwhile it may have gone with the state that it was for, and its key may have been given to another one."""
    now = bindparam("now", type_=_DEADLINES.c.due_at.type)
    this = (_DEADLINES.c.id == bindparam("deadline")) & (_DEADLINES.c.case_id == bindparam("case"))
    still = (_DEADLINES.c.due_at <= now) & _DEADLINES.c.fired_at.is_(None)
    taken = update(_DEADLINES).where(this, still).values(fired_at=now)
    return Prepared(taken.returning(_DEADLINES.c.trigger, _DEADLINES.c.round))


_DEADLINES: Any = Deadline.__table__
TAKE = _take()
ANYTHING = Prepared(_waiting().limit(1))
OLDEST = Prepared(_waiting().order_by(Deadline.due_at, Deadline.id).limit(bindparam("limit", type_=Integer())))


def _settle(session: Session, installation: Installation, row: Case, round_: int) -> None:
    settle_case(session, installation, row.id)
    if row.round == round_ and row.closed_at is None:
        for timer in tomorrow(load(session, installation, row.id).snapshot, clock.now()):
            add_timer(session, row, timer)
