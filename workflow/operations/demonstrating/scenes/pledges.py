"""M2: pledges of a branch and its members: reviewed, returned, published, kept, changed, prolonged, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.operations.demonstrating.director import Director, Scene
from workflow.operations.demonstrating.texts import Texts


@dataclass(frozen=True)
class Branch:
    """A branch whose members pledge: who reviews, who reviews the reviewer, who publishes."""

    code: str
    secretary: str
    reviewer: str
    publisher: str
    members: tuple[str, ...]

    def approver(self, member: str) -> str:
        """Nobody reviews the own pledge."""
        return self.reviewer if member == self.secretary else self.secretary


WORKSHOP = Branch(
    "HY-11", "HY020", "HY022", "HY021",
    ("HY016", "HY018", "HY019", "HY020", "HY021", "HY022", "HY023", "HY024", "HY025"),
)  # fmt: skip
LABORATORY = Branch("HY-21", "HY030", "HY032", "HY031", ("HY030", "HY032"))
SERVICE = Branch("HY-31", "HY037", "HY039", "HY038", ("HY037", "HY038"))


def organization_pledge(director: Director) -> Scene:
    """总装车间党支部 pledges; the company's office returns it once and then approves it."""
    texts = Texts(director, "pledges")
    scene = director.open("pledge", "HY-11", "HY021", texts["organization"])
    director.act(scene, "submit", "HY021")
    director.act(scene, "return", "HY019", **texts["organization_return"])
    again = {name: texts["organization"][name] for name in ("items", "staff_opinions", "ends_on")}
    director.act(scene, "resubmit", "HY021", answers=texts["organization_answers"], **again)
    director.act(scene, "approve", "HY019", above_standard=False)
    director.act(scene, "publish", "HY021", **texts["published"])
    director.act(scene, "log_progress", "HY021", item=1, item_done=False, **texts["progress"])
    return scene


def member_pledges(director: Director, branch: Branch) -> dict[str, Scene]:
    """Every member pledges; each pledge is reviewed by somebody else and published to staff."""
    texts = Texts(director, "pledges")
    scenes: dict[str, Scene] = {}
    for member in branch.members:
        scene = director.open("pledge", branch.code, member, _text_of(texts, member), person=member)
        director.act(scene, "submit", member)
        above = _text_of(texts, member)["pledger"] == "leader"
        director.act(scene, "approve", branch.approver(member), above_standard=above)
        director.act(scene, "publish", branch.publisher, **texts["published"])
        scenes[member] = scene
    return scenes


def unfinished_pledges(director: Director, branch: Branch, draft: str, waiting: str, returned: str) -> None:
    """One member still writes, one waits for review, one has been asked to improve."""
    texts = Texts(director, "pledges")
    for member in (draft, waiting, returned):
        scene = director.open("pledge", branch.code, member, _text_of(texts, member), person=member)
        if member != draft:
            director.act(scene, "submit", member)
        if member == returned:
            director.act(scene, "return", branch.secretary, **texts["member_return"])


def progress(director: Director, scenes: Mapping[str, Scene]) -> None:
    """Members note how they are getting on; one asks for a change, which is published with the old text."""
    texts = Texts(director, "pledges")
    for member, scene in scenes.items():
        director.act(scene, "log_progress", member, item=1, item_done=False, **texts["progress"])
    if (changed := scenes.get("HY021")) is not None:
        items = _plain(director.data(changed)["items"])
        items[0]["text"] = "为夜班职工协调开通三条通勤线路"
        director.act(changed, "request_change", "HY021", new_items=items, reason=texts["change_reason"])
        director.act(changed, "approve_change", "HY020")


def evaluate_members(director: Director, branch: Branch, scenes: Mapping[str, Scene]) -> None:
    """At the end of the period each member reports and is evaluated: kept, kept in part, or explained to staff."""
    texts = Texts(director, "pledges")
    for member, scene in scenes.items():
        outcomes = OUTCOMES.get(member, ())
        _report(director, scene, member, texts, outcomes)
        _evaluate(director, scene, branch.approver(member), texts, outcomes)
        if director.state(scene) == "partly_fulfilled":
            director.act(scene, "continue", branch.approver(member), ends_on=director.day(3))
            director.wait(3)
            _report(director, scene, member, texts, ())
            _evaluate(director, scene, branch.approver(member), texts, ())
        if director.state(scene) == "not_fulfilled":
            director.act(scene, "explain", member, explanation=texts["explanation"], channels=["notice_board"])
        director.act(scene, "close", branch.publisher, **texts["closed"])


def evaluate_organization(director: Director, scene: Scene) -> None:
    """The branch reports to the company's office and is evaluated there."""
    texts = Texts(director, "pledges")
    _report(director, scene, "HY020", texts, ())
    _evaluate(director, scene, "HY019", texts, ())
    director.act(scene, "close", "HY021", **texts["closed"])


#: Outcome of each item for those who did not do everything; everybody else did.
OUTCOMES: Mapping[str, tuple[str, ...]] = {"HY023": ("done", "open"), "HY038": ("open", "open")}


def _text_of(texts: Texts, member: str) -> dict[str, Any]:
    members: Mapping[str, dict[str, Any]] = texts["members"]
    return {**members.get(member, texts["other"]), **texts["member_ends"]}


def _results(director: Director, scene: Scene, outcomes: tuple[str, ...]) -> list[dict[str, Any]]:
    items = director.data(scene)["items"]
    return [
        {"text": item["text"], "outcome": (outcomes or ("done",) * len(items))[index], "evidence": "台账和现场核实"}
        for index, item in enumerate(items)
    ]


def _report(director: Director, scene: Scene, by: str, texts: Texts, outcomes: tuple[str, ...]) -> None:
    director.act(scene, "report", by, results=_results(director, scene, outcomes), report=texts["report"])


def _evaluate(director: Director, scene: Scene, by: str, texts: Texts, outcomes: tuple[str, ...]) -> None:
    director.act(scene, "open_evaluation", by, feedback_summary=texts["feedback"])
    verdict = "good" if not outcomes else "part" if "done" in outcomes else "none"
    trigger = {"good": "mark_fulfilled", "part": "mark_partly", "none": "mark_not"}[verdict]
    results = _results(director, scene, outcomes)
    director.act(scene, trigger, by, results=results, evaluation=texts[f"evaluation_{verdict}"])


def _plain(items: Any) -> list[dict[str, Any]]:
    return [dict(each) for each in items]
