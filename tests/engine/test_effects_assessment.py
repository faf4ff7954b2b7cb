"""What an assessment computes and prints: the frozen sheet, marks, bonus and penalty, grades (domain.md §4.5, §6.3)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tests.engine.cast import BRANCH, TREE, change, criteria, days_from_today, parameters, related, snapshot
from tests.engine.test_guards_assessment import FULL_SCORES, INDICATORS, PARTS, SELF_SCORES, assessment
from workflow.engine.parts import marks, open_rectifications
from workflow.engine.values import digest


def scored(**surroundings: Any) -> dict[str, Any]:
    data = {"item_scores": FULL_SCORES, "self_scores": SELF_SCORES, "self_reported_on": "2012-03-01"}
    data |= surroundings.pop("data", {})
    return dict(change("compute_score", assessment("verifying", data, related=PARTS, **surroundings), "K08").data)


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


def test_nobody_is_scored_by_weights_that_are_too_few() -> None:
    weights: Any = parameters()["org.weights"]
    with pytest.raises(ValueError, match="shorter"):
        scored(parameters={**parameters(), "org.weights": weights[:-1]})


def test_papers_show_the_grade_that_was_chosen() -> None:
    lower = assessment("scored", {"scores": {"total": "95.00", "grade": "优秀"}})
    shown = change("print_grade", lower, "K09", values={"grade": "good"}).data["scores"]
    assert shown == {"total": "95.00", "grade": "良好"}


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


# -- to the letter


def test_the_score_sheet_is_frozen_on_issue_with_its_hash() -> None:
    frozen = change("freeze_criteria", snapshot("assessment"), "K01").data
    assert frozen == {"indicators": INDICATORS, "criteria_hash": digest({"indicators": INDICATORS}, ["indicators"])}


def test_a_line_of_a_sheet_waits_for_a_score_and_its_ground() -> None:
    sheet = assessment("issued", {"indicators": INDICATORS[:1]})
    line = {"title": INDICATORS[0]["title"], "weight": INDICATORS[0]["weight"], "evidence": ""}
    assert change("list_self_scores", sheet, "K02").data == {"self_scores": [line | {"self_score": None}]}
    assert change("list_scores", sheet, "K07").data == {"item_scores": [line | {"score": None}]}


def test_a_paper_shows_every_part_with_its_weight_and_mark() -> None:
    lists = criteria().lists
    shown = scored(data={"vetoes": ["accident"]})["scores"]
    names, weights = parameters()["org.parts"], parameters()["org.weights"]
    marks = (("100.00", "40.00"), ("90.00", "22.50"), ("85.00", "17.00"), ("50.00", "5.00"), ("100.00", "5.00"))
    assert shown["parts"] == [
        {"title": lists["assessment_parts"][name], "weight": str(weight), "score": mark, "weighted": points}
        for name, weight, (mark, points) in zip(names, weights, marks, strict=True)  # type: ignore[call-overload]
    ]
    assert shown["veto"] == lists["veto_items"]["accident"]
    several = scored(data={"vetoes": ["accident", "discipline"]})["scores"]["veto"]
    assert several == "；".join(lists["veto_items"][each] for each in ("accident", "discipline"))


def test_a_pledge_is_marked_by_the_share_that_was_kept() -> None:
    results = [{"outcome": "done"}, {"outcome": "open"}, {"outcome": "open"}]
    facts = assessment(related=[related("pledge", "closed", {"results": results})])
    assert marks(facts, {})["pledge"] == Fraction(100, 3)


@pytest.mark.parametrize(
    ("points", "bonus", "penalty"),
    [((), "0", "0"), ((3,), "3", "0"), ((1, 2), "3", "0"), ((-2,), "0", "2"), ((-1,), "0", "1"), ((1, -1), "1", "1")],
)
def test_bonus_and_penalty_are_printed_apart(points: tuple[int, ...], bonus: str, penalty: str) -> None:
    given = [{"ground": f"第{number}项", "points": each} for number, each in enumerate(points, 1)]
    found = scored(data={"adjustments": given})
    assert (found["scores"]["bonus"], found["scores"]["penalty"]) == (bonus, penalty)
    assert float(found["score"]) == 89.5 + sum(points)


def test_each_open_rectification_takes_the_penalty_of_the_campaign() -> None:
    several = [*PARTS, *[related("rectification", "rectifying", final=False)] * 2]
    data = {"item_scores": FULL_SCORES, "self_scores": SELF_SCORES, "self_reported_on": "2012-03-01"}
    found: Any = change("compute_score", assessment("verifying", data, related=several), "K08").data
    assert (found["score"], found["scores"]["penalty"]) == ("83.50", "6")
    own = snapshot("assessment", subject="member", related=several)
    assert (open_rectifications(assessment(related=several)), open_rectifications(own)) == (2, 0)
    settled = [related("rectification", each) for each in ("closed", "revoked", "overdue")]
    assert open_rectifications(assessment(related=settled)) == 1


def test_a_body_of_no_category_has_none_on_paper() -> None:
    bodies = {**TREE.bodies, BRANCH: replace(TREE.bodies[BRANCH], category=None)}
    assert scored(tree=replace(TREE, bodies=bodies))["scores"]["category"] == ""


def test_the_newest_score_of_an_appraisal_counts_and_what_is_no_number_is_passed_over() -> None:
    found = [related("mass_appraisal", "published", {"appraisal_score": each}) for each in ("70.00", "80.00", "—")]
    data = {"item_scores": FULL_SCORES, "self_scores": SELF_SCORES, "self_reported_on": "2012-03-01"}
    shown: Any = change("compute_score", assessment("verifying", data, related=found), "K08").data["scores"]
    assert [part["score"] for part in shown["parts"]] == ["100.00", "80.00", "—", "—", "100.00"]
    empty = [related("pledge", "closed", {"results": []}), related("mass_appraisal", "published", {})]
    without: Any = change("compute_score", assessment("verifying", data, related=empty), "K08").data["scores"]
    assert [part["score"] for part in without["parts"]] == ["100.00", "—", "—", "—", "100.00"]


def test_every_grade_that_was_corrected_stays_readable() -> None:
    before = [{"grade": "fair", "until": "2012-02-01"}]
    written = change("note_correction", assessment("finalized", {"grade": "good", "former_grades": before}), "K18").data
    assert written["former_grades"] == [*before, {"grade": "good", "until": "2012-03-05"}]


def test_a_grade_without_a_printed_score_is_shown_alone() -> None:
    shown = change("print_grade", assessment("scored"), "K09", values={"grade": "good"}).data["scores"]
    assert shown == {"grade": "良好"}
