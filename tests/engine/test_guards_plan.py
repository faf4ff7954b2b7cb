"""The conditions and effects of the plan stage (domain.md §4.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.cast import (
    BRANCH,
    CLERK,
    COMMITTEE,
    ENTERPRISE,
    LOCAL_ENTERPRISE,
    SECRETARY,
    TODAY,
    TREE,
    change,
    child,
    days_from_today,
    definition,
    done,
    parameters,
    refusal,
    related,
    snapshot,
)
from workflow.engine.routing import Tree
from workflow.engine.values import digest

GOALS = ("science_development", "social_harmony", "serve_people", "strengthen_base")
MEASURES = [{"goal": goal, "text": "办实事", "owner": "王书记", "due_on": "2012-06-30"} for goal in GOALS]
PLAN: dict[str, object] = {
    "kind": "scheme",
    "mode": "file",
    "central_work": "大型装备总装",
    "measures": MEASURES,
    "carriers": [{"kind": "area", "name": "党员责任区", "target": "零缺陷"}],
    "schedule": [{"phase": "实施", "from_on": "2012-04-01", "to_on": "2012-11-30", "work": "落实措施"}],
    "cost_budget": 0,
    "effective_on": days_from_today(0),
}
OPINION = PLAN | {"kind": "opinion"}


def plan(state: str = "draft", data: dict[str, object] | None = None, **surroundings: Any) -> Any:
    return snapshot("plan", state, data=PLAN | (data or {}), **surroundings)


def test_a_plan_without_a_measure_for_each_goal_is_refused() -> None:
    assert "加强基层组织" in (refusal("all_goals_covered", plan(data={"measures": MEASURES[:3]}), "P01") or "")
    assert refusal("all_goals_covered", plan(), "P01") is None


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ({"central_work": " "}, "中心工作"),
        ({"carriers": []}, "活动载体"),
        ({"schedule": []}, "方法步骤"),
        ({"cost_budget": None}, "经费预算"),
        ({"effective_on": None}, "实施日期"),
        ({"measures": [MEASURES[0] | {"owner": ""}]}, "第1项措施"),
    ],
)
def test_an_incomplete_plan_is_refused_with_what_is_missing(missing: dict[str, object], named: str) -> None:
    assert named in (refusal("plan_is_complete", plan(data=missing), "P01") or "")
    assert refusal("plan_is_complete", plan(), "P01") is None


def test_an_opinion_is_made_by_an_enterprise_and_filed() -> None:
    assert "中央企业党委制定" in (refusal("opinion_is_filed", plan(data=OPINION), "P01") or "")
    unfiled = plan(data=OPINION | {"mode": "none"}, own=ENTERPRISE)
    assert "备案" in (refusal("opinion_is_filed", unfiled, "P01") or "")
    assert refusal("opinion_is_filed", plan(data=OPINION, own=ENTERPRISE), "P01") is None
    assert refusal("opinion_is_filed", plan(data={"mode": "none"}), "P01") is None


def test_a_body_without_a_category_is_refused() -> None:
    assert "登记分类" in (refusal("body_has_category", plan(own=LOCAL_ENTERPRISE), "P01") or "")
    assert refusal("body_has_category", plan(), "P01") is None


@pytest.mark.parametrize(
    ("guard", "transition"), [("reviewer_is_not_drafter", "P03"), ("approver_is_not_drafter", "P14")]
)
def test_who_drafts_neither_reviews_nor_approves(guard: str, transition: str) -> None:
    drafted = plan("internal_review", history=[done("P01", SECRETARY)])
    assert refusal(guard, drafted, transition, actor=SECRETARY)
    assert refusal(guard, drafted, transition, actor=CLERK) is None


def test_every_remark_of_a_return_is_answered() -> None:
    returned = plan(data={"remarks": ["补时限", "补责任人"], "answers": ["已补"]})
    assert "已答复1条" in (refusal("remarks_are_answered", returned, "P01") or "")
    assert refusal("remarks_are_answered", returned, "P01", values={"answers": ["已补", "已补"]}) is None


@pytest.mark.parametrize(("state", "passed", "not_passed"), [("passed", True, False), ("deferred", False, True)])
def test_the_vote_decides_where_a_plan_goes(state: str, passed: bool, not_passed: bool) -> None:
    voted = plan("deliberating", children=[child("vote", state)])
    assert (refusal("vote_has_passed", voted, "P04", actor=None) is None) is passed
    assert (refusal("vote_has_not_passed", voted, "P05", actor=None) is None) is not_passed


def test_only_the_adopted_text_is_signed() -> None:
    adopted = {"text_hash": digest(PLAN, definition("plan").opening)}
    assert refusal("text_is_as_adopted", plan("adopted", adopted), "P06") is None
    changed = adopted | {"cost_budget": 5000}
    assert "不一致" in (refusal("text_is_as_adopted", plan("adopted", changed), "P06") or "")


def test_freezing_keeps_the_hash_that_signing_checks() -> None:
    frozen = change("freeze_text", plan("deliberating"), "P04", actor=None).data
    assert refusal("text_is_as_adopted", plan("adopted", dict(frozen)), "P06") is None


def test_an_enterprise_without_leading_group_signs_nothing() -> None:
    alone = replace(plan("adopted", own=ENTERPRISE), tree=Tree(TREE.bodies, TREE.leads, TREE.guides))
    assert "领导小组" in (refusal("enterprise_has_leading_group", alone, "P06") or "")
    assert refusal("enterprise_has_leading_group", plan("adopted", own=ENTERPRISE), "P06") is None
    assert refusal("enterprise_has_leading_group", plan("adopted", own=COMMITTEE), "P06") is None


@pytest.mark.parametrize(
    ("mode", "goes_up", "is_published", "is_filed"),
    [("approve", True, False, False), ("file", False, True, True), ("none", False, True, False)],
)
def test_the_mode_decides_the_way_after_signing(mode: str, goes_up: bool, is_published: bool, is_filed: bool) -> None:
    signed = plan("signed", {"mode": mode})
    assert (refusal("mode_is_approve", signed, "P07") is None) is goes_up
    assert (refusal("mode_is_not_approve", signed, "P16") is None) is is_published
    assert (refusal("mode_is_file", signed, "P06") is None) is is_filed
    assert (refusal("text_may_be_issued", signed, "P06") is None) is is_published


def test_a_body_without_leading_superior_cannot_submit() -> None:
    lost = replace(plan("signed"), tree=Tree(TREE.bodies))
    assert "上级领导党组织" in (refusal("has_leading_superior", lost, "P07") or "")
    assert refusal("has_leading_superior", plan("signed"), "P07") is None


def test_publication_reaches_staff() -> None:
    assert "职工群众" in (refusal("channel_reaches_staff", plan(), "P16", values={"channels": ["party_site"]}) or "")
    assert refusal("channel_reaches_staff", plan(), "P16", values={"channels": ["party_site", "board"]}) is None


def test_a_filed_plan_is_published_once_its_filing_is_open() -> None:
    assert refusal("filing_is_open", plan("signed"), "P16")
    assert refusal("filing_is_open", plan("signed", children=[child("filing", "pending", final=False)]), "P16") is None
    assert refusal("filing_is_open", plan("signed", {"mode": "none"}), "P16") is None


def test_carrying_out_starts_on_the_effective_date() -> None:
    early = plan("published", {"effective_on": days_from_today(1)})
    assert "未到" in (refusal("effective_date_reached", early, "P17", actor=None) or "")
    assert refusal("effective_date_reached", early, "P17", actor=None, today=TODAY.replace(day=6)) is None
    undated = plan("published", {"effective_on": None})
    assert refusal("effective_date_reached", undated, "P17", actor=None) is None


def test_the_old_plan_stands_until_the_new_one_starts() -> None:
    new = related("plan", "in_progress", {"replaces": "创优-2012-0001"}, final=False)
    assert refusal("replacement_is_in_progress", plan("in_progress", related=[new]), "P18", actor=None) is None
    waiting = plan("in_progress", related=[replace(new, state="published")])
    assert refusal("replacement_is_in_progress", waiting, "P18", actor=None)


def test_a_plan_is_closed_when_every_measure_is_settled() -> None:
    ledger = change("open_ledger", plan("published"), "P17", actor=None).data
    assert ledger["ends_on"] == "2012-11-30"
    texts = [each["text"] for each in PLAN["measures"]]  # type: ignore[attr-defined]
    assert ledger["outcomes"] == [{"measure": each, "outcome": "open", "note": ""} for each in texts]
    assert "还有措施没有结果" in (refusal("measures_are_settled", plan("in_progress", dict(ledger)), "P19") or "")
    settled = [{"measure": "办实事", "outcome": "done"}] * len(GOALS)
    assert refusal("measures_are_settled", plan("in_progress", {"outcomes": settled}), "P19") is None
    assert refusal("measures_are_settled", plan("in_progress"), "P19")


def test_which_paper_is_issued_follows_the_kind() -> None:
    assert refusal("plan_is_opinion", plan(data=OPINION), "P06") is None
    assert refusal("plan_is_opinion", plan(), "P06")
    assert refusal("scheme_may_be_issued", plan(), "P06") is None
    assert refusal("scheme_may_be_issued", plan(data=OPINION), "P06")


def test_a_locally_led_enterprise_files_twice() -> None:
    assert refusal("opinion_is_filed_twice", plan(data=OPINION, own=LOCAL_ENTERPRISE), "P06") is None
    assert refusal("opinion_is_filed_twice", plan(data=OPINION, own=ENTERPRISE), "P06")
    assert refusal("opinion_is_filed_twice", plan(own=BRANCH), "P06")


def test_a_return_lists_its_remarks_and_clears_the_answers() -> None:
    answered = plan("internal_review", {"answers": ["旧答复"]})
    assert change("list_remarks", answered, "P02", values={"reason": "措施太空"}).data == {
        "remarks": ["措施太空"],
        "answers": [],
    }
    assert change("list_remarks", answered, "P12", values={"remarks": ["一", "二"]}).data["remarks"] == ["一", "二"]


def test_revision_counts_versions_and_lateness_is_kept() -> None:
    assert change("next_version", plan("returned", {"version": 1}), "P13").data == {"version": 2}
    late = change("mark_late", plan("draft", {"late_states": ["returned"], "urged": 1}), "P21", actor=None).data
    assert late == {"late_states": ["draft", "returned"], "urged": 2}


def test_a_plan_takes_the_way_of_the_campaign_unless_another_is_chosen() -> None:
    """R38, R82: plan.scheme.mode is for schemes; an opinion is always filed."""
    approving = {**parameters(), "plan.scheme.mode": "approve"}
    for data, mode in (
        ({"kind": "scheme"}, "approve"),
        ({"kind": "opinion"}, "file"),
        ({"kind": "scheme", "mode": "none"}, None),
    ):
        facts = snapshot("plan", data=data, parameters=approving)
        assert change("choose_mode", facts, "P22").data == ({"mode": mode} if mode else {})


def test_a_filing_has_the_limit_of_its_kind() -> None:
    limits = {**parameters(), "plan.opinion.filing_limit": "2 working days"}
    opinion = snapshot("filing", data={"plan_kind": "opinion"}, parameters=limits)
    assert change("set_filing_limit", opinion, "F01", actor=None).data == {"file_by": "2012-03-07"}
    scheme = snapshot("filing", data={"plan_kind": "scheme"}, parameters=limits)
    assert change("set_filing_limit", scheme, "F01", actor=None).data == {"file_by": "2012-03-19"}
