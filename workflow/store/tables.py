"""Every table in one place, for migrations and for tests that look at all of them."""

from workflow.store import (
    attachments,
    ballots,
    batches,
    bindings,
    calendars,
    cases,
    documents,
    imports,
    journal,
    ladders,
    launches,
    notices,
    organization,
    people,
    receipts,
    requests,
    seals,
    tasks,
    workers,
)
from workflow.store.base import Base

metadata = Base.metadata

__all__ = [
    "attachments", "ballots", "batches", "bindings", "calendars", "cases", "documents", "imports", "journal", "ladders",
    "launches", "metadata", "notices", "organization", "people", "receipts", "requests", "seals", "tasks", "workers",
]  # fmt: skip
