"""What every operation is handed besides its session: settings, definitions, the job queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from workflow.definition.loader import Definitions
from workflow.engine.calendar import Calendar, calendar_from_tables
from workflow.settings import Settings


class Jobs(Protocol):
    """Where background work is put: in the caller's transaction, done at least once after it commits."""

    def enqueue(self, session: Session, kind: str, key: str, **arguments: object) -> None:
        """Put a job into the transaction of `session`; the same kind and key again is harmless."""


@dataclass(frozen=True)
class Installation:
    """One installation of the service."""

    settings: Settings
    definitions: Definitions
    jobs: Jobs
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calendar", calendar_from_tables(self.definitions.calendar))

    def today(self, at: datetime, zone: str | None = None) -> date:
        """The local date of a moment, in a body's own zone when given."""
        return at.astimezone(ZoneInfo(zone or self.settings.timezone)).date()
