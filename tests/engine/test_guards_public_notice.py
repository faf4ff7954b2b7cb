"""The conditions and effects of a public notice: its period on the working calendar (domain.md §4.11, §8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.engine.asking import Asked, check
from tests.engine.cast import MEMBER, ORGANISER, calendar, change, parameters, snapshot

STAGE = "public_notice"
PERIOD = {"notice_from": "2012-03-05", "notice_to": "2012-03-09"}

ASKED = [
    Asked("objection_is_in_period", "N02", {"today": date(2012, 3, 12)}, "届满", {}, {"data": PERIOD}),
    Asked("objection_can_be_checked", "N02", {"values": {"objection_kind": "anonymous"}}, "没有具体线索",
          {"values": {"objection_kind": "anonymous", "clues": ["3月1日签到表缺页"]}}),
    Asked("objection_can_be_checked", "N02", {"values": {"objection_kind": "named"}}, "登记异议人",
          {"values": {"objection_kind": "named", "objector": "周远"}}),
    Asked("notice_period_is_over", "N05", {}, "2012-03-09届满", {"today": date(2012, 3, 12)}, {"data": PERIOD}),
    Asked("notice_period_is_over", "N05", {"due_at": datetime(2012, 3, 9, 9, 30, tzinfo=UTC)}, "届满",
          {"due_at": datetime(2012, 3, 9, 1, tzinfo=UTC)}, {"data": PERIOD, "today": date(2012, 3, 9)}),
    Asked("objection_is_in_period", "N02", {"today": date(2012, 3, 12)}, "届满", {"today": date(2012, 3, 9)},
          {"data": PERIOD}),
    Asked("notice_period_is_over", "N05", {"today": date(2012, 3, 9)}, "届满", {"today": date(2012, 3, 10)},
          {"data": PERIOD}),
    Asked("notice_period_is_over", "N05", {"due_at": datetime(2012, 3, 9, 2, 1, tzinfo=UTC)}, "届满",
          {"due_at": datetime(2012, 3, 9, 2, tzinfo=UTC)}, {"data": PERIOD, "today": date(2012, 3, 9)}),
    Asked("notice_period_is_over", "N05", {}, "还没有开始", {"data": PERIOD, "today": date(2012, 3, 12)}),
    Asked("decider_is_not_nominee", "N04", {"actor": MEMBER}, "须回避",
          {"actor": ORGANISER}, {"data": {"nominees": [MEMBER]}}),
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: f"{each.guard}: {each.words}")
def test_guard(asked: Asked) -> None:
    check(STAGE, asked)


def notice(data: dict[str, object] | None = None, **changed: object) -> Any:
    """A notice under changed parameters."""
    facts = snapshot(STAGE, "posted", data=data)
    return replace(facts, parameters={**parameters(), **changed})


def test_the_first_day_counts_by_default() -> None:
    data = change("start_notice_period", notice(), "N01").data
    assert (data["notice_from"], data["notice_to"]) == ("2012-03-05", "2012-03-09")
    assert data["notice_provisional"] is False
    assert data["calendar_version"] == calendar().version
    later = change("start_notice_period", notice(**{"notice.count_first_day": False}), "N01").data
    assert later["notice_to"] == "2012-03-12"


def test_make_up_days_count_and_holidays_do_not() -> None:
    data = change("start_notice_period", notice(), "N01", today=date(2012, 3, 30)).data
    assert data["notice_to"] == "2012-04-06"  # 31 March and 1 April work, 2 to 4 April do not


def test_the_clock_stops_while_an_objection_is_checked() -> None:
    stopped = change("stop_notice_clock", notice(PERIOD), "N02", today=date(2012, 3, 7)).data
    assert (stopped["days_left"], stopped["objected_on"]) == (2, "2012-03-07")
    resumed = change("resume_notice_clock", notice({**PERIOD, **stopped}), "N03", today=date(2012, 3, 13)).data
    assert resumed["notice_to"] == "2012-03-15"


@pytest.mark.parametrize(("today", "left"), [(date(2012, 3, 9), 0), (date(2012, 3, 12), 0), (date(2012, 3, 8), 1)])
def test_no_day_is_left_once_the_period_is_over(today: date, left: int) -> None:
    assert change("stop_notice_clock", notice(PERIOD), "N02", today=today).data["days_left"] == left
    assert change("stop_notice_clock", notice(), "N02", today=today).data["days_left"] == 0
    assert change("resume_notice_clock", notice(), "N03", today=today).data["notice_to"] == today.isoformat()


def test_a_campaign_may_start_the_period_anew() -> None:
    facts = notice({**PERIOD, "days_left": 2}, **{"notice.restart_after_check": True})
    assert change("resume_notice_clock", facts, "N03", today=date(2012, 3, 12)).data["notice_to"] == "2012-03-16"
