"""The conditions and effects of the pledge stage (domain.md §4.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.engine.cast import (
    BRANCH,
    CLERK,
    COMMITTEE,
    ENTERPRISE,
    LEADER,
    MEMBER,
    ORGANISER,
    SECRETARY,
    TODAY,
    change,
    days_from_today,
    done,
    member,
    refusal,
    related,
    snapshot,
)

ITEM = {
    "text": "每月走访困难职工",
    "goal": "serve_people",
    "criterion": "five_leads.serve",
    "measure": "建立走访记录",
    "due_on": "2012-06-30",
    "owner": "王书记",
}
OTHER = ITEM | {"text": "攻关一项工艺", "key": True}
PLEDGE: dict[str, object] = {"items": [ITEM, OTHER], "ends_on": days_from_today(100)}


def outcomes(*states: str) -> list[dict[str, str]]:
    return [{"text": str(item["text"]), "outcome": state} for item, state in zip((ITEM, OTHER), states, strict=False)]


def pledge(state: str = "draft", data: dict[str, object] | None = None, **surroundings: Any) -> Any:
    return snapshot("pledge", state, subject="member", data=PLEDGE | (data or {}), **surroundings)


def body_pledge(state: str = "draft", data: dict[str, object] | None = None, **surroundings: Any) -> Any:
    return snapshot("pledge", state, data=PLEDGE | (data or {}), **surroundings)


@pytest.mark.parametrize("column", ["goal", "measure", "due_on"])
def test_every_item_has_goal_measure_and_date(column: str) -> None:
    lacking = [ITEM, OTHER | {column: ""}]
    assert "第2项" in (refusal("pledge_items_are_complete", pledge(data={"items": lacking}), "L01") or "")
    assert refusal("pledge_items_are_complete", pledge(), "L01") is None
    assert "至少写一项" in (refusal("pledge_items_are_complete", pledge(data={"items": []}), "L01") or "")
    assert refusal("new_items_are_complete", pledge("performing"), "L09", values={"new_items": lacking})
    assert refusal("new_items_are_complete", pledge("performing"), "L09", values={"new_items": [ITEM]}) is None


def test_items_of_an_organisation_name_who_is_responsible() -> None:
    ownerless = [ITEM | {"owner": ""}]
    told = refusal("pledge_items_are_complete", body_pledge(data={"items": ownerless * 2}), "L01") or ""
    assert told.startswith("第1、2项承诺不完整")
    assert refusal("pledge_items_are_complete", body_pledge(), "L01") is None
    assert refusal("pledge_items_are_complete", pledge(data={"items": ownerless}), "L01") is None


def test_an_organisation_hears_its_staff_before_it_pledges() -> None:
    assert "听取职工群众意见" in (refusal("staff_opinions_are_gathered", body_pledge(), "L01") or "")
    heard = body_pledge(data={"staff_opinions": "座谈两次"})
    assert refusal("staff_opinions_are_gathered", heard, "L01") is None
    assert refusal("staff_opinions_are_gathered", pledge(), "L01") is None


def test_a_pledge_runs_into_the_future() -> None:
    assert refusal("ends_later", pledge(data={"ends_on": days_from_today(0)}), "L01")
    assert refusal("ends_later", pledge(), "L01") is None


def test_nobody_approves_the_own_pledge() -> None:
    assert refusal("approver_is_not_pledger", pledge("under_review"), "L05", actor=MEMBER)
    assert refusal("approver_is_not_pledger", pledge("under_review"), "L05", actor=ORGANISER) is None
    drafted = body_pledge("under_review", history=[done("L01", SECRETARY)])
    assert refusal("approver_is_not_pledger", drafted, "L05", actor=SECRETARY)
    assert refusal("approver_is_not_pledger", drafted, "L05", actor=CLERK) is None


def test_leaders_pledge_above_the_ordinary_standard() -> None:
    leader = pledge("under_review", {"pledger": "leader"})
    assert "高于一般标准" in (refusal("leaders_pledge_more", leader, "L05") or "")
    assert refusal("leaders_pledge_more", leader, "L05", values={"above_standard": True}) is None
    assert refusal("leaders_pledge_more", pledge("under_review"), "L05") is None


def test_carrying_out_starts_when_the_pledge_is_public() -> None:
    later = pledge("published", {"published_on": days_from_today(1)})
    assert refusal("publication_date_reached", later, "L07", actor=None)
    assert refusal("publication_date_reached", later, "L07", actor=None, today=TODAY + timedelta(1)) is None


def test_progress_is_noted_on_an_item_that_exists() -> None:
    assert "1至2" in (refusal("item_exists", pledge("performing"), "L08", values={"item": 3}) or "")
    assert refusal("item_exists", pledge("performing"), "L08", values={"item": 2}) is None


def test_the_report_waits_for_the_end_unless_everything_is_done() -> None:
    running = pledge("performing")
    assert refusal("period_is_over_or_all_done", running, "L12", values={"results": outcomes("done", "open")})
    assert refusal("period_is_over_or_all_done", running, "L12", values={"results": outcomes("done", "done")}) is None
    assert refusal("period_is_over_or_all_done", running, "L12", today=TODAY + timedelta(100)) is None


def test_every_item_is_reported_on() -> None:
    assert refusal("every_item_has_a_result", pledge("performing", {"results": outcomes("done")}), "L12")
    assert (
        refusal("every_item_has_a_result", pledge("performing", {"results": outcomes("done", "open")}), "L12") is None
    )


def test_evaluation_without_report_waits_five_working_days() -> None:
    ended = pledge("performing", {"ends_on": days_from_today(0)})
    assert "2012-03-12" in (refusal("report_is_overdue", ended, "L13", today=TODAY + timedelta(7)) or "")
    assert refusal("report_is_overdue", ended, "L13", today=TODAY + timedelta(8)) is None


@pytest.mark.parametrize(
    ("states", "fulfilled", "partly", "not_fulfilled"),
    [
        (("done", "done"), True, False, False),
        (("done", "open"), False, True, True),  # the open item is a key one
        (("open", "done"), False, True, False),
        (("open", "open"), False, False, True),
    ],
)
def test_what_is_done_decides_the_evaluation(
    states: tuple[str, ...], fulfilled: bool, partly: bool, not_fulfilled: bool
) -> None:
    evaluated = pledge("evaluating", {"results": outcomes(*states)})
    assert (refusal("all_items_are_done", evaluated, "L15") is None) is fulfilled
    assert (refusal("some_items_are_open", evaluated, "L16") is None) is partly
    assert (refusal("nothing_or_key_item_undone", evaluated, "L17") is None) is not_fulfilled


def test_a_pledge_is_prolonged_once() -> None:
    assert refusal("may_continue", pledge("partly_fulfilled"), "L18") is None
    assert "最多1次" in (refusal("may_continue", pledge("partly_fulfilled", history=[done("L18")]), "L18") or "")


def test_only_an_organisation_is_put_under_rectification() -> None:
    assert refusal("rectification_is_asked", body_pledge("not_fulfilled"), "L20", values={"rectify": True}) is None
    assert refusal("rectification_is_asked", body_pledge("not_fulfilled"), "L20")
    assert refusal("rectification_is_asked", pledge("not_fulfilled"), "L20", values={"rectify": True})
    assert refusal("subject_is_member", pledge(), "L06") is None
    assert refusal("subject_is_organization", body_pledge(), "L06") is None
    assert refusal("subject_is_member", body_pledge(), "L06")
    assert refusal("subject_is_organization", pledge(), "L06")


def test_a_pledge_follows_a_registered_membership() -> None:
    assert "还没有登记" in (refusal("member_has_moved", pledge(), "L24", values={"to_body": COMMITTEE}) or "")
    moved = member()
    moved = type(moved)(moved.id, moved.name, moved.party_status, frozenset({(COMMITTEE, "full_member")}))
    assert refusal("member_has_moved", pledge(person=moved), "L24", values={"to_body": COMMITTEE}) is None
    assert refusal("member_has_moved", pledge(), "L24", values={"to_body": BRANCH})
    assert change("move_to_new_body", pledge(), "L24", values={"to_body": COMMITTEE}).bodies == {
        "own": COMMITTEE,
        "sup": COMMITTEE,
        "organiser": COMMITTEE,
        "above": ENTERPRISE,
    }


def test_only_membership_makes_a_pledge_follow() -> None:
    """L24: an office in the other body is no membership there."""
    lent = replace(member(), posts=frozenset({(COMMITTEE, "party_dept_staff")}))
    assert "还没有登记" in (
        refusal("member_has_moved", pledge(person=lent), "L24", values={"to_body": COMMITTEE}) or ""
    )


def test_results_are_those_of_the_items_pledged() -> None:
    items = [dict(row) for row in PLEDGE["items"]]
    told = [{"text": row["text"], "outcome": "done"} for row in items]
    facts = pledge("evaluating")
    assert refusal("every_item_has_a_result", facts, "L15", values={"results": told}) is None
    other = [told[0] | {"text": "另一项"}, *told[1:]]
    assert items[0]["text"] in (refusal("every_item_has_a_result", facts, "L15", values={"results": other}) or "")
    more = [*told, {"text": "多出的一项", "outcome": "done"}]
    assert "多出" in (refusal("every_item_has_a_result", facts, "L15", values={"results": more}) or "")


def test_the_secretarys_own_pledge_is_decided_by_others() -> None:
    """L03, L05, L22: others of the committee; without a committee the superior's secretary (domain.md §2.4)."""
    own = pledge(person=member(SECRETARY))
    assert change("name_pledge_decider", own, "L01", actor=SECRETARY).data["decider"] == [ORGANISER]
    alone = replace(own, holders=lambda posts: [SECRETARY] if (BRANCH, "branch_secretary") in posts else [])
    assert change("name_pledge_decider", alone, "L01").data["decider"] == []
    above = replace(
        alone,
        case=replace(alone.case, bodies={**alone.case.bodies, "above": COMMITTEE}),
        holders=lambda posts: {(BRANCH, "branch_secretary"): [SECRETARY], (COMMITTEE, "party_secretary"): [LEADER]}.get(
            posts[0], []
        ),
    )
    assert change("name_pledge_decider", above, "L01").data["decider"] == [LEADER]
    assert change("name_pledge_decider", pledge(), "L01").data["decider"] == []
    assert "自己的承诺" in (refusal("approver_is_not_pledger", own, "L22", actor=SECRETARY) or "")


def test_progress_ticks_the_item_in_the_results() -> None:
    started = change("list_results", pledge("published"), "L07", actor=None).data
    note = {"item": 2, "progress_note": "工艺定型", "item_done": True}
    logged = change("log_progress", pledge("performing", dict(started)), "L08", values=note).data
    assert logged["progress"] == [{"item": 2, "text": "工艺定型", "on": "2012-03-05"}]
    results: Any = logged["results"]
    assert [row["outcome"] for row in results] == ["open", "done"]
    again: Any = change("list_results", pledge("published", dict(logged)), "L07", actor=None).data["results"]
    assert [row["outcome"] for row in again] == ["open", "done"]


def test_a_change_keeps_the_old_items() -> None:
    changed = change("apply_change", pledge("change_pending", {"new_items": [OTHER]}), "L10").data
    assert changed["items"] == [OTHER]
    assert changed["former_items"] == [{"items": [ITEM, OTHER], "until": "2012-03-05"}]
    assert changed["old_items"] == [ITEM, OTHER]
    later = change("apply_change", pledge("change_pending", {**changed, "new_items": [ITEM]}), "L10").data
    assert later["former_items"] == [*changed["former_items"], {"items": [OTHER], "until": "2012-03-05"}]  # type: ignore[misc]


def test_evaluation_uses_the_published_appraisal_of_the_same_person() -> None:
    cases = [
        related("mass_appraisal", "published", {"satisfied_percent": "91.00"}, same_person=True),
        related("mass_appraisal", "published", {"satisfied_percent": "55.00"}),
    ]
    evaluated = change("attach_appraisal", pledge("self_reported", related=cases), "L14").data
    assert evaluated == {"appraisal_satisfied_percent": "91.00"}
    assert change("attach_appraisal", pledge("self_reported"), "L14").data == {}


def test_continuations_are_counted() -> None:
    assert change("count_continuation", pledge("partly_fulfilled"), "L18").data == {"continuations": 1}
