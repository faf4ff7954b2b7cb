"""Counting a due day on by another calendar (domain.md section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.engine.cast import snapshot
from workflow.engine.calendar import Calendar, calendar_from_tables
from workflow.engine.recounting import Kind, Recount, kind_of

NOTICE: Mapping[str, object] = {
    "year": 2027,
    "status": "official",
    "source": "关于2027年部分节假日安排的通知",
    "holidays": ["2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11"],
    "make_up_days": ["2027-02-14", "2027-02-20"],
}
OLD = calendar_from_tables({})
NEW = calendar_from_tables({2027: NOTICE})
DAYS = st.dates(date(2027, 1, 4), date(2027, 3, 31))


def on(text: str) -> date:
    return date.fromisoformat(f"2027-{text}")


def recount(since: str, *, old: Calendar | None = OLD) -> Recount:
    return Recount(old, NEW, on(since))


@pytest.mark.parametrize(
    ("since", "due", "kind", "told", "found"),
    [
        ("02-01", "02-03", Kind.WORKING, False, "02-03"),  # before the holiday
        ("02-01", "02-08", Kind.WORKING, False, "02-14"),  # five working days: 1 to 4 left, then Sunday the 14th
        ("02-01", "02-08", Kind.PRINTED, True, "02-14"),
        ("02-12", "02-17", Kind.WORKING, False, "02-16"),  # the make-up Sunday brings it forward
        ("02-12", "02-17", Kind.WORKING, True, "02-17"),  # but not once it has been told
        ("02-12", "02-17", Kind.PRINTED, False, "02-17"),  # nor where a paper says so
        ("02-01", "02-09", Kind.NATURAL, False, "02-12"),  # rolls forward
        ("02-01", "02-12", Kind.NATURAL, False, "02-12"),
        ("02-01", "02-09", Kind.FIXED, False, "02-09"),  # people have chosen it
        ("02-08", "02-08", Kind.WORKING, False, "02-12"),  # today has become a holiday
        ("01-08", "01-09", Kind.WORKING, False, "01-11"),  # no working day is left before a Saturday
        ("02-12", "02-15", Kind.WORKING, False, "02-14"),  # one is left, and it is the make-up Sunday
        ("03-01", "02-09", Kind.WORKING, False, "02-09"),  # the past stays as it was
    ],
)
def test_what_becomes_of_a_due_day(since: str, due: str, kind: Kind, told: bool, found: str) -> None:
    assert recount(since).day(on(due), kind, is_told=told).date == on(found)


def test_without_the_old_calendar_a_day_off_rolls_forward() -> None:
    assert recount("02-01", old=None).day(on("02-08"), Kind.WORKING, is_told=False).date == on("02-12")
    assert recount("02-01", old=None).day(on("02-03"), Kind.WORKING, is_told=False).date == on("02-03")


@pytest.mark.parametrize(
    ("stated", "version", "kind"),
    [
        (None, "", Kind.FIXED), ("field:closes_on", "a", Kind.FIXED), ("field:deadline_on", "a", Kind.PRINTED),
        ("field:deadline_on", "", Kind.FIXED), ("field:notice_to", "a", Kind.PRINTED),
        ("5 working days", "", Kind.WORKING), ("5 natural days", "", Kind.NATURAL),
        ("plan.internal_review_limit", "", Kind.WORKING), ("some.limit", "", Kind.NATURAL),
    ],
)  # fmt: skip
def test_how_a_due_day_came_about(stated: str | None, version: str, kind: Kind) -> None:
    facts = snapshot("rectification", data={"calendar_version": version})
    given_limit = replace(facts, parameters={**facts.parameters, "some.limit": "7 natural days, first day counted"})
    assert kind_of(given_limit, stated) is kind


def test_what_was_chosen_or_lies_behind_is_stamped_anew() -> None:
    assert recount("02-01").day(on("02-09"), Kind.FIXED, is_told=False).calendar_version == NEW.version
    assert recount("03-01").day(on("02-09"), Kind.WORKING, is_told=False).calendar_version == NEW.version


def test_the_new_version_and_whether_it_may_still_move_are_told() -> None:
    found = recount("02-01").day(on("02-03"), Kind.WORKING, is_told=False)
    assert (found.calendar_version, found.provisional) == (NEW.version, False)
    assert recount("02-01").day(date(2028, 1, 5), Kind.FIXED, is_told=False).provisional


@given(DAYS, st.integers(1, 40), st.booleans())
def test_a_limit_is_what_it_would_have_been_with_the_new_calendar(since: date, n: int, told: bool) -> None:
    due, wanted = OLD.add_working_days(since, n).date, NEW.add_working_days(since, n).date
    assert Recount(OLD, NEW, since).day(due, Kind.WORKING, is_told=False).date == wanted
    assert Recount(OLD, NEW, since).day(due, Kind.WORKING, is_told=told).date >= (due if told else wanted)


@given(DAYS, st.integers(0, 40), st.sampled_from(Kind), st.booleans())
def test_never_before_the_day_from_which_it_is_counted(since: date, days: int, kind: Kind, told: bool) -> None:
    due = since + timedelta(days=days)
    assert Recount(OLD, NEW, since).day(due, kind, is_told=told).date >= since


@given(DAYS, DAYS, st.sampled_from(Kind), st.booleans())
def test_the_same_calendar_changes_nothing_that_it_counted(since: date, due: date, kind: Kind, told: bool) -> None:
    day = NEW.roll_forward(due).date
    assert Recount(NEW, NEW, since).day(day, kind, is_told=told).date == day
