"""The conditions and effects of the assessment stage (domain.md §4.5, §6.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from tests.engine.cast import (
    ASSESSOR,
    CLERK,
    LEADER,
    MEMBER,
    OTHER_ASSESSOR,
    PROBATIONER,
    SECRETARY,
    TODAY,
    change,
    child,
    criteria,
    days_from_today,
    done,
    member,
    parameters,
    refusal,
    related,
    snapshot,
)

INDICATORS = [dict(row) for row in criteria().indicators["organization"]]
FULL_SCORES = [row | {"score": row["weight"], "evidence": "查阅记录"} for row in INDICATORS]
SELF_SCORES = [row | {"self_score": row["weight"], "evidence": "自评"} for row in INDICATORS]
PARTS = [
    related("mass_appraisal", "published", {"appraisal_score": "90.00"}),
    related("leader_comment", "closed", {"score": 80}),
    related("leader_comment", "published", {"score": 90}),
    related("leader_comment", "drafted", {"score": 10}, final=False),
    related("pledge", "closed", {"results": [{"outcome": "done"}, {"outcome": "open"}]}),
]
ASSESSORS = {"first_assessor": ASSESSOR, "second_assessor": OTHER_ASSESSOR}


def assessment(state: str = "planned", data: dict[str, object] | None = None, **surroundings: Any) -> Any:
    return snapshot("assessment", state, data={"indicators": INDICATORS} | (data or {}), **surroundings)


def scored(**surroundings: Any) -> dict[str, Any]:
    data = {"item_scores": FULL_SCORES, "self_scores": SELF_SCORES, "self_reported_on": "2012-03-01"}
    data |= surroundings.pop("data", {})
    return dict(change("compute_score", assessment("verifying", data, related=PARTS, **surroundings), "K08").data)


def test_nobody_decides_on_the_own_assessment() -> None:
    own = assessment(subject="member")
    assert refusal("actor_is_not_assessed", own, "K12", actor=MEMBER)
    assert refusal("actor_is_not_assessed", own, "K12", actor=SECRETARY) is None
    assert refusal("actor_is_not_assessed", assessment(), "K12", actor=CLERK) is None


def test_the_score_sheet_adds_up_to_a_hundred() -> None:
    assert refusal("weights_sum_to_100", assessment(), "K01", actor=LEADER) is None
    short = assessment(data={"indicators": INDICATORS[1:]})
    assert "90" in (refusal("weights_sum_to_100", short, "K01", actor=LEADER) or "")


def test_the_share_of_the_best_grade_is_set_before_issue() -> None:
    assert refusal("quota_is_set", assessment(), "K01", actor=LEADER) is None
    unset = {key: value for key, value in parameters().items() if key != "org.grade_quota.excellent"}
    assert refusal("quota_is_set", assessment(parameters=unset), "K01", actor=LEADER)


def test_the_score_sheet_is_frozen_on_issue() -> None:
    frozen = change("freeze_criteria", snapshot("assessment"), "K01", actor=LEADER).data
    assert frozen["indicators"] == INDICATORS
    assert len(str(frozen["criteria_hash"])) == 64


@pytest.mark.parametrize(
    ("guard", "transition", "table", "column", "sheet"),
    [
        ("every_indicator_is_answered", "K03", "self_scores", "self_score", SELF_SCORES),
        ("every_score_has_ground", "K08", "item_scores", "score", FULL_SCORES),
    ],
)
def test_every_indicator_has_a_score_and_its_ground(
    guard: str, transition: str, table: str, column: str, sheet: list[dict[str, object]]
) -> None:
    def answer(rows: list[dict[str, object]]) -> str | None:
        return refusal(guard, assessment("verifying"), transition, values={table: rows})

    assert answer(sheet) is None
    assert "指标名称" in (answer(sheet[1:]) or "")
    assert "第1项缺得分或依据" in (answer([sheet[0] | {"evidence": ""}, *sheet[1:]]) or "")
    assert "满分10分" in (answer([sheet[0] | {column: 11}, *sheet[1:]]) or "")


def test_checking_without_self_assessment_waits() -> None:
    due = datetime(2012, 3, 5, 9, 30, tzinfo=UTC)
    late = assessment("self_assessing", due_at=due)
    assert "2012-03-12" in (refusal("self_assessment_is_overdue", late, "K06", today=TODAY + timedelta(7)) or "")
    assert refusal("self_assessment_is_overdue", late, "K06", today=TODAY + timedelta(8)) is None
    assert refusal("self_assessment_is_overdue", assessment("self_assessing"), "K06")


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        (ASSESSOR, OTHER_ASSESSOR, True),
        (ASSESSOR, ASSESSOR, False),
        (ASSESSOR, None, False),
        (ASSESSOR, MEMBER, False),  # not in the group
    ],
)
def test_two_assessors_of_the_group(first: int, second: int | None, fits: bool) -> None:
    chosen = {"first_assessor": first, "second_assessor": second}
    answer = refusal("assessors_are_two_and_independent", assessment("self_submitted"), "K07", values=chosen)
    assert (answer is None) is fits


def test_a_member_of_the_group_does_not_assess_oneself() -> None:
    secretary = assessment("self_submitted", subject="member", person=member(SECRETARY))
    chosen = {"first_assessor": SECRETARY, "second_assessor": 102}
    assert "自己" in (refusal("assessors_are_two_and_independent", secretary, "K07", values=chosen) or "")


def test_recusal_is_declared() -> None:
    assert refusal("recusal_is_declared", assessment("self_submitted"), "K07")
    assert refusal("recusal_is_declared", assessment("self_submitted"), "K07", values={"recusal": True}) is None


@pytest.mark.parametrize(("points", "fits"), [(3, True), (4, False), (-5, True), (-6, False), (0, False)])
def test_bonus_and_penalty_stay_within_limits(points: int, fits: bool) -> None:
    given = {"adjustments": [{"ground": "上级表彰", "points": points}]}
    answer = refusal("adjustments_are_within_limits", assessment("scored"), "K23", values=given)
    assert (answer is None) is fits


def test_peers_are_scored_before_grades_are_weighed() -> None:
    waiting = assessment("scored", peers=[related("assessment", "verifying", final=False)])
    assert "1个考核对象" in (refusal("peers_are_scored", waiting, "K09") or "")
    assert refusal("peers_are_scored", assessment("scored", peers=[related("assessment", "scored")]), "K09") is None


def test_a_missing_part_is_explained() -> None:
    alone = assessment("scored", {"item_scores": FULL_SCORES})
    assert "群众评议" in (refusal("parts_are_complete", alone, "K09") or "")
    assert refusal("parts_are_complete", alone, "K09", values={"absent_reason": "新成立"}) is None
    assert refusal("parts_are_complete", replace(alone, related=PARTS), "K09") is None


def test_the_score_follows_the_formula() -> None:
    found = scored()
    # 40×100 + 25×90 + 20×85 + 10×50 + 5×100, in percent
    assert found["score"] == "89.50"
    assert found["earned_grade"] == "good"
    summary = found["scores"]
    assert (summary["total"], summary["grade"], summary["category"]) == ("89.50", "良好", "生产一线")
    assert [part["weighted"] for part in summary["parts"]] == ["40.00", "22.50", "17.00", "5.00", "5.00"]
    assert (summary["bonus"], summary["penalty"], summary["veto"]) == ("0", "0", "")


def test_bonus_open_rectification_and_veto_count() -> None:
    adjusted = scored(data={"adjustments": [{"ground": "上级表彰", "points": 3}]})
    assert (adjusted["score"], adjusted["earned_grade"]) == ("92.50", "excellent")
    vetoed = scored(data={"adjustments": [{"ground": "上级表彰", "points": 3}], "vetoes": ["accident"]})
    assert vetoed["earned_grade"] == "fair"
    assert "责任事故" in vetoed["scores"]["veto"]
    running = [*PARTS, related("rectification", "rectifying", final=False), related("rectification", "closed")]
    punished = change(
        "compute_score",
        assessment("verifying", {"item_scores": FULL_SCORES, "self_reported_on": None}, related=running),
        "K08",
    ).data
    assert punished["score"] == "81.50"  # without self 84.50, one open rectification −3


def test_the_weights_of_missing_parts_are_spread_in_proportion() -> None:
    data = {"item_scores": FULL_SCORES, "self_scores": SELF_SCORES, "self_reported_on": "2012-03-01"}
    alone = change("compute_score", assessment("verifying", data), "K08").data
    assert alone["score"] == "100.00"
    summary: Any = alone["scores"]
    assert [part["score"] for part in summary["parts"]] == ["100.00", "—", "—", "—", "100.00"]


def test_a_grade_is_earned_by_score_and_veto() -> None:
    good = assessment("scored", {"earned_grade": "good"})
    assert "最高为“良好”" in (refusal("grade_is_earned", good, "K09", values={"grade": "excellent"}) or "")
    assert refusal("grade_is_earned", good, "K09", values={"grade": "good"}) is None
    assert refusal("grade_is_earned", good, "K09", values={"grade": "poor"}) is None
    assert refusal("grade_is_earned", good, "K09", values={"grade": "qualified"})
    assert refusal("grade_is_earned", assessment("scored"), "K09", values={"grade": "good"})


def test_papers_show_the_grade_that_was_chosen() -> None:
    lower = assessment("scored", {"scores": {"total": "95.00", "grade": "优秀"}})
    shown = change("print_grade", lower, "K09", values={"grade": "good"}).data["scores"]
    assert shown == {"total": "95.00", "grade": "良好"}


def test_a_probationer_is_assessed_without_a_grade() -> None:
    probationer = assessment("scored", {"earned_grade": "excellent"}, subject="member",
                             person=member(PROBATIONER, "probationary"))  # fmt: skip
    assert refusal("grade_is_earned", probationer, "K09", values={"grade": "qualified"})
    assert refusal("grade_is_earned", probationer, "K09", values={"grade": "ungraded"}) is None


def test_the_best_grade_keeps_its_share_of_the_category() -> None:
    best = related("assessment", "calibrating", {"grade": "excellent"}, final=False)
    other = related("assessment", "scored", {}, final=False)
    three_places = assessment("scored", peers=[best, best, *[other] * 7])  # floor(10 × 30%) = 3
    assert refusal("quota_is_kept", three_places, "K09", values={"grade": "excellent"}) is None
    full = assessment("scored", peers=[best, best, best, *[other] * 6])
    assert "名额3个，已用3个" in (refusal("quota_is_kept", full, "K09", values={"grade": "excellent"}) or "")
    assert refusal("quota_is_kept", full, "K09", values={"grade": "good"}) is None


def test_the_grade_is_not_changed_during_the_vote() -> None:
    voting = assessment("calibrating", children=[child("vote", "voting", final=False)])
    assert refusal("vote_is_over", voting, "K24")
    assert refusal("vote_is_over", replace(voting, children=[child("vote", "rejected")]), "K24") is None


def test_there_is_one_appeal_within_five_working_days() -> None:
    told = assessment("fed_back", history=[done("K12", CLERK)])
    last, after = TODAY + timedelta(7), TODAY + timedelta(8)
    assert refusal("appeal_window_is_open", told, "K13", today=last) is None
    assert refusal("appeal_window_is_open", told, "K13", today=after)
    assert refusal("appeal_window_is_over", told, "K16", today=last)
    assert refusal("appeal_window_is_over", told, "K16", today=after) is None
    by_hand = assessment("fed_back", due_at=datetime.combine(last, time(9, 30), UTC))
    assert refusal("appeal_window_is_open", by_hand, "K13", today=last) is None
    assert refusal("appeal_window_is_over", by_hand, "K16", today=after) is None, "an administrator put it here"
    assert refusal("appeal_is_the_first", told, "K13") is None
    assert refusal("appeal_is_the_first", replace(told, history=[done("K12"), done("K13")]), "K13")


def test_sheets_are_listed_and_kept() -> None:
    listed: Any = change("list_self_scores", assessment("issued"), "K02").data["self_scores"]
    assert [row["title"] for row in listed] == [row["title"] for row in INDICATORS]
    scores: Any = change("list_scores", assessment("self_submitted"), "K07").data["item_scores"]
    assert len(scores) == len(INDICATORS)
    assert change("list_scores", assessment("calibrating", {"item_scores": FULL_SCORES}), "K07").data == {}


def test_what_happened_is_noted() -> None:
    assert change("note_self_report", assessment("self_assessing"), "K03").data == {"self_reported_on": "2012-03-05"}
    missing = change("note_missing_self_report", assessment("self_assessing"), "K06").data
    assert missing == {"self_reported_on": None, "self_missing": True}
    assert change("note_final_grade", assessment("fed_back"), "K16").data == {"finalized_on": days_from_today(0)}
    corrected = change("note_correction", assessment("finalized", {"grade": "good"}), "K18").data
    assert corrected == {"former_grades": [{"grade": "good", "until": "2012-03-05"}], "finalized_on": None}


def test_a_member_is_assessed_by_the_own_formula() -> None:
    sheet = [dict(row) for row in criteria().indicators["member"]]
    data = {
        "indicators": sheet,
        "item_scores": [row | {"score": row["weight"]} for row in sheet],
        "self_reported_on": None,
    }
    own = [replace(each, same_person=True) for each in PARTS]
    found = change(
        "compute_score", snapshot("assessment", "verifying", subject="member", data=data, related=own), "K08"
    )
    # 25×100 + 30×90 + 20×85 + 15×50 + 10×0, in percent
    assert (found.data["score"], found.data["earned_grade"]) == ("76.50", "qualified")


def test_a_formal_paper_is_issued_only_where_it_is_asked_for() -> None:
    assert refusal("formal_issue_is_asked", assessment(), "K01", values={"formal": True}) is None
    assert refusal("formal_issue_is_asked", assessment(), "K01")
    assert refusal("formal_issue_is_not_asked", assessment(), "K01") is None
    assert refusal("formal_issue_is_asked", assessment(subject="member"), "K01", values={"formal": True})
    assert refusal("formal_issue_is_not_asked", assessment(), "K01", values={"formal": True})
