"""Next year's working calendar comes late: until then the week is followed, then what lies ahead is counted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tests.engine.campaign.drawer import Drawer
from tests.engine.campaign.shown import ZONE, File
from tests.engine.cast import calendar
from workflow.engine.calendar import Calendar
from workflow.engine.recounting import CALENDAR_VERSION, COUNTED_FIELDS, Kind, Recount, kind_of
from workflow.engine.snapshot import Snapshot

LAST_KNOWN = 2012  #: the year in which campaigns are played


@cache
def calendar_at_first() -> Calendar:
    """The calendar without the years to come."""
    return Calendar({year: table for year, table in calendar().tables.items() if year <= LAST_KNOWN}, "at first")


def publish(drawer: Drawer) -> None:
    """The calendar of the next year is out."""
    recount = Recount(drawer.calendar, calendar(), drawer.today)
    drawer.calendar = calendar()
    for number, file in drawer.running.items():
        _count_anew(file, drawer.snapshot(number), recount, drawer.at)
        drawer.touch(number)


def _count_anew(file: File, snapshot: Snapshot, recount: Recount, now: datetime) -> None:
    state, facts = file.stage.states[file.facts.state], file.facts
    data = {**facts.data, **_fields(facts.data, recount)}
    due = facts.due_at and _moved(facts.due_at, kind_of(snapshot, state.due), recount, now)
    file.timers = tuple(
        replace(each, at=_moved(each.at, kind_of(snapshot, stated), recount, now))
        for each in file.timers
        for stated in [state.also_due if each.trigger == state.on_also_due else state.due]
    )
    file.facts = replace(facts, data=data, due_at=due)


def _moved(moment: datetime, kind: Kind, recount: Recount, now: datetime) -> datetime:
    """The same time of day on the day that the new calendar makes of it."""
    if moment <= now:
        return moment
    local = moment.astimezone(ZoneInfo(ZONE))
    day = recount.day(local.date(), kind, is_told=False).date
    return datetime.combine(day, local.time(), local.tzinfo).astimezone(UTC)


def _fields(data: Mapping[str, Any], recount: Recount) -> dict[str, object]:
    """Dates of the case that were counted by the calendar and lie ahead."""
    if data.get(CALENDAR_VERSION) is None:
        return {}
    said: dict[str, object] = {CALENDAR_VERSION: recount.new.version}
    for name, is_provisional in COUNTED_FIELDS.items():
        if isinstance(data.get(name), str) and data[name] >= recount.since.isoformat():
            due = recount.day(date.fromisoformat(data[name]), Kind.PRINTED, is_told=True)
            said |= {name: due.date.isoformat(), is_provisional: due.provisional}
    return said
