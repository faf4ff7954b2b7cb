"""When a state is due: durations on the working calendar, fixed dates, reminders before (domain.md §8)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflow.definition.model import State
from workflow.engine.calendar import Due, due_at
from workflow.engine.snapshot import Snapshot

FIELD = "field:"
DURATION = re.compile(r"^(?P<days>\d+) (?P<kind>working|natural) days?$")


@dataclass(frozen=True)
class Timer:
    """A stored due moment at which the system fires `trigger`."""

    trigger: str
    at: datetime
    calendar_version: str
    is_provisional: bool


@dataclass(frozen=True)
class Limit:
    """When the present state is due, with the timers that follow from it."""

    at: datetime
    on: date
    is_provisional: bool
    timers: tuple[Timer, ...]


def lasting(snapshot: Snapshot, duration: str, start: date) -> Due:
    """The due day of a duration such as `5 working days`, or of a campaign parameter that holds one."""
    text = duration if DURATION.match(duration) else str(snapshot.parameter(duration))
    match = DURATION.match(text)
    if match is None:
        raise ValueError(f"{duration}: {text!r} is not a duration")
    days = int(match["days"])
    if match["kind"] == "working":
        return snapshot.calendar.add_working_days(start, days)
    return snapshot.calendar.add_natural_days(start, days)


def _due(snapshot: Snapshot, state: State, start: date) -> Due | None:
    if state.due is None:
        return None
    if not state.due.startswith(FIELD):
        return lasting(snapshot, state.due, start)
    value = snapshot.case.data.get(state.due.removeprefix(FIELD))
    if not isinstance(value, str) or not value:
        return None
    day = date.fromisoformat(value)
    return Due(day, snapshot.calendar.is_provisional(day), snapshot.calendar.version)


def _before(snapshot: Snapshot, day: date, working_days: int) -> date:
    while working_days > 0:
        day -= timedelta(days=1)
        working_days -= snapshot.calendar.is_working_day(day)
    return day


def limit(snapshot: Snapshot, today: date) -> Limit | None:
    """The due moment of the case's present state, counted from `today`, and its timers."""
    state = snapshot.definition.states[snapshot.case.state]
    due = _due(snapshot, state, today)
    if due is None:
        return None

    def moment(day: date) -> datetime:
        return due_at(day, snapshot.business_day_end, snapshot.zone)

    def timer(trigger: str, day: date) -> Timer:
        return Timer(trigger, moment(day), due.calendar_version, due.provisional)

    timers = [timer(state.on_due, due.date)] if state.on_due else []
    if state.on_remind:
        days = (_before(snapshot, due.date, before) for before in state.remind)
        timers += [timer(state.on_remind, day) for day in days if day > today]
    return Limit(moment(due.date), due.date, due.provisional, tuple(timers))
