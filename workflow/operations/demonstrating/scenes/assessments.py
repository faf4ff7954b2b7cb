"""M5: the superior assesses a branch, the branch three of its members; one of them appeals in vain (R46, R47)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.operations.demonstrating.director import Director, Scene
from workflow.operations.demonstrating.issuing import issue_all
from workflow.operations.demonstrating.meetings import meet
from workflow.operations.demonstrating.texts import Texts

#: What is deducted from the full marks of the first indicators, and the grade that follows.
DEDUCTIONS: Mapping[str, int] = {"HY-11": 1, "HY024": 0, "HY022": 1, "HY021": 5}
GRADES: Mapping[str, str] = {"HY-11": "good", "HY024": "excellent", "HY022": "qualified", "HY021": "qualified"}
GOOD: Mapping[str, str] = {"HY-11": "good", "HY024": "qualified"}  #: where too few are compared for the best grade
MEMBERS = ("HY024", "HY022", "HY021")
APPELLANT = "HY021"


def assess(director: Director, members: Sequence[str] = MEMBERS, absent_reason: str = "") -> dict[str, Scene]:
    """The branch and these members, from issue to feedback; all together so that they can be compared."""
    texts = Texts(director, "assessments")
    scenes = {"HY-11": director.open("assessment", "HY-11", "HY019", {"period": texts["period"]})}
    for member in members:
        office = "HY021" if member != "HY021" else "HY022"
        scenes[member] = director.open("assessment", "HY-11", office, {"period": texts["period"]}, person=member)
    for subject, scene in scenes.items():
        _score(director, subject, scene, texts)
    for subject, scene in scenes.items():
        _grade(director, scene, texts, GRADES[subject] if members == MEMBERS else GOOD[subject], absent_reason)
    return scenes


def appeal(director: Director, scene: Scene) -> None:
    """One member appeals, and the grade is upheld."""
    texts = Texts(director, "assessments")
    director.act(scene, "appeal", APPELLANT, appeal=texts["appeal"])
    director.act(scene, "dismiss_appeal", "HY020", reply=texts["appeal_reply"])


def finish(director: Director, scenes: Mapping[str, Scene]) -> None:
    """When the window for appeals has passed the results are final, made known and filed."""
    director.wait(7)
    for scene in scenes.values():
        person = _person(director, scene)
        director.act(scene, "finalize", director.holder(scene, "sup.committee", besides=person))
        office = director.holder(scene, "sup.office", besides=person)
        director.act(scene, "notify", office, scope="body")
        issue_all(director, scene)
        director.act(scene, "archive", office)


def _score(director: Director, subject: str, scene: Scene, texts: Texts) -> None:
    person = _person(director, scene)
    reporter = person[0] if person else director.holder(scene, "own.secretary")
    director.act(scene, "issue", director.holder(scene, "sup.committee", besides=person), formal=not person)
    director.act(scene, "start_self", reporter)
    scores = _sheet(director, scene, "self_score", 0, texts["self_evidence"], texts["deduction"])
    director.act(
        scene, "submit_self", reporter, self_scores=scores, self_report=texts["self_report"], formal=not person
    )
    first, second = _assessors(director, scene, person)
    office = director.holder(scene, "sup.office", besides=person)
    director.act(scene, "verify", office, first_assessor=first, second_assessor=second, recusal=True)
    checked = _sheet(director, scene, "score", DEDUCTIONS[subject], texts["score_evidence"], texts["deduction"])
    for assessor in (first, second):
        director.act(scene, "score", assessor, item_scores=checked)
    director.act(scene, "adjust", office, adjustments=[], vetoes=[])


def _grade(director: Director, scene: Scene, texts: Texts, grade: str, absent_reason: str) -> None:
    office = director.holder(scene, "sup.office", besides=_person(director, scene))
    director.act(
        scene, "calibrate", office, grade=grade, strengths=texts["strengths"], weaknesses=texts["weaknesses"],
        absent_reason=absent_reason,
    )  # fmt: skip
    meet(director, scene, "vote", ["同意拟定的考核等次"])
    director.act(scene, "feed_back", office)
    issue_all(director, scene)


def _sheet(
    director: Director, scene: Scene, column: str, deduction: int, ground: str, reason: str
) -> list[dict[str, Any]]:
    """Full marks but for so many points on each of the first two indicators."""
    return [
        {
            "title": each["title"], "weight": each["weight"],
            column: each["weight"] - (deduction if place < 2 else 0),
            "evidence": reason if deduction and place < 2 else ground,
        }
        for place, each in enumerate(director.data(scene)["indicators"])
    ]  # fmt: skip


def _assessors(director: Director, scene: Scene, person: tuple[int, ...]) -> tuple[int, int]:
    barred = {*person, *(() if person else director.holders(scene, "own.leader"))}
    found = [each for each in director.holders(scene, "sup.assess_group") if each not in barred]
    return found[0], found[1]


def _person(director: Director, scene: Scene) -> tuple[int, ...]:
    return tuple(director.holders(scene, "self"))
