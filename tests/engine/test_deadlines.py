"""When a state is due, and which timers follow (domain.md §8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.engine.cast import COMMITTEE, TODAY, snapshot
from workflow.definition.model import State
from workflow.engine.calendar import calendar_from_tables
from workflow.engine.deadlines import Limit, dates_moved, day_of, days_before, lasting, limit, reminders
from workflow.engine.snapshot import Snapshot

FIELDS = {"due": "field:deadline_on", "on_due": "mark_overdue"}


def resting(data: dict[str, object] | None = None, **stated: Any) -> Snapshot:
    """A case in a state that is due as stated."""
    facts = snapshot("rectification", "issued", own=COMMITTEE, data=data or {})
    plain = {"due": None, "on_due": None, "also_due": None, "on_also_due": None, "repeat_due": False,
             "remind": (), "on_remind": None}  # fmt: skip
    state = facts.definition.states["issued"].model_copy(update=plain | stated)
    return replace(facts, definition=facts.definition.model_copy(update={"states": {"issued": state}}))


def timers(found: Limit | None) -> list[tuple[str, date]]:
    assert found is not None
    return [(each.trigger, each.at.date()) for each in found.timers]


@pytest.mark.parametrize("stored", [None, "", 20120330, ["2012-03-30"]])
def test_a_date_that_is_not_there_limits_nothing(stored: object) -> None:
    assert limit(resting({"deadline_on": stored}, **FIELDS), TODAY) is None


def test_both_moments_are_counted_from_today() -> None:
    facts = resting(due="2 working days", on_due="chase_receipt", also_due="4 working days", on_also_due="mark_overdue")
    assert timers(limit(facts, TODAY)) == [("chase_receipt", date(2012, 3, 7)), ("mark_overdue", date(2012, 3, 9))]


def test_only_what_is_to_be_repeated_is_repeated_and_only_until_a_second_moment() -> None:
    twice = {"due": "2 working days", "on_due": "chase_receipt", "also_due": "field:deadline_on"}
    once = [("chase_receipt", date(2012, 3, 7))]
    assert timers(limit(resting({"deadline_on": "2012-03-30"}, **twice), TODAY)) == once
    assert timers(limit(resting(**twice, on_also_due="mark_overdue", repeat_due=True), TODAY)) == once
    ends_with_it = {"deadline_on": "2012-03-09"}
    assert timers(limit(resting(ends_with_it, **twice, repeat_due=True), TODAY)) == once, "not on the last day itself"


def test_a_limit_says_whether_it_may_still_move_and_by_which_calendar_it_was_counted() -> None:
    stated: dict[str, Any] = {**FIELDS, "remind": (1,), "on_remind": "remind_before_due"}
    facts = resting({"deadline_on": "2014-03-10"}, **stated)
    for each, is_provisional in ((facts, True), (resting({"deadline_on": "2012-03-30"}, **stated), False)):
        found = limit(each, TODAY)
        assert found is not None
        assert found.is_provisional is is_provisional
        timer, reminder = found.timers
        assert timer.at == found.at > reminder.at
        for one in (timer, reminder):
            assert (one.is_provisional, one.calendar_version) == (is_provisional, facts.calendar.version)


def test_a_reminder_comes_tomorrow_at_the_earliest() -> None:
    facts = resting({"deadline_on": "2012-03-09"}, **FIELDS, remind=(5, 4, 3, 0), on_remind="remind_before_due")
    reminded = [each.at for each in limit(facts, TODAY).timers if each.trigger == "remind_before_due"]  # type: ignore[union-attr]
    assert [each.isoformat() for each in reminded] == ["2012-03-05T16:00:00+00:00", "2012-03-08T16:00:00+00:00"]


def test_working_days_are_counted_back_over_holidays() -> None:
    facts = resting()
    assert days_before(facts, date(2012, 1, 30), 1) == date(2012, 1, 29), "a Sunday that is worked"
    assert days_before(facts, date(2012, 1, 29), 1) == date(2012, 1, 21)
    assert days_before(facts, date(2012, 1, 30), 0) == date(2012, 1, 30)


def test_days_of_reminders_are_whole_numbers_of_a_list() -> None:
    facts = replace(resting(), parameters={"days": [5, "3", 1], "day": 5})
    assert reminders(facts, "days") == [5, 1]
    assert reminders(facts, "day") == []
    assert reminders(facts, (3, 1)) == [3, 1]


def test_a_limit_that_is_no_duration_is_named() -> None:
    facts = replace(resting(), parameters={"some.limit": "soon"})
    with pytest.raises(ValueError, match=r"some\.limit: 'soon' is not a duration"):
        lasting(facts, "some.limit", TODAY)


@pytest.mark.parametrize(
    ("zone", "hour", "day"),
    [("Asia/Shanghai", 16, 6), ("Asia/Shanghai", 15, 5), ("Pacific/Honolulu", 9, 4), ("Pacific/Honolulu", 10, 5)],
)
def test_a_moment_falls_on_the_day_that_it_is_where_the_body_is(zone: str, hour: int, day: int) -> None:
    moment = datetime(2012, 3, 5, hour, tzinfo=UTC)
    assert day_of(replace(resting(), zone=zone), moment) == date(2012, 3, day)


def test_a_day_is_counted_by_the_calendar_of_the_case() -> None:
    bare = replace(resting(), calendar=calendar_from_tables({}))
    assert lasting(bare, "1 working day", date(2012, 1, 20)).date == date(2012, 1, 23)
    assert lasting(resting(), "1 working day", date(2012, 1, 20)).date == date(2012, 1, 21)


@pytest.mark.parametrize(
    ("stated", "moved"),
    [
        ({"due": "field:a_on"}, True), ({"due": "field:b_on"}, False), ({"due": "a_on"}, False),
        ({"due": "5 working days", "also_due": "field:a_on"}, True), ({"also_due": "field:c_on"}, True), ({}, False),
    ],
)  # fmt: skip
def test_a_limit_is_counted_anew_when_a_date_of_it_was_changed(stated: dict[str, str], moved: bool) -> None:
    state = State(title="办理", **stated)
    before, after = (
        {"a_on": "2012-03-30", "b_on": "2012-04-06"},
        {"a_on": "2012-04-13", "b_on": "2012-04-06", "c_on": ""},
    )
    assert dates_moved(state, before, after) is moved
