"""Quiet hours and the hour of the digest on the wall clock, across changes of daylight-saving time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.notices.hours import after_quiet, digest_day, on_wall

BERLIN, BEIJING, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai"), ZoneInfo("Australia/Lord_Howe")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2012-03-05T01:00", BEIJING, "2012-03-05T01:00"),  # nine in the morning
        ("2012-03-05T13:00", BEIJING, "2012-03-05T23:30"),  # nine in the evening, the first quiet minute
        ("2012-03-05T12:59", BEIJING, "2012-03-05T12:59"),
        ("2012-03-05T23:29", BEIJING, "2012-03-05T23:30"),
        ("2012-03-05T23:30", BEIJING, "2012-03-05T23:30"),
        ("2012-03-24T23:00", BERLIN, "2012-03-25T05:30"),  # the night in which an hour is missing
        ("2012-10-27T22:00", BERLIN, "2012-10-28T06:30"),  # the night with one hour twice
    ],
)
def test_quiet_hours_end_on_the_wall_clock(moment: str, zone: ZoneInfo, expected: str) -> None:
    assert after_quiet(utc(moment), time(21), time(7, 30), zone) == utc(expected)


def test_quiet_hours_that_end_in_the_hour_that_comes_twice() -> None:
    second = utc("2012-10-28T01:10")  # ten past two in Berlin for the second time
    assert after_quiet(second, time(21), time(2, 30), BERLIN) == utc("2012-10-28T01:30")


def test_quiet_hours_that_end_in_the_hour_that_is_missing() -> None:
    assert after_quiet(utc("2012-03-25T00:50"), time(21), time(2, 30), BERLIN) == utc("2012-03-25T01:30")


def test_equal_times_mean_no_quiet_hours() -> None:
    assert after_quiet(utc("2012-03-05T15:00"), time(0), time(0), BEIJING) == utc("2012-03-05T15:00")


times = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@given(
    st.integers(0, 3 * 365 * 24 * 60), times, times, st.sampled_from([BERLIN, BEIJING, LORD_HOWE])
)  # fmt: skip
def test_nothing_is_put_off_by_more_than_a_day_nor_into_quiet_hours(
    minutes: int, start: time, end: time, zone: ZoneInfo
) -> None:
    moment = utc("2011-01-01T00:00") + timedelta(minutes=minutes)
    found = after_quiet(moment, start, end, zone)
    assert moment <= found <= moment + timedelta(hours=25)
    if found != moment:
        assert found.astimezone(zone).time() >= end or found.astimezone(zone).time() < start


@pytest.mark.parametrize(
    ("moment", "at", "day"),
    [
        ("2012-03-24T06:59", "08:00", None),
        ("2012-03-24T07:00", "08:00", "2012-03-24"),
        ("2012-03-25T05:59", "08:00", None),  # an hour earlier by UTC from this morning on
        ("2012-03-25T06:00", "08:00", "2012-03-25"),
        ("2012-03-25T01:00", "02:30", None),  # the clocks never show half past two on this day
        ("2012-03-25T01:30", "02:30", "2012-03-25"),
        ("2012-10-28T00:30", "02:30", "2012-10-28"),
        ("2012-10-28T01:30", "02:30", "2012-10-28"),  # and a second time: the same day, told once
    ],
)
def test_the_digest_of_a_day_is_due_from_its_hour_on(moment: str, at: str, day: str | None) -> None:
    found = digest_day(utc(moment), time.fromisoformat(at), BERLIN)
    assert found == (date.fromisoformat(day) if day else None)


def test_the_wall_clock_names_one_moment_of_every_day() -> None:
    days = [date(2012, 1, 1) + timedelta(days=each) for each in range(366)]
    moments = [on_wall(each, time(8), BERLIN) for each in days]
    assert len(set(moments)) == 366
    assert {b - a for a, b in pairwise(moments)} == {
        timedelta(hours=23), timedelta(hours=24), timedelta(hours=25)
    }  # fmt: skip
