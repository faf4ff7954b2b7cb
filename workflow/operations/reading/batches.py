"""A batch as its owner sees it: how far it has come, and what became of each case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.operations.many.batching import DONE, REFUSED, own_batch
from workflow.store.batches import Batch, BatchItem
from workflow.store.cases import Case

RECENT = 5  #: earlier batches that are listed


@dataclass(frozen=True)
class Result:
    """What became of one case."""

    number: str
    title: str
    outcome: str  #: done, refused, or empty as long as it waits
    message: str


@dataclass(frozen=True)
class BatchPage:
    """The whole of a batch."""

    id: int
    kind: str  #: act or migration
    title: str
    stage: str  #: of a migration
    reason: str
    made_at: datetime
    finished_at: datetime | None
    results: tuple[Result, ...]

    @property
    def done(self) -> int:
        """Cases on which the act was done."""
        return sum(each.outcome == DONE for each in self.results)

    @property
    def refused(self) -> int:
        """Cases on which it was not."""
        return sum(each.outcome == REFUSED for each in self.results)

    @property
    def waiting(self) -> int:
        """Cases whose turn has not come yet."""
        return len(self.results) - self.done - self.refused


@dataclass(frozen=True)
class Started:
    """A batch in a list."""

    id: int
    title: str
    made_at: datetime
    is_finished: bool


def batch_page(session: Session, actor: Actor, batch_id: int) -> BatchPage:
    """Read a batch; NotFound for anybody but whoever started it. Two statements."""
    batch = own_batch(session, actor, batch_id)
    rows = session.execute(
        select(Case.number, Case.title, BatchItem.outcome, BatchItem.message)
        .join(Case, Case.id == BatchItem.case_id)
        .where(BatchItem.batch_id == batch.id)
        .order_by(BatchItem.position)
    )
    results = tuple(Result(row.number, row.title, row.outcome or "", row.message) for row in rows)
    reason = str(batch.values.get("reason", ""))
    stage = str(batch.values.get("stage", ""))
    return BatchPage(batch.id, batch.kind, batch.title, stage, reason, batch.made_at, batch.finished_at, results)


def recent_batches(session: Session, actor: Actor) -> Sequence[Started]:
    """The newest batches of a person."""
    mine = select(Batch).where(Batch.person_id == actor.person_id).order_by(Batch.id.desc()).limit(RECENT)
    return [Started(each.id, each.title, each.made_at, each.finished_at is not None) for each in session.scalars(mine)]


def count_waiting(session: Session) -> int:
    """How many cases of all batches still wait for the worker."""
    waiting = select(func.count()).select_from(BatchItem).where(BatchItem.outcome.is_(None))
    return session.scalar(waiting) or 0
