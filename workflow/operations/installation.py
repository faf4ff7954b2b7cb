"""What every operation is handed besides its session: settings, definitions, the database, the job queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from workflow.definition.loader import Definitions
from workflow.engine.calendar import Calendar, calendar_from_tables
from workflow.settings import Settings
from workflow.store.jobs import Jobs


@dataclass(frozen=True)
class Installation:
    """One installation of the service."""

    settings: Settings
    definitions: Definitions
    engine: Engine
    jobs: Jobs
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        unsettled = self.definitions.campaign.parameters["calendar.unsettled_days"]
        assert isinstance(unsettled, int)  # noqa: S101 - `chuangyou check` holds definitions to their types
        calendar = calendar_from_tables(self.definitions.calendar, unsettled_days=unsettled)
        object.__setattr__(self, "calendar", calendar)

    def today(self, at: datetime, zone: str | None = None) -> date:
        """The local date of a moment, in a body's own zone when given."""
        return at.astimezone(ZoneInfo(zone or self.settings.timezone)).date()
