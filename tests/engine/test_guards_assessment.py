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
    child,
    criteria,
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


def test_a_grade_is_earned_by_score_and_veto() -> None:
    good = assessment("scored", {"earned_grade": "good"})
    assert "最高为“良好”" in (refusal("grade_is_earned", good, "K09", values={"grade": "excellent"}) or "")
    assert refusal("grade_is_earned", good, "K09", values={"grade": "good"}) is None
    assert refusal("grade_is_earned", good, "K09", values={"grade": "poor"}) is None
    assert refusal("grade_is_earned", good, "K09", values={"grade": "qualified"})
    assert refusal("grade_is_earned", assessment("scored"), "K09", values={"grade": "good"})


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
    nine = assessment("scored", peers=[best, best, *[other] * 6])  # floor(9 × 30%) = 2
    assert "名额2个，已用2个" in (refusal("quota_is_kept", nine, "K09", values={"grade": "excellent"}) or "")


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


def test_a_formal_paper_is_issued_only_where_it_is_asked_for() -> None:
    assert refusal("formal_issue_is_asked", assessment(), "K01", values={"formal": True}) is None
    assert refusal("formal_issue_is_asked", assessment(), "K01")
    assert refusal("formal_issue_is_not_asked", assessment(), "K01") is None
    assert refusal("formal_issue_is_asked", assessment(subject="member"), "K01", values={"formal": True})
    assert refusal("formal_issue_is_not_asked", assessment(), "K01", values={"formal": True})
