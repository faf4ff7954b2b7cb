"""M6: a member is commended two levels up in spite of an objection, another one fails; a branch is honoured at home."""

from __future__ import annotations

from workflow.operations.demonstrating.director import Director, Scene
from workflow.operations.demonstrating.issuing import issue_all
from workflow.operations.demonstrating.meetings import meet
from workflow.operations.demonstrating.texts import Texts


def second_nominee(director: Director) -> Scene:
    """郝丽娟 is nominated, but the assembly of the branch does not give her more than half."""
    texts = Texts(director, "awards")
    level = director.body("HY")
    values = {**texts["second"], "award_level": level}
    scene = director.open("commendation", "HY-11", "HY020", values, person="HY022")
    director.act(scene, "nominate", "HY020", joint_nominators=[])
    meet(director, scene, "nomination_vote", ["推荐郝丽娟为集团公司优秀共产党员"], against=4, abstain=2)
    issue_all(director, scene)
    return scene


def nominate_member(director: Director) -> Scene:
    """石喆 is nominated and the assembly of the branch agrees; the matter is with the company's committee."""
    texts = Texts(director, "awards")
    values = {**texts["member"], "award_level": director.body("HY")}
    scene = director.open("commendation", "HY-11", "HY020", values, person="HY024")
    director.act(scene, "nominate", "HY020", joint_nominators=[])
    meet(director, scene, "nomination_vote", ["推荐石喆为集团公司优秀共产党员"])
    return scene


def member_award(director: Director) -> Scene:
    """石喆: public notice with an objection that proves unfounded, then up to the enterprise, which commends him."""
    texts, scene = Texts(director, "awards"), nominate_member(director)
    to_notice(director, scene, texts, "同意推荐石喆为集团公司优秀共产党员", texts["conditions_met"])
    notice = director.child(scene, "notice")
    director.wait(1)
    director.act(notice, "objection", "HY023", **texts["objection"])
    director.act(notice, "dismiss", "HY018", findings=texts["findings"])
    director.wait(7)
    director.act(scene, "submit_up", "HY016", own_opinion=texts["own_opinion"], rank=1)
    issue_all(director, scene)
    _at_superior(director, scene, texts)
    return scene


def post_branch(director: Director) -> Scene:
    """总装车间党支部 applies; the company's committee agrees and posts the notice."""
    texts = Texts(director, "awards")
    scene = director.open("commendation", "HY-11", "HY022", texts["organization"])
    director.act(scene, "nominate", "HY022", joint_nominators=[])
    meet(director, scene, "nomination_vote", ["申报先进基层党组织"])
    to_notice(director, scene, texts, "表彰总装车间党支部为先进基层党组织", texts["organization_conditions"])
    return scene


def branch_award(director: Director) -> Scene:
    """The notice passes without objection, and the company's committee commends the branch itself."""
    texts, scene = Texts(director, "awards"), post_branch(director)
    director.wait(7)
    _decide(director, scene, texts, texts["call_to_learn_organization"], "恒岳一制先进〔1〕号")
    return scene


def to_notice(director: Director, scene: Scene, texts: Texts, decision: str, conditions: list[str]) -> None:
    """At the committee that has it: check, investigate, consult, decide, post."""
    department = director.holder(scene, "com.party_dept")
    director.act(scene, "prelim_pass", department, conditions_met=conditions)
    director.act(scene, "qualify", department, veto_items=[])
    concerned = {*director.holders(scene, "named.nominees"), *director.holders(scene, "own.secretary")}
    team = [each for each in director.holders(scene, "com.investigation_team") if each not in concerned]
    for member in team[:2]:
        director.act(scene, "finish_investigation", member, **texts["investigation"])
    director.act(scene, "give_integrity_opinion", "HY018", integrity_opinion=texts["integrity"])
    views = {name: texts[name] for name in ("consultations", "members_view", "staff_view")}
    director.act(scene, "finish_consultation", department, **views)
    director.wait(1)
    meet(director, scene, "committee_vote", [decision])
    _post(director, director.child(scene, "notice"), texts, scene)


def _post(director: Director, notice: Scene, texts: Texts, scene: Scene) -> None:
    poster = director.holder(notice, "own.party_dept")
    director.act(notice, "post", poster, names=[director.title(scene)], **texts["notice"])


def _at_superior(director: Director, scene: Scene, texts: Texts) -> None:
    """The enterprise's committee: register, examine, decide, post again, reply, decide, award."""
    director.act(scene, "sup_register", director.holder(scene, "sup.clerk"))
    checked = {"sup_check": texts["sup_check"], "sup_integrity": texts["sup_integrity"]}
    director.act(scene, "put_to_superior", "HY008", **checked)
    director.wait(2)
    meet(director, scene, "award_vote", ["表彰石喆为集团公司优秀共产党员"])
    _post(director, director.child(scene, "award_notice"), texts, scene)
    director.wait(7)
    issue_all(director, scene)
    _decide(director, scene, texts, texts["call_to_learn"], "恒岳优党〔1〕号")


def _decide(director: Director, scene: Scene, texts: Texts, call: str, certificate: str) -> None:
    director.act(scene, "decide", director.holder(scene, "award_level.secretary"), call_to_learn=call)
    issue_all(director, scene)
    office = director.holder(scene, "award_level.office")
    director.act(scene, "award", office, certificate_number=certificate, cost=800)
    director.act(scene, "archive", office, publicity=texts["publicity"])
