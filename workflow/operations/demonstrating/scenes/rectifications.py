"""M7: one body puts things right after an extension and a failed acceptance, another one has to be held to account."""

from __future__ import annotations

from sqlalchemy import select

from workflow.operations.demonstrating.director import Director, Scene
from workflow.operations.demonstrating.issuing import STAGE, issue, issue_all
from workflow.operations.demonstrating.meetings import meet
from workflow.operations.demonstrating.texts import Texts
from workflow.operations.organization.posts import actor
from workflow.operations.remarks import advise
from workflow.store.cases import Case
from workflow.store.session import writing


def start_laboratory(director: Director) -> Scene:
    """智控所党支部: notice, receipt, plan, ledger."""
    texts = Texts(director, "rectifications")
    scene = _issue(director, "HY-21", "HY029", "HY026", texts, "laboratory")
    director.act(scene, "acknowledge", "HY030")
    director.act(scene, "submit_plan", "HY030", items=texts["laboratory_items"])
    director.act(scene, "accept_plan", "HY029")
    return scene


def laboratory(director: Director) -> Scene:
    """The same: extension, report, acceptance failed, rework, accepted, closed."""
    texts, scene = Texts(director, "rectifications"), start_laboratory(director)
    director.wait(2)
    director.act(scene, "request_extension", "HY030", **texts["extension"])
    director.act(scene, "grant_extension", "HY026", opinion=texts["extension_opinion"])
    director.wait(4)
    _accept(director, scene, texts, "submit_report", failed=True)
    director.wait(2)
    _accept(director, scene, texts, "rework_done", failed=False)
    director.act(scene, "close", "HY026", told_scope=texts["told_scope"])
    issue_all(director, scene)
    return scene


def start_service(director: Director) -> Scene:
    """营销公司党总支: notice, receipt, plan, and a limit that it will not keep."""
    texts = Texts(director, "rectifications")
    scene = _issue(director, "HY-3", "HY008", "HY001", texts, "service")
    director.act(scene, "acknowledge", "HY034")
    director.act(scene, "submit_plan", "HY034", items=texts["service_items"])
    director.act(scene, "accept_plan", "HY008")
    return scene


def service(director: Director) -> Scene:
    """The same: overdue, interviewed, overdue again, criticised in a circular, and overdue still."""
    texts, scene = Texts(director, "rectifications"), start_service(director)
    director.wait(9)
    director.act(scene, "interview", "HY001", **texts["interview"])
    director.act(scene, "resume_after_interview", "HY001", **texts["interview_record"])
    director.wait(8)
    director.act(scene, "circulate", "HY002", circular_text=texts["circular"])
    director.act(scene, "circulate", "HY001", circular_text=texts["circular"])
    director.act(scene, "resume_after_circular", "HY001", **texts["circular_days"])
    issue_all(director, scene)
    return scene


def hand_over(director: Director, scene: Scene) -> None:
    """Fifteen working days over the last limit the committee votes to hand the matter over; the outcome closes it."""
    texts = Texts(director, "rectifications")
    director.act(scene, "propose_escalation", "HY001", transfer_to=texts["transfer_to"])
    meet(director, scene, "escalation_vote", texts["escalation"])
    issue_all(director, scene)
    director.wait(3)
    director.act(scene, "close_escalated", "HY003", **texts["outcome"])


def advice_of_a_guide(director: Director) -> Scene:
    """港机公司 is led by the city and guided by its owner: the owner may advise, and nothing else (R57, R58)."""
    texts = Texts(director, "rectifications")
    scene = director.open("rectification", "HY-5", "JH05", texts["laboratory"])
    director.refused(scene, "draft_notice", "HY008", **texts["laboratory_notice"])
    with writing(director.installation.engine) as session:
        guide = actor(session, director.person("HY001"), director.today)
        advise(session, director.installation, guide, scene.id, texts["advice"], formal=True)
        letter = session.scalars(select(Case).where(Case.stage == STAGE).order_by(Case.id.desc()).limit(1)).one()
        written = Scene(letter.id, letter.number, letter.stage)
    issue(director, written)
    director.act(scene, "settle_verbally", "JH05", reason="情节轻微，当场改正，口头提醒。")
    return scene


def _issue(director: Director, body: str, office: str, secretary: str, texts: Texts, name: str) -> Scene:
    scene = director.open("rectification", body, office, texts[name])
    director.act(scene, "draft_notice", office, **texts[f"{name}_notice"])
    director.act(scene, "submit_notice", office)
    director.act(scene, "issue", secretary)
    issue_all(director, scene)
    return scene


def _accept(director: Director, scene: Scene, texts: Texts, trigger: str, *, failed: bool) -> None:
    director.act(scene, trigger, "HY030", report=texts["laboratory_report"], items=texts["laboratory_done"])
    issue_all(director, scene)
    writer = director.person("HY030")
    team = [each for each in director.holders(scene, "sup.acceptance_team") if each != writer][:2]
    director.act(scene, "start_acceptance", "HY029", team=team)
    for member in team:
        if failed:
            found = {"verification": texts["failed"], "findings": texts["findings_failed"], "rework_days": 5}
            director.act(scene, "fail", member, **found)
        else:
            found = {"verification": texts["passed"], "findings": texts["findings_passed"]}
            director.act(scene, "pass", member, staff_view=texts["staff_view"], **found)
