"""How the service itself stands: what waits for the worker, what could not be done, and who waits for nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workflow.operations.upkeep.unattended import unattended
from workflow.store.cases import Case, Deadline
from workflow.store.documents import Document

SHOWN = 20  #: rows of each list that a report names


@dataclass(frozen=True)
class Backlog:
    """What waits for the worker."""

    oldest_due: datetime | None  #: due moment that should have been fired
    oldest_paper: datetime | None  #: when the oldest paper still to be printed was sent there
    due: int
    papers: int
    failed: int  #: papers that could not be printed

    @property
    def oldest(self) -> datetime | None:
        """Since when something waits."""
        return min((each for each in (self.oldest_due, self.oldest_paper) if each is not None), default=None)


@dataclass(frozen=True)
class Trouble:
    """Something that stands still until somebody looks after it."""

    number: str  #: of the case
    title: str
    why: str


def backlog(session: Session, now: datetime) -> Backlog:
    """What a running worker would have done by now. Two statements."""
    due = (
        select(func.min(Deadline.due_at), func.count())
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.due_at <= now, _is_open(Deadline), Deadline.failed_at.is_(None), Case.suspended_at.is_(None))
    )
    oldest_due, due_count = session.execute(due).one()
    state = Document.state
    papers = select(
        func.min(Document.queued_at).filter(state == "queued"),
        func.count().filter(state == "queued"),
        func.count().filter(state == "failed"),
    ).where(state.in_(("queued", "failed")), Document.rendered_at.is_(None))
    oldest_paper, queued, failed = session.execute(papers).one()
    return Backlog(oldest_due, oldest_paper, due_count, queued, failed)


def vacant_tasks(session: Session, today: date) -> Sequence[Trouble]:
    """Open tasks that lie in nobody's inbox, because nobody holds the posts they are addressed to."""
    return [
        Trouble(each.number, each.title, f"“{each.do}”没有人可以办理，请补任有关职务")
        for each in unattended(session, today, SHOWN)
    ]


def count_due_from(session: Session, at: datetime) -> int:
    """How many running cases are due at this moment or later. One statement."""
    return session.scalar(select(func.count()).where(Case.closed_at.is_(None), Case.due_at >= at)) or 0


def _is_open(deadline: type[Deadline]) -> ColumnElement[bool]:
    return deadline.fired_at.is_(None)
