"""What somebody was told: reminders, unread first, and how many wait for the bell of every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.notices.kinds import KINDS, SHOWN_ELSEWHERE
from workflow.operations.reading.inbox import open_count
from workflow.store.cases import Case
from workflow.store.notices import Notice

PAGE = 30  #: of those read; unread ones are all shown, up to the next number
MOST_UNREAD = 200


@dataclass(frozen=True)
class Reminder:
    """One thing that somebody was told."""

    id: int
    kind: str  #: title
    title: str
    lines: Sequence[str]
    case: str  #: number; empty when it is about none
    told_at: datetime
    is_read: bool


@dataclass(frozen=True)
class Reminders:
    """A page of reminders."""

    unread: Sequence[Reminder]
    read: Sequence[Reminder]
    earlier: int | None  #: pass as `before` for the next page of those read


@dataclass(frozen=True)
class Bell:
    """What waits for somebody."""

    tasks: int
    unread: int


def reminders(session: Session, actor: Actor, before: int | None = None) -> Reminders:
    """What the person was told, newest first. Two statements."""
    mine = (
        select(Notice, Case.number)
        .outerjoin(Case, Case.id == Notice.case_id)
        .where(Notice.person_id == actor.person_id, Notice.kind.not_in(SHOWN_ELSEWHERE))
        .order_by(Notice.id.desc())
    )
    unread = session.execute(mine.where(Notice.read_at.is_(None)).limit(MOST_UNREAD)).all() if before is None else []
    old = mine.where(Notice.read_at.is_not(None), Notice.id < before if before is not None else true())
    read = session.execute(old.limit(PAGE + 1)).all()
    return Reminders(
        [_reminder(*row) for row in unread], [_reminder(*row) for row in read[:PAGE]],
        read[PAGE - 1].Notice.id if len(read) > PAGE else None,
    )  # fmt: skip


def bell(session: Session, actor: Actor) -> Bell:
    """How much waits. Two statements."""
    unread = select(func.count()).where(Notice.person_id == actor.person_id, Notice.read_at.is_(None))
    return Bell(open_count(session, actor), session.scalar(unread) or 0)


def _reminder(notice: Notice, number: str | None) -> Reminder:
    return Reminder(
        notice.id, KINDS.get(notice.kind, ""), notice.title, notice.text.splitlines(), number or "", notice.created_at,
        notice.read_at is not None,
    )  # fmt: skip
