"""Effects of the assessment stage (M5)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from workflow.engine.guards.assessment import grades_of, indicators_of
from workflow.engine.guards.common import listed
from workflow.engine.parts import marks, open_rectifications, prefix, shape
from workflow.engine.registry import effect
from workflow.engine.scoring import Assessment, assess, bands, exact, rounded
from workflow.engine.snapshot import Change, Data, Situation, Snapshot
from workflow.engine.values import count, digest, rows, text, texts

MISSING = "—"


@effect
def freeze_criteria(situation: Situation) -> Change:
    """The score sheet as it stands on issue, with its hash: later changes do not touch this assessment (R34, K01)."""
    frozen = [dict(row) for row in indicators_of(situation.snapshot)]
    return Change(data={"indicators": frozen, "criteria_hash": digest({"indicators": frozen}, ("indicators",))})


@effect
def list_self_scores(situation: Situation) -> Change:
    """One line for each indicator to answer (K02)."""
    return Change(data={"self_scores": _lines(situation, "self_score")})


@effect
def list_scores(situation: Situation) -> Change:
    """One line for each indicator to score; scores given before a return stay (K06, K07)."""
    return Change(data={} if rows(situation.data, "item_scores") else {"item_scores": _lines(situation, "score")})


def _lines(situation: Situation, column: str) -> list[dict[str, object]]:
    return [
        {"title": text(row, "title"), "weight": count(row, "weight"), column: None, "evidence": ""}
        for row in rows(situation.data, "indicators")
    ]


@effect
def note_self_report(situation: Situation) -> Change:
    """The self-assessment was sent (K03)."""
    return Change(data={"self_reported_on": situation.act.today.isoformat()})


@effect
def note_missing_self_report(_situation: Situation) -> Change:
    """Checked without a self-assessment: that part scores nothing (K06)."""
    return Change(data={"self_reported_on": None, "self_missing": True})


@effect
def compute_score(situation: Situation) -> Change:
    """The weighted score with bonus, penalty and veto, as the sheet prints it (K08, domain.md §6.3)."""
    snapshot, data = situation.snapshot, situation.data
    block = prefix(snapshot)
    names = [str(each) for each in listed(snapshot, f"{block}.parts")]
    weights = {
        name: exact(str(weight)) for name, weight in zip(names, listed(snapshot, f"{block}.weights"), strict=True)
    }
    found = {part: mark for part, mark in marks(snapshot, data).items() if part in weights}
    result = assess(
        shape(weights, found),
        found,
        bands(grades_of(snapshot), [str(each) for each in listed(snapshot, f"{block}.grade_bands")]),
        adjustments=_adjustments(snapshot, data),
        vetoes=texts(data, "vetoes"),
        cap=text(snapshot.parameters, f"{block}.veto_cap"),
        places=snapshot.integer("assessment.score_places"),
    )
    return Change(
        data={
            "score": str(result.score),
            "earned_grade": result.grade,
            "scores": _printed(situation, names, weights, found, result),
        }
    )


def _adjustments(snapshot: Snapshot, data: Data) -> list[Fraction]:
    """What was given, and the penalty for each rectification that is not closed (M7)."""
    penalty = snapshot.integer("assessment.rectification_penalty") * open_rectifications(snapshot)
    return [*(Fraction(count(row, "points")) for row in rows(data, "adjustments")), Fraction(-penalty)]


def _printed(
    situation: Situation,
    names: list[str],
    weights: dict[str, Fraction],
    found: dict[str, Fraction],
    result: Assessment,
) -> dict[str, object]:
    """The score as papers show it: parts with weight, mark and points; then bonus, penalty and veto."""
    snapshot = situation.snapshot
    lists, places = snapshot.criteria.lists, snapshot.integer("assessment.score_places")
    body = snapshot.tree.bodies[snapshot.case.bodies["own"]]
    return {
        "total": str(result.score),
        "grade": lists["grades"][result.grade],
        "category": lists["categories"].get(body.category, ""),
        "parts": [
            {
                "title": lists["assessment_parts"][name],
                "weight": str(weights[name]),
                "score": str(rounded(found[name], places)) if name in found else MISSING,
                "weighted": str(rounded(result.parts[name], places)) if name in found else MISSING,
            }
            for name in names
        ],
        "bonus": str(sum(each for each in result.adjustments if each > 0)),
        "penalty": str(-sum(each for each in result.adjustments if each < 0)),
        "veto": "；".join(lists["veto_items"][each] for each in result.vetoes),
    }


@effect
def print_grade(situation: Situation) -> Change:
    """Papers show the grade that was chosen, which may be lower than the one the score earns (K09, K24)."""
    printed, label = situation.data.get("scores"), situation.snapshot.criteria.lists["grades"]
    shown = dict(printed) if isinstance(printed, Mapping) else {}
    return Change(data={"scores": shown | {"grade": label[text(situation.data, "grade")]}})


@effect
def note_final_grade(situation: Situation) -> Change:
    """The day on which the grade became final (K16): nomination counts from here (R47)."""
    return Change(data={"finalized_on": situation.act.today.isoformat()})


@effect
def note_correction(situation: Situation) -> Change:
    """A grade that was final is open again; what it was stays readable (K18)."""
    former = {"grade": text(situation.data, "grade"), "until": situation.act.today.isoformat()}
    return Change(
        data={"former_grades": [*map(dict, rows(situation.data, "former_grades")), former], "finalized_on": None}
    )
