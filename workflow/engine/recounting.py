"""What another calendar makes of a due day that was counted before (domain.md §8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from workflow.definition.duration import DURATION
from workflow.engine.calendar import Calendar, Due
from workflow.engine.deadlines import FIELD
from workflow.engine.snapshot import Snapshot

#: Dates of a case that an effect counts on the calendar and a document prints; where it notes that they may move.
COUNTED_FIELDS: Mapping[str, str] = {"deadline_on": "deadline_provisional", "notice_to": "notice_provisional"}
CALENDAR_VERSION = "calendar_version"  #: where it notes the calendar


class Kind(Enum):
    """How a due day came about."""

    WORKING = "working days"
    NATURAL = "natural days"
    PRINTED = "working days, and a document names the day"
    FIXED = "a day that people chose"


def kind_of(snapshot: Snapshot, stated: str | None) -> Kind:
    """Of a limit as a stage file states it."""
    if stated is None or stated.startswith(FIELD):
        field = (stated or "").removeprefix(FIELD)
        return Kind.PRINTED if field in COUNTED_FIELDS and snapshot.case.data.get(CALENDAR_VERSION) else Kind.FIXED
    match = DURATION.match(stated if DURATION.match(stated) else str(snapshot.parameter(stated)))
    return Kind.NATURAL if match and match["kind"] == "natural" else Kind.WORKING


@dataclass(frozen=True)
class Recount:
    """Counting on from a day: what lies before it has been counted as it was."""

    old: Calendar | None  #: None when nobody knows any more
    new: Calendar
    since: date

    def day(self, due: date, kind: Kind, *, is_told: bool) -> Due:
        """The due day by the new calendar; what people were told of or have in writing never becomes earlier."""
        found = self._counted(due, kind)
        if found.date >= due or (kind is Kind.WORKING and not is_told):
            return found
        return self.new.roll_forward(due)

    def _counted(self, due: date, kind: Kind) -> Due:
        if due < self.since or kind is Kind.FIXED:
            return self._unmoved(due)
        if self.old is None or kind is Kind.NATURAL:
            return self.new.roll_forward(due)
        left = self.old.working_days_between(self.since, due)
        return self.new.add_working_days(self.since, left) if left > 0 else self.new.roll_forward(due)

    def _unmoved(self, due: date) -> Due:
        return Due(due, self.new.is_provisional(due), self.new.version)
