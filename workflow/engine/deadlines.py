"""When a state is due: durations on the working calendar, fixed dates, reminders before (domain.md §8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflow.definition.duration import DURATION
from workflow.definition.model import State
from workflow.engine.calendar import Due, due_at
from workflow.engine.snapshot import Data, Snapshot

FIELD = "field:"


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
    days, counts_first = int(match["days"]), match["first"] is not None
    if match["kind"] == "working":
        return snapshot.calendar.add_working_days(start, days, count_first_day=counts_first)
    return snapshot.calendar.add_natural_days(start, days, count_first_day=counts_first)


def _due(snapshot: Snapshot, data: Data, stated: str | None, start: date) -> Due | None:
    if stated is None:
        return None
    if not stated.startswith(FIELD):
        return lasting(snapshot, stated, start)
    value = data.get(stated.removeprefix(FIELD))
    if not isinstance(value, str) or not value:
        return None
    day = date.fromisoformat(value)
    return Due(day, snapshot.calendar.is_provisional(day), snapshot.calendar.version)


def days_before(snapshot: Snapshot, day: date, working_days: int) -> date:
    """The day that lies so many working days before another."""
    while working_days > 0:
        day -= timedelta(days=1)
        working_days -= snapshot.calendar.is_working_day(day)
    return day


def due_moment(snapshot: Snapshot, state: str, data: Data, today: date) -> datetime | None:
    """When the case would be due in a state with these data, counted from `today`."""
    due = _due(snapshot, data, snapshot.definition.states[state].due, today)
    return _moment(snapshot, due.date) if due else None


def limit(snapshot: Snapshot, today: date) -> Limit | None:
    """The due moment of the case's present state, counted from `today`, and its timers."""
    state = snapshot.definition.states[snapshot.case.state]
    due, also = (_due(snapshot, snapshot.case.data, stated, today) for stated in (state.due, state.also_due))
    if due is None:
        return None
    timers = [_timer(snapshot, state.on_due, each) for each in _repeated(snapshot, state, due, also)]
    timers += [_timer(snapshot, state.on_also_due, also)] if also else []
    days = (days_before(snapshot, due.date, each) for each in reminders(snapshot, state.remind))
    reminded = (Due(day, due.provisional, due.calendar_version) for day in days if day > today)
    timers += [_timer(snapshot, state.on_remind, each, begins=True) for each in reminded]
    return Limit(_moment(snapshot, due.date), due.date, due.provisional, tuple(each for each in timers if each))


def day_of(snapshot: Snapshot, moment: datetime) -> date:
    """The day on which a moment falls where the case's body is."""
    return moment.astimezone(ZoneInfo(snapshot.zone)).date()


def dates_moved(state: State, before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Whether a date on which the state's due moments hang was changed."""
    dates = [each.removeprefix(FIELD) for each in (state.due, state.also_due) if each and each.startswith(FIELD)]
    return any(before.get(each) != after.get(each) for each in dates)


def _moment(snapshot: Snapshot, day: date, *, begins: bool = False) -> datetime:
    """The close of business of a day; a reminder comes as the day begins, so that none comes after what it is for."""
    return due_at(day, time() if begins else snapshot.business_day_end, snapshot.zone)


def _timer(snapshot: Snapshot, trigger: str | None, due: Due, *, begins: bool = False) -> Timer | None:
    if trigger is None:
        return None
    return Timer(trigger, _moment(snapshot, due.date, begins=begins), due.calendar_version, due.provisional)


def _repeated(snapshot: Snapshot, state: State, due: Due, until: Due | None) -> Iterator[Due]:
    """The due day; with `repeat_due` again after each further duration, as long as the second moment is ahead."""
    yield due
    if not state.repeat_due or state.due is None or until is None:
        return
    while (due := lasting(snapshot, state.due, due.date)).date < until.date:
        yield due


def reminders(snapshot: Snapshot, stated: Sequence[int] | str) -> Sequence[int]:
    """Working days before the due day, as stated or as a campaign parameter lists them."""
    days = snapshot.parameter(stated) if isinstance(stated, str) else stated
    return [each for each in days if isinstance(each, int)] if isinstance(days, list | tuple) else []
