"""M3: leaders of the superior body comment on a branch, its secretary, a member and a company (R42, R43)."""

from __future__ import annotations

from workflow.operations.demonstrating.director import Director, Scene
from workflow.operations.demonstrating.issuing import issue_all
from workflow.operations.demonstrating.texts import Texts

MEMBERS = {"HY024": "HY021", "HY022": "HY021", "HY021": "HY022"}  #: member → who arranges the comment


def branch_comment(director: Director) -> Scene:
    """At a meeting: report returned and rewritten, comment explained and maintained, improvement followed up."""
    texts = Texts(director, "comments")
    scene = director.open("leader_comment", "HY-11", "HY019", texts["organization"])
    director.act(scene, "request_report", "HY019")
    director.act(scene, "submit_report", "HY020", report=texts["report"])
    director.act(scene, "return_report", "HY019", **texts["report_return"])
    director.act(scene, "submit_report", "HY020", report=texts["report_again"])
    director.wait(2)
    director.act(scene, "draft_from_report", "HY016", **texts["comment"])
    director.act(scene, "deliver", "HY016")
    director.act(scene, "respond", "HY020", response=texts["response"])
    director.act(scene, "maintain", "HY016", reply=texts["maintain"])
    director.act(scene, "publish", "HY019", scope="body")
    director.act(scene, "start_improving", "HY020", actions=texts["actions"])
    issue_all(director, scene)
    return scene


def follow_up(director: Director, scene: Scene) -> None:
    """The branch tells what it did; the first account is too thin and comes back."""
    texts = Texts(director, "comments")
    director.act(scene, "follow_up", "HY020", follow_up=texts["follow_up"])
    later = {"reason": texts["follow_up_return"], "improve_by": director.day(3)}
    director.act(scene, "reject_follow_up", "HY019", **later)
    director.wait(2)
    director.act(scene, "follow_up", "HY020", follow_up=texts["follow_up"])
    director.act(scene, "accept", "HY016")
    issue_all(director, scene)


def spot_comments(director: Director) -> Scene:
    """On the spot: a secretary and members confirm; the company stays silent, and its case is handed back."""
    texts = Texts(director, "comments")
    secretary = director.open("leader_comment", "HY-11", "HY019", texts["secretary"])
    members = {
        member: director.open("leader_comment", "HY-11", office, texts["member"], person=member)
        for member, office in MEMBERS.items()
    }
    company = director.open("leader_comment", "HY-1", "HY008", texts["company"])
    director.wait(1)
    _on_spot(director, secretary, "HY016", texts["member_comment"])
    _on_spot(director, company, "HY002", texts["company_comment"])
    director.act(secretary, "acknowledge", "HY020")
    _close(director, secretary, "HY019", "body")
    for member, scene in members.items():
        _on_spot(director, scene, "HY020", texts["member_comment"])
        director.act(scene, "acknowledge", member)
        _close(director, scene, MEMBERS[member], "branch")
    return company


def waiting_comment(director: Director) -> Scene:
    """A comment on the company that waits to be confirmed."""
    texts = Texts(director, "comments")
    scene = director.open("leader_comment", "HY-1", "HY008", texts["company"])
    director.wait(1)
    _on_spot(director, scene, "HY002", texts["company_comment"])
    return scene


def close_silent(director: Director, scene: Scene) -> None:
    """The window has passed in silence: the system has confirmed, the office makes the comment known."""
    _close(director, scene, "HY008", "body")


def _on_spot(director: Director, scene: Scene, by: str, comment: dict[str, object]) -> None:
    director.act(scene, "draft_on_spot", by, **comment)
    director.act(scene, "deliver", by)


def _close(director: Director, scene: Scene, office: str, scope: str) -> None:
    director.act(scene, "publish", office, scope=scope)
    director.act(scene, "close_no_action", office)
    issue_all(director, scene)
