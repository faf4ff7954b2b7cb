"""M1: an enterprise's 实施意见, schemes on three levels, a return by the superior, a guide who may not return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.operations.demonstrating.director import Director, Scene
from workflow.operations.demonstrating.issuing import issue_all
from workflow.operations.demonstrating.meetings import meet
from workflow.operations.demonstrating.texts import Texts

TITLES = {"opinion": "深入开展创先争优活动的实施意见", "scheme": "创先争优活动实施方案"}


@dataclass(frozen=True)
class Plan:
    """Whose plan it is, who writes and reviews it, and which text it has."""

    body: str
    drafter: str
    reviewer: str
    secretary: str
    text: str


ENTERPRISE = Plan("HY", "HY007", "HY006", "HY001", "opinion")
LOCAL = Plan("LC", "LC06", "LC05", "LC01", "opinion_local")
FACTORY = Plan("HY-1", "HY021", "HY019", "HY016", "scheme_factory")
WORKSHOP = Plan("HY-11", "HY021", "HY022", "HY020", "scheme_workshop")
LABORATORY = Plan("HY-21", "HY031", "HY032", "HY030", "scheme_laboratory")
HARBOUR = Plan("HY-5", "GJ05", "GJ03", "GJ01", "scheme_harbour")
SERVICE = Plan("HY-31", "HY038", "HY039", "HY037", "scheme_service")


def enterprise_opinion(director: Director) -> Scene:
    """恒岳集团: returned once inside, adopted, signed, filed with the central-enterprise leading group, published."""
    texts = Texts(director, "plans")
    plan, scene = ENTERPRISE, open_plan(director, ENTERPRISE, texts)
    director.act(scene, "submit_internal", plan.drafter)
    director.act(scene, "internal_return", plan.reviewer, reason="请写明先锋岗设置范围，并压减经费预算。")
    director.act(scene, "amend", plan.drafter, **texts[plan.text], answers=texts["opinion_answers"])
    director.act(scene, "submit_internal", plan.drafter)
    director.act(scene, "to_committee", plan.reviewer)
    _adopt_and_sign(director, plan, scene)
    _file(director, plan, scene, "filing")
    publish(director, plan, scene, texts)
    return scene


def local_opinion(director: Director) -> Scene:
    """澜川集团: led by the local committee, guided by the leading group; filed with both (R56, R82)."""
    texts = Texts(director, "plans")
    plan, scene = LOCAL, signed(director, LOCAL, texts)
    for name in ("filing", "filing_with_superior"):
        _file(director, plan, scene, name)
    publish(director, plan, scene, texts)
    return scene


def factory_scheme(director: Director) -> Scene:
    """第一制造公司: goes up for approval, is returned for revision, comes back and is approved."""
    texts = Texts(director, "plans")
    plan, scene = FACTORY, signed(director, FACTORY, texts)
    _send_up(director, plan, scene)
    director.act(scene, "return_for_revision", director.holder(scene, "sup.office"), remarks=texts["factory_return"])
    director.act(scene, "revise", plan.drafter)
    director.act(scene, "amend", plan.drafter, **texts[plan.text], answers=texts["factory_answers"])
    _to_signature(director, plan, scene)
    _send_up(director, plan, scene)
    _approve(director, plan, scene, texts)
    return scene


def harbour_scheme(director: Director) -> Scene:
    """港机公司: led by the city, guided by its owner, who may not return the plan to it (R57, R59)."""
    texts = Texts(director, "plans")
    plan, scene = HARBOUR, signed(director, HARBOUR, texts)
    _send_up(director, plan, scene)
    director.refused(scene, "return_for_revision", "HY008", remarks=texts["factory_return"])
    _approve(director, plan, scene, texts)
    return scene


def workshop_scheme(director: Director) -> Scene:
    """总装车间党支部: decided by the branch committee, filed with the company's committee."""
    texts = Texts(director, "plans")
    plan, scene = WORKSHOP, signed(director, WORKSHOP, texts)
    _file(director, plan, scene, "filing")
    publish(director, plan, scene, texts)
    return scene


def simple_scheme(director: Director, plan: Plan) -> Scene:
    """A branch's scheme that goes nowhere but to its own people."""
    texts = Texts(director, "plans")
    scene = signed(director, plan, texts)
    publish(director, plan, scene, texts)
    return scene


def close_plans(director: Director, plans: Mapping[Plan, Scene]) -> None:
    """At the end of the campaign each plan is settled measure by measure, and closed with a summary."""
    texts = Texts(director, "plans")
    for plan, scene in plans.items():
        measures = director.data(scene)["measures"]
        outcomes = [{"measure": each["text"], "outcome": "done", "note": "已按期完成"} for each in measures]
        director.act(scene, "log_outcomes", plan.drafter, outcomes=outcomes)
        director.act(scene, "close", plan.secretary, summary=texts["summary"])
        issue_all(director, scene)


def open_plan(director: Director, plan: Plan, texts: Texts) -> Scene:
    """Draft a plan."""
    return director.open("plan", plan.body, plan.drafter, texts[plan.text])


def signed(director: Director, plan: Plan, texts: Texts) -> Scene:
    """Draft, review, adopt and sign."""
    scene = open_plan(director, plan, texts)
    _to_signature(director, plan, scene)
    return scene


def publish(director: Director, plan: Plan, scene: Scene, texts: Texts) -> None:
    """Make a signed plan known to staff, and issue what was ordered on the way."""
    director.act(scene, "publish_direct", plan.drafter, **texts["published"])
    issue_all(director, scene)


def _to_signature(director: Director, plan: Plan, scene: Scene) -> None:
    director.act(scene, "submit_internal", plan.drafter)
    director.act(scene, "to_committee", plan.reviewer)
    _adopt_and_sign(director, plan, scene)


def _adopt_and_sign(director: Director, plan: Plan, scene: Scene) -> None:
    director.wait(1)
    meet(director, scene, "vote", ["审议通过创先争优活动方案，由书记签发后公布实施"])
    director.act(scene, "sign", plan.secretary)


def _send_up(director: Director, plan: Plan, scene: Scene) -> None:
    director.act(scene, "submit_up", plan.drafter)
    issue_all(director, scene)
    director.act(scene, "register", director.holder(scene, "sup.clerk"))
    office = director.holders(scene, "sup.office")
    director.act(scene, "assign", office[0], handler=office[-1], handle_by=director.day(5))


def _approve(director: Director, plan: Plan, scene: Scene, texts: Texts) -> None:
    director.act(scene, "approve", director.holder(scene, "sup.approver"), opinion=texts["approval"])
    director.act(scene, "publish_approved", plan.drafter, **texts["published"])
    issue_all(director, scene)


def _file(director: Director, plan: Plan, scene: Scene, name: str) -> None:
    """The filing report is signed by staff and secretary; the receiving body registers, examines and files."""
    filing = director.child(scene, name)
    values = {
        "document_title": TITLES[str(director.data(scene)["kind"])], "document_number": director.number(scene),
        "adopted_on": director.today.isoformat(), "adopted_by": "党的委员会会议",
        "summary": "经广泛征求意见、集体研究通过。",
    }  # fmt: skip
    director.act(filing, "submit", plan.drafter, **values)
    director.act(filing, "submit", plan.secretary, **values)
    director.act(filing, "register", director.holder(filing, "sup.clerk"), complete=True)
    director.act(filing, "examine", director.holder(filing, "sup.office"))
    director.act(filing, "file", director.holder(filing, "sup.office"))
