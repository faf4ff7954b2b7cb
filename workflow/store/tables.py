"""Every table in one place, for migrations and for tests that look at all of them."""

from workflow.store import ballots, cases, documents, journal, organization, people, requests
from workflow.store.base import Base

metadata = Base.metadata

__all__ = ["ballots", "cases", "documents", "journal", "metadata", "organization", "people", "requests"]
