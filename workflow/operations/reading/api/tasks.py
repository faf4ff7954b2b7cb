"""The caller's inbox for programs: open tasks of every address held now, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.engine.rights import held_addresses
from workflow.operations.reading.api.paging import Page, Paging, page_of
from workflow.operations.reading.standing import is_late
from workflow.store.newest import newest_tasks


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
    """The newest of every address together."""
    rows = newest_tasks(session, held_addresses(actor), paging.limit + 1, paging.after)
    return page_of(paging, rows, itemgetter(0), _turn)


def _turn(row: Sequence[Any]) -> Turn:
    key, case, title, stage, state, do, opened_at, due_at = row
    return Turn(key, case, title, stage, state, do, opened_at, due_at, is_late(None, due_at))
