"""The working calendar against domain.md section 8, against an independent table, and against its own laws."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import given

from workflow.engine.calendar import Calendar, Due, calendar_from_tables, due_at

TABLES: dict[int, Mapping[str, object]] = {
    int(path.stem): yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[2] / "definitions" / "calendar").glob("*.yaml"))
}
CALENDAR = calendar_from_tables(TABLES, unsettled_days=7)
DAYS = st.dates(date(2010, 1, 1), date(2026, 12, 31))
ANY_DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2012-01-18", 5, "2012-01-30"),
        ("2012-03-29", 5, "2012-04-06"),
        ("2012-04-26", 5, "2012-05-04"),
        ("2012-06-20", 5, "2012-06-28"),
        ("2012-09-27", 5, "2012-10-10"),
        ("2012-09-28", 10, "2012-10-18"),
        ("2012-12-28", 5, "2013-01-07"),
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-09-30", 7, "2026-10-15"),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: str, n: int, due: str) -> None:
    assert CALENDAR.add_working_days(on(start), n) == Due(on(due), False, CALENDAR.version)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2012-09-21", 10, "2012-10-08"),
        ("2012-01-13", 10, "2012-01-29"),  # a working Sunday
        ("2026-02-10", 7, "2026-02-24"),
        ("2026-09-24", 7, "2026-10-08"),
    ],
)
def test_natural_days_end_on_a_working_day(start: str, n: int, due: str) -> None:
    assert CALENDAR.add_natural_days(on(start), n).date == on(due)


def test_a_notice_period_may_count_its_first_day() -> None:
    first, last = on("2022-05-07"), on("2022-05-12")  # from a working Saturday
    assert CALENDAR.add_working_days(first, 5, count_first_day=True).date == last
    assert CALENDAR.working_days_between(first, last, count_first_day=True) == 5
    assert CALENDAR.add_natural_days(on("2012-06-04"), 5, count_first_day=True).date == on("2012-06-08")


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2010, "02-20 02-21 06-12 06-13 09-19 09-25 09-26 10-09"),
        (2011, "01-30 02-12 04-02 10-08 10-09 12-31"),
        (2012, "01-21 01-29 03-31 04-01 04-28 09-29"),
        (2026, "01-04 02-14 02-28 05-09 09-20 10-10"),
    ],
)
def test_make_up_days_of_the_year(year: int, days: str) -> None:
    assert sorted(CALENDAR.tables[year].make_up_days) == [on(f"{year}-{day}") for day in days.split()]


def test_every_day_agrees_with_an_independent_table() -> None:
    day, last = date(2010, 1, 1), date(2026, 12, 31)
    different = []
    while day <= last:
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day):
            different.append(day)
        day += timedelta(days=1)
    assert different == []


def test_a_due_day_ends_with_local_business() -> None:
    assert due_at(on("2012-01-30"), time(17, 30), "Asia/Shanghai") == datetime(2012, 1, 30, 9, 30, tzinfo=UTC)
    assert due_at(on("2012-01-30"), time(17, 30), "America/New_York") == datetime(2012, 1, 30, 22, 30, tzinfo=UTC)
    assert due_at(on("2012-07-02"), time(17, 30), "America/New_York") == datetime(2012, 7, 2, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "moment"),
    [
        ("2012-03-23", time(17, 30), "Europe/Berlin", "2012-03-23T16:30"),  # the Friday before summer time
        ("2012-03-26", time(17, 30), "Europe/Berlin", "2012-03-26T15:30"),  # and the Monday after
        ("2012-10-29", time(17, 30), "Europe/Berlin", "2012-10-29T16:30"),
        ("2012-03-25", time(2, 30), "Europe/Berlin", "2012-03-25T01:30"),  # does not exist: half past three
        ("2012-10-28", time(2, 30), "Europe/Berlin", "2012-10-28T01:30"),  # exists twice: the second time
        ("2012-10-21", time(), "America/Sao_Paulo", "2012-10-21T03:00"),  # the day begins at one
        ("2012-04-01", time(2, 45), "Australia/Lord_Howe", "2012-03-31T16:15"),  # half an hour, nothing twice then
        ("2011-12-30", time(17, 30), "Pacific/Apia", "2011-12-31T03:30"),  # a day that was left out
        ("2012-06-30", time(17, 30), "Asia/Kathmandu", "2012-06-30T11:45"),
    ],
)
def test_where_the_clock_is_changed_nobody_loses_time(day: str, clock: time, zone: str, moment: str) -> None:
    assert due_at(on(day), clock, zone) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@given(
    ANY_DAYS,
    st.times(),
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Shanghai"]),
)
def test_a_due_moment_is_never_before_its_local_time(day: date, clock: time, zone: str) -> None:
    reached = due_at(day, clock, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    assert reached >= datetime.combine(day, clock)
    assert due_at(day, clock, zone) <= due_at(day + timedelta(days=1), clock, zone)


@given(ANY_DAYS, st.integers(1, 300), st.booleans())
def test_adding_and_counting_are_inverse(start: date, n: int, inclusive: bool) -> None:
    due = CALENDAR.add_working_days(start, n, count_first_day=inclusive).date
    assert CALENDAR.is_working_day(due)
    assert CALENDAR.working_days_between(start, due, count_first_day=inclusive) == n


@given(ANY_DAYS, ANY_DAYS, st.booleans())
def test_counting_is_what_walking_finds(one: date, other: date, inclusive: bool) -> None:
    start, end = min(one, other), min(max(one, other), min(one, other) + timedelta(days=800))
    first = start if inclusive else start + timedelta(days=1)
    walked = sum(CALENDAR.is_working_day(first + timedelta(days=i)) for i in range((end - first).days + 1))
    assert CALENDAR.working_days_between(start, end, count_first_day=inclusive) == walked
    if start != end:
        assert CALENDAR.working_days_between(end, start, count_first_day=inclusive) == -walked


@given(ANY_DAYS, st.integers(0, 300), st.integers(0, 300))
def test_more_days_are_never_earlier(start: date, fewer: int, more: int) -> None:
    fewer, more = sorted((fewer, more))
    assert CALENDAR.add_working_days(start, fewer).date <= CALENDAR.add_working_days(start, more).date
    assert CALENDAR.add_natural_days(start, fewer).date <= CALENDAR.add_natural_days(start, more).date
    assert CALENDAR.add_natural_days(start, more).date <= CALENDAR.add_working_days(start, more).date


@given(ANY_DAYS, st.integers(0, 60))
def test_a_natural_limit_ends_on_the_first_working_day_from_the_nth_day(start: date, n: int) -> None:
    due = CALENDAR.add_natural_days(start, n).date
    last = start + timedelta(days=n)
    assert CALENDAR.is_working_day(due)
    assert not any(CALENDAR.is_working_day(last + timedelta(days=i)) for i in range((due - last).days))


@given(DAYS, st.integers(0, 20))
def test_known_years_are_never_provisional(start: date, n: int) -> None:
    due = CALENDAR.add_working_days(start, n)
    assert due.provisional == (due.date > on("2026-12-24"))


@given(ANY_DAYS, st.integers(0, 400))
def test_a_calendar_without_tables_knows_only_the_week(start: date, n: int) -> None:
    bare: Calendar = calendar_from_tables({})
    due = bare.add_working_days(start, n)
    assert due.provisional
    assert due.date.weekday() < 5
