"""Stories of M2, the public pledge of a member and of an organisation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from tests.operations.cast import Play
from tests.operations.scenarios.plan import published as published_plan
from tests.operations.scenarios.story import story
from workflow.store.people import Post
from workflow.store.session import writing

MEMBER = "HY024"
TEXTS = ("每月为班组解决一项质量难题", "带两名徒弟")
ENDS_ON = "2012-06-29"


def items(*, key: bool = False) -> list[dict[str, Any]]:
    """Two pledges."""
    return [
        {"text": text, "goal": "serve_people", "criterion": "five_leads.serve", "measure": "每周安排半天",
         "due_on": "2012-06-15", "owner": "石喆", "key": key}
        for text in TEXTS
    ]  # fmt: skip


def results(*outcomes: str) -> list[dict[str, str]]:
    """How each of them came out."""
    return [
        {"text": text, "outcome": outcome, "evidence": "见班组台账"}
        for text, outcome in zip(TEXTS, outcomes, strict=True)
    ]


def member_pledge(play: Play, **values: Any) -> int:
    """A member of the assembly-shop branch pledges, once the branch has published its plan."""
    published_plan(play, body="HY-11", opener="HY021")
    return play.open(MEMBER, "pledge", "HY-11", person=MEMBER, **{"items": items(), "ends_on": ENDS_ON, **values})


def organization_pledge(play: Play, **values: Any) -> int:
    """The branch itself pledges."""
    published_plan(play, body="HY-11", opener="HY021")
    entered = {"items": items(), "ends_on": ENDS_ON, "staff_opinions": "召开职工座谈会一次"}
    return play.open("HY021", "pledge", "HY-11", **{**entered, **values})


def performing(play: Play, case: int) -> None:
    """Reviewed and made public."""
    play.do(case, "submit")
    play.do(case, "approve", above_standard=True)
    play.do(case, "publish", published_on=play.today.isoformat())
    assert play.state(case) == "performing"


def evaluating(play: Play, case: int) -> None:
    """Reported on, with the evaluation open."""
    performing(play, case)
    play.until(ENDS_ON)
    play.do(case, "report", results=results("done", "open"))
    play.do(case, "open_evaluation")


@story("L01 L02 L03 L04 L05 L06 L07 L08 L09 L10 L11 L12 L14 L15 L21 L25")
def a_member_s_pledge_is_improved_changed_and_kept(play: Play) -> None:
    case = member_pledge(play)
    play.do(case, "submit")
    play.do(case, "recall")
    play.do(case, "submit")
    play.do(case, "return", fault="not_operable", remarks=["第二项不具体"])
    play.do(case, "resubmit", answers=["已具体"])
    play.do(case, "approve")
    play.do(case, "publish", published_on="2012-03-06")
    assert play.state(case) == "published"
    play.until("2012-03-07")
    play.do(case, "log_progress", item=1, progress_note="已解决一项", item_done=True)
    play.do(case, "request_change", new_items=items(), reason="设备检修，时间推后")
    play.do(case, "refuse_change", reason="理由不充分")
    play.do(case, "request_change", new_items=items(), reason="设备检修两个月")
    play.do(case, "approve_change")
    assert play.state(case) == "performing"
    play.until(ENDS_ON)
    play.wait()
    assert play.is_late(case)
    play.do(case, "report", results=results("done", "done"))
    play.do(case, "open_evaluation")
    play.do(case, "mark_fulfilled", results=results("done", "done"))
    play.do(case, "close")
    assert play.state(case) == "closed"


@story("L16 L18")
def an_organisation_keeps_its_pledge_in_part_and_goes_on(play: Play) -> None:
    case = organization_pledge(play, pledger="team")
    evaluating(play, case)
    play.do(case, "mark_partly", results=results("done", "open"))
    play.do(case, "continue", ends_on="2012-09-28")
    assert play.state(case) == "performing"


@story("L17 L19")
def a_broken_pledge_is_explained(play: Play) -> None:
    case = member_pledge(play)
    evaluating(play, case)
    play.do(case, "mark_not", results=results("open", "open"))
    play.do(case, "explain")
    play.do(case, "close")


@story("L13 L20")
def an_organisation_that_does_not_report_is_criticised(play: Play) -> None:
    case = organization_pledge(play)
    performing(play, case)
    play.until("2012-07-09")
    play.do(case, "evaluate_without_report")
    play.do(case, "mark_not", results=results("open", "open"))
    play.do(case, "criticise", criticism="没有正当理由", rectify=True)
    assert play.state(play.child(case, "rectification")) == "recorded"


@story("L22")
def an_old_member_pledges_by_word_of_mouth(play: Play) -> None:
    play.do(member_pledge(play), "exempt", ground="infirm")


@story("L23 L24")
def a_pledge_moves_with_the_member_and_is_withdrawn(play: Play) -> None:
    case = member_pledge(play)
    with writing(play.installation.engine) as session:
        mine = (Post.person_id == play.person(MEMBER)) & (Post.organization_id == play.body("HY-11"))
        session.execute(update(Post).where(mine).values(organization_id=play.body("HY-21")))
    play.do(case, "transfer", by="HY021", to_body=play.body("HY-21"))
    assert play.row(case).organization_id == play.body("HY-21")
    play.do(case, "withdraw", reason="按新岗位重新承诺")
