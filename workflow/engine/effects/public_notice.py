"""Effects of a public notice (X4; domain.md §4.11, §8)."""

from __future__ import annotations

from datetime import date

from workflow.engine.calendar import Due
from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation, Snapshot
from workflow.engine.values import day, flag, number


def _period(snapshot: Snapshot, start: date) -> dict[str, object]:
    """First and last day of a full period that begins on `start`."""
    counts_first = flag(snapshot.parameters, "notice.count_first_day")
    ends = snapshot.calendar.add_working_days(start, snapshot.integer("notice.days"), count_first_day=counts_first)
    return _until(ends)


def _until(ends: Due) -> dict[str, object]:
    """The last day with the calendar that it was counted on."""
    return {
        "notice_to": ends.date.isoformat(),
        "notice_provisional": ends.provisional,
        "calendar_version": ends.calendar_version,
    }


@effect
def start_notice_period(situation: Situation) -> Change:
    """The period runs from the day of posting, on working days (N01)."""
    today = situation.act.today
    return Change(data={"notice_from": today.isoformat(), **_period(situation.snapshot, today)})


@effect
def stop_notice_clock(situation: Situation) -> Change:
    """Note how many working days of the period are left while the objection is checked (N02)."""
    ends, today = day(situation.data, "notice_to"), situation.act.today
    left = situation.snapshot.calendar.working_days_between(today, ends) if ends else 0
    return Change(data={"days_left": max(left, 0), "objected_on": today.isoformat()})


@effect
def resume_notice_clock(situation: Situation) -> Change:
    """The rest of the period runs on, or a full one where the campaign says so (N03)."""
    snapshot, today = situation.snapshot, situation.act.today
    if flag(snapshot.parameters, "notice.restart_after_check"):
        return Change(data=_period(snapshot, today))
    ends = snapshot.calendar.add_working_days(today, number(situation.data, "days_left") or 0)
    return Change(data=_until(ends))
