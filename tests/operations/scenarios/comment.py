"""Stories of M3, the comment of a leader of the superior body."""

from __future__ import annotations

from typing import Any

from tests.operations.cast import Play
from tests.operations.scenarios.story import story


def comment(play: Play, **values: Any) -> int:
    """The enterprise comments on its first manufacturing company at a meeting on 6 March; the deputy speaks."""
    entered = {"form": "meeting", "held_on": "2012-03-06", "commenter": play.person("HY002")}
    return play.open("HY008", "leader_comment", "HY-1", **{**entered, **values})


def delivered(play: Play, **values: Any) -> int:
    """A comment on the spot, delivered."""
    case = comment(play, form="onsite", **values)
    play.do(case, "draft_on_spot")
    play.do(case, "deliver")
    return case


def improving(play: Play) -> int:
    """A comment that is to be followed by deeds."""
    case = delivered(play)
    play.do(case, "acknowledge")
    play.do(case, "publish", scope="body")
    play.do(case, "start_improving", actions=[{"text": "补开民主生活会", "measure": "召开", "due_on": "2012-03-30"}])
    return case


@story("C01 C02 C03 C04 C07 C08 C09 C10 C11 C14 C16")
def a_comment_is_corrected_disputed_and_maintained(play: Play) -> None:
    case = comment(play)
    play.do(case, "request_report")
    play.do(case, "submit_report")
    play.do(case, "return_report", reason="没有数据")
    play.do(case, "submit_report")
    play.do(case, "draft_from_report")
    play.do(case, "deliver")
    play.do(case, "revise", reason="成绩写得不全")
    play.do(case, "deliver")
    play.do(case, "respond")
    play.do(case, "amend", reason="采纳第二条")
    play.do(case, "deliver")
    play.do(case, "respond")
    play.do(case, "maintain")
    play.do(case, "publish", scope="body")
    play.do(case, "close_no_action")


@story("C05 C12 C15 C17 C18 C19")
def what_a_comment_asks_for_is_done_the_second_time(play: Play) -> None:
    case = improving(play)
    play.do(case, "follow_up", follow_up=[{"text": "补开民主生活会", "result": "正在准备"}])
    play.do(case, "reject_follow_up", reason="尚未召开", improve_by="2012-04-20")
    play.do(case, "follow_up", follow_up=[{"text": "补开民主生活会", "result": "已召开"}])
    play.do(case, "accept")
    assert play.state(case) == "closed"


@story("C06 C13 C21 C23")
def no_report_comes_and_no_answer(play: Play) -> None:
    case = comment(play)
    play.do(case, "reassign", commenter=play.person("HY003"), reason="出差")
    play.do(case, "request_report")
    play.wait(10)
    assert play.is_late(case)
    play.do(case, "draft_without_report")
    play.do(case, "deliver")
    play.wait(10)
    assert play.state(case) == "acknowledged"


@story("C20 Z01")
def deeds_that_do_not_come_lead_to_a_rectification(play: Play) -> None:
    case = improving(play)
    play.until("2012-04-02")
    play.do(case, "escalate", reason="逾期没有落实")
    play.do(play.child(case, "rectification"), "draft_notice")


@story("C22")
def a_comment_is_called_off(play: Play) -> None:
    play.do(comment(play), "cancel", reason="与考核合并进行")
