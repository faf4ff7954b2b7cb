"""How the service itself stands: what waits for the worker, and what could not be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.store.cases import Deadline
from workflow.store.documents import Document


@dataclass(frozen=True)
class Backlog:
    """What waits for the worker."""

    oldest_due: datetime | None  #: due moment that should have been fired
    oldest_paper: datetime | None  #: when the oldest paper still to be printed was ordered
    due: int
    papers: int
    failed: int  #: papers that could not be printed

    @property
    def oldest(self) -> datetime | None:
        """Since when something waits."""
        return min((each for each in (self.oldest_due, self.oldest_paper) if each is not None), default=None)


def backlog(session: Session, now: datetime) -> Backlog:
    """What a running worker would have done by now. Two statements."""
    due = select(func.min(Deadline.due_at), func.count()).where(
        Deadline.due_at <= now, Deadline.fired_at.is_(None), Deadline.cancelled_at.is_(None)
    )
    oldest_due, due_count = session.execute(due).one()
    state = Document.state
    papers = select(
        func.min(Document.ordered_at).filter(state == "queued"),
        func.count().filter(state == "queued"),
        func.count().filter(state == "failed"),
    ).where(state.in_(("queued", "failed")))
    oldest_paper, queued, failed = session.execute(papers).one()
    return Backlog(oldest_due, oldest_paper, due_count, queued, failed)
