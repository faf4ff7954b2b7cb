"""Every table in one place, for migrations and for tests that look at all of them."""

from workflow.store import (
    attachments,
    ballots,
    batches,
    cases,
    documents,
    journal,
    organization,
    people,
    requests,
    tasks,
)
from workflow.store.base import Base

metadata = Base.metadata

__all__ = [
    "attachments", "ballots", "batches", "cases", "documents", "journal", "metadata", "organization", "people",
    "requests", "tasks",
]  # fmt: skip
