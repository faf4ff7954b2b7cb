"""The caller's inbox for programs: open tasks of every address held now, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.engine.rights import held_addresses
from workflow.operations.reading.api.paging import Page, Paging, page_of
from workflow.operations.reading.standing import is_late
from workflow.store.cases import Case
from workflow.store.tasks import Candidate, Task


@dataclass(frozen=True)
class Turn:
    """A task that waits for the caller."""

    id: int
    case: str
    case_title: str
    stage: str
    state: str
    do: str
    opened_at: datetime
    due_at: datetime | None
    is_late: bool


def list_tasks(session: Session, actor: Actor, paging: Paging) -> Page[Turn]:
    """One limited query an address over the partial index, merged (architecture.md, Data)."""
    queries = []
    for address in held_addresses(actor):
        mine = select(Candidate.task_id).where(Candidate.address == address, Candidate.is_open)
        if paging.after is not None:
            mine = mine.where(Candidate.task_id < paging.after)
        newest = mine.order_by(Candidate.task_id.desc()).limit(paging.limit + 1).subquery()
        queries.append(select(newest.c.task_id))
    ids = union_all(*queries).subquery()
    query = (
        select(
            Task.id, Case.number.label("case"), Case.title.label("case_title"), Case.stage, Case.state, Task.do,
            Task.opened_at, Task.due_at,
        )
        .join(Case, Case.id == Task.case_id)
        .where(Task.id.in_(select(ids.c.task_id)), Task.closed_at.is_(None))
    )  # fmt: skip
    rows = session.execute(query.order_by(Task.id.desc()).limit(paging.limit + 1)).all()
    return page_of(paging, rows, lambda row: row.id, lambda row: Turn(*row, is_late=is_late(None, row.due_at)))
