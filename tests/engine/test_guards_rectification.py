"""The conditions and effects of rectification: both parts, the lead relation, deadlines, the ladder (R57, R80)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.engine.asking import Asked, case_of, check
from tests.engine.cast import (
    ASSESSOR,
    BRANCH,
    CE_LG,
    CLERK,
    COMMITTEE,
    LEADER,
    LOCAL,
    LOCAL_ENTERPRISE,
    SECRETARY,
    change,
    child,
    done,
    snapshot,
)
from workflow.engine.snapshot import Snapshot

STAGE = "rectification"
NOTICE = {
    "causes": ["ineffective_work"],
    "facts": "三季度没有开展组织生活",
    "evidence": ["检查记录"],
    "criticism": "抓落实不力",
    "problems": ["组织生活缺失", "台账不全"],
    "requirements": ["按月开展组织生活"],
    "limit_days": 10,
}
ITEM = {"measure": "补开", "owner": "王书记", "due_on": "2012-03-16", "state": "done", "evidence": "记录"}
ITEMS = [ITEM | {"problem": "组织生活缺失"}, ITEM | {"problem": "台账不全"}]
DUE = {"deadline_on": "2012-03-19", "deadline_days": 10}
PASSED = [{"problem": each, "result": "passed", "note": "已查"} for each in NOTICE["problems"]]  # type: ignore[attr-defined]
FAILED = [PASSED[0], PASSED[1] | {"result": "failed"}]


def late(days: int) -> date:
    """A day so many working days after the deadline, a Monday; no holiday falls in between."""
    return date(2012, 3, 19 + days + 2 * (days // 5))


ASKED = [
    Asked("issuer_leads_target", "Z01", {"own": LOCAL_ENTERPRISE, "bodies": {"sup": CE_LG}}, "可以发建议函",
          {"own": LOCAL_ENTERPRISE, "bodies": {"sup": LOCAL}}),
    Asked("cause_has_facts", "Z01", {"data": {"evidence": []}}, "证据", {}, {"data": NOTICE}),
    Asked("notice_has_both_parts", "Z03", {"data": {"criticism": ""}}, "既有批评又有限期", {}, {"data": NOTICE}),
    Asked("notice_has_both_parts", "Z03", {"data": {"limit_days": 3}}, "不得少于5个工作日", {}, {"data": NOTICE}),
    Asked("issuer_is_not_notice_drafter", "Z05", {"actor": CLERK}, "拟稿人", {"actor": LEADER},
          {"history": [done("Z01", CLERK)]}),
    Asked("dispute_is_in_window", "Z08", {"today": date(2012, 3, 9)}, "2012-03-08届满", {"today": date(2012, 3, 8)},
          {"history": [done("Z05", LEADER)]}),
    Asked("reviewer_did_not_issue", "Z09", {"actor": LEADER}, "不能复核", {"actor": CLERK},
          {"history": [done("Z05", LEADER)]}),
    Asked("plan_answers_every_problem", "Z12", {"data": {"items": ITEMS[:1]}}, "台账不全", {},
          {"data": NOTICE | {"items": ITEMS}}),
    Asked("plan_answers_every_problem", "Z12", {"data": {"items": [ITEMS[0], ITEMS[1] | {"owner": ""}]}}, "第2行", {},
          {"data": NOTICE | {"items": ITEMS}}),
    Asked("plan_ends_in_time", "Z12", {"data": {"deadline_on": "2012-03-15"}}, "第1、2行", {"data": DUE},
          {"data": {"items": ITEMS}}),
    Asked("extension_is_asked_in_time", "Z16", {"today": date(2012, 3, 16)}, "2个工作日以前",
          {"today": date(2012, 3, 15)}, {"data": DUE}),
    Asked("extensions_are_left", "Z16", {"history": [done("Z17")]}, "最多延长1次", {}),
    Asked("extension_is_within_limit", "Z17", {"data": {"extension_days": 11}}, "最多延长10个",
          {"data": {"extension_days": 10}}),
    Asked("every_problem_is_done", "Z19", {"data": {"items": [ITEMS[0], ITEMS[1] | {"state": "open"}]}}, "第2行", {},
          {"data": NOTICE | {"items": ITEMS}}),
    Asked("acceptors_are_impartial", "Z21", {"data": {"team": [CLERK]}}, "至少2人",
          {"data": {"team": [CLERK, ASSESSOR]}}),
    Asked("acceptors_are_impartial", "Z21", {"data": {"team": [CLERK, SECRETARY]}}, "撰写人",
          {"data": {"team": [CLERK, ASSESSOR]}},
          {"history": [done("Z19", SECRETARY)]}),
    Asked("every_problem_is_verified", "Z22", {"data": {"verification": PASSED[:1]}}, "还没有验收", {},
          {"data": NOTICE | {"verification": PASSED}}),
    Asked("every_problem_is_verified", "Z22", {"data": {"verification": FAILED}}, "验收不合格", {},
          {"data": NOTICE | {"verification": PASSED}}),
    Asked("some_problem_failed", "Z23", {"data": {"verification": PASSED}}, "没有不合格",
          {"data": {"verification": FAILED}}),
    Asked("overdue_enough_for_interview", "Z28", {"today": late(2)}, "满3个工作日", {"today": late(3)}, {"data": DUE}),
    Asked("overdue_enough_for_circular", "Z30", {"today": late(6)}, "满7个工作日", {"today": late(7)}, {"data": DUE}),
    Asked("overdue_enough_for_circular", "Z30", {"data": {"overdue_count": 1}}, "满7个工作日",
          {"data": {"overdue_count": 2}},
          {"data": DUE, "today": late(1)}),
    Asked("overdue_enough_for_escalation", "Z38", {"today": date(2012, 4, 9)}, "满15个工作日",
          {"today": date(2012, 4, 10)}, {"data": DUE}),
    Asked("escalation_is_not_before_meeting", "Z38", {"children": [child("escalation_vote", "voting", final=False)]},
          "等待表决",
          {"children": [child("escalation_vote", "rejected")]}),
    Asked("outcome_is_verified", "Z33", {}, "没有整改到位", {"data": {"verified": True}}),
    Asked("notice_was_issued", "Z34", {}, "没有下发过", {"history": [done("Z05")]}),
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: f"{each.guard}: {each.words}")
def test_guard(asked: Asked) -> None:
    check(STAGE, asked)


@pytest.mark.parametrize("transition", ["Z01", "Z03", "Z05"])
def test_a_guide_is_refused_wherever_a_notice_is_made(transition: str) -> None:
    move = next(each for each in snapshot(STAGE).definition.transitions if each.id == transition)
    assert "issuer_leads_target" in move.guards


def rectification(data: dict[str, Any]) -> Snapshot:
    """A case with data."""
    return case_of(STAGE, {"data": data, "own": BRANCH, "bodies": {"sup": COMMITTEE}})


def test_the_deadline_is_computed_on_the_working_calendar() -> None:
    data = change("set_deadline", rectification(NOTICE), "Z05").data
    assert (data["deadline_on"], data["deadline_days"]) == ("2012-03-19", 10)
    assert data["calendar_version"] == snapshot(STAGE).calendar.version
    over = change("set_deadline", rectification(NOTICE), "Z05", today=date(2012, 9, 28)).data
    assert over["deadline_on"] == "2012-10-18"  # across the National Day holiday


def test_a_granted_extension_is_added_to_the_deadline() -> None:
    facts = rectification({**DUE, "extension_days": 5})
    assert change("propose_new_deadline", facts, "Z16").data["new_due_on"] == "2012-03-26"
    granted = change("extend_deadline", facts, "Z17").data
    assert (granted["deadline_on"], granted["deadline_days"]) == ("2012-03-26", 15)
    assert change("refuse_extension", facts, "Z18").data["new_due_on"] == "2012-03-19"


def test_a_last_deadline_starts_today() -> None:
    assert change("set_rework_deadline", rectification({"rework_days": 5}), "Z29").data["deadline_on"] == "2012-03-12"


def test_the_ledger_starts_with_the_problems_and_keeps_what_is_known() -> None:
    started = change("list_problems", rectification(NOTICE), "Z05").data["items"]
    assert [each["problem"] for each in started] == NOTICE["problems"]  # type: ignore[attr-defined]
    kept = change("list_problems", rectification(NOTICE | {"items": ITEMS[:1]}), "Z10").data["items"]
    assert kept[0]["measure"] == "补开"  # type: ignore[index]


def test_acceptance_starts_from_the_ledger_and_writes_back() -> None:
    listed = change("list_verification", rectification({"items": ITEMS}), "Z21").data["verification"]
    assert [each["problem"] for each in listed] == NOTICE["problems"]  # type: ignore[attr-defined]
    data = change("record_acceptance", rectification({"items": ITEMS, "verification": FAILED}), "Z23").data
    assert data["conclusion"] == "不合格"
    assert [each["state"] for each in data["items"]] == ["done", "open"]  # type: ignore[attr-defined]
    assert (
        change("record_acceptance", rectification({"items": ITEMS, "verification": PASSED}), "Z22").data["conclusion"]
        == "合格"
    )


def test_every_missed_deadline_is_counted() -> None:
    assert change("count_overdue", rectification({"overdue_count": 1}), "Z26", actor=None).data == {"overdue_count": 2}


def test_a_relapse_opens_the_ledger_again() -> None:
    items = change("reopen_ledger", rectification({"items": ITEMS}), "Z35").data["items"]
    assert {each["state"] for each in items} == {"open"}  # type: ignore[attr-defined]


def test_a_cause_from_another_case_is_taken_over() -> None:
    taken = change("take_over_cause", rectification({"cause": "ineffective_work"}), "Z01").data
    assert taken == {"causes": ["ineffective_work"]}
    assert change("take_over_cause", rectification(NOTICE), "Z01").data == {}
