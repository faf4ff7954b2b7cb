"""What every operation is handed besides its session: settings, definitions, the database, the job queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from workflow.definition.campaign import Criteria
from workflow.definition.loader import Definitions
from workflow.engine.calendar import Calendar, calendar_from_tables
from workflow.engine.routing import Tree
from workflow.settings import Settings
from workflow.store.cases import Campaign
from workflow.store.jobs import Jobs

CampaignKey = tuple[int, str, datetime]  #: id, code, moment of its opening
TreeKey = tuple[int, date, frozenset[int]]  #: revision, day since which it is as it is, bodies


@dataclass(frozen=True)
class Known:
    """What was read before and cannot have changed, by a key that changes with it."""

    campaigns: dict[CampaignKey, Campaign] = field(default_factory=dict)
    criteria: dict[CampaignKey, Criteria] = field(default_factory=dict)
    trees: dict[TreeKey, Tree] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)  #: by version, a digest of what they say
    changed: dict[tuple[int, date], date] = field(default_factory=dict)  #: last change of a relation, by revision, day


@dataclass
class Days:
    """The working calendar, and the revision at which the imported years were read; None before any was noted."""

    calendar: Calendar
    revision: int | None = None


@dataclass(frozen=True)
class Installation:
    """One installation of the service."""

    settings: Settings
    definitions: Definitions
    engine: Engine
    jobs: Jobs
    days: Days = field(init=False)
    known: Known = field(init=False, default_factory=Known)

    def __post_init__(self) -> None:
        unsettled = self.definitions.campaign.parameters["calendar.unsettled_days"]
        assert isinstance(unsettled, int)  # noqa: S101 - `chuangyou check` holds definitions to their types
        calendar = calendar_from_tables(self.definitions.calendar, unsettled_days=unsettled)
        object.__setattr__(self, "days", Days(calendar))

    @property
    def calendar(self) -> Calendar:
        """The working calendar: the years of the definitions, and over them those that were imported."""
        return self.days.calendar

    def today(self, at: datetime, zone: str | None = None) -> date:
        """The local date of a moment, in a body's own zone when given."""
        return at.astimezone(ZoneInfo(zone or self.settings.timezone)).date()
