"""Stories of X2, X6 and X7: documents received, inspections, bulletins."""

from __future__ import annotations

from typing import Any

from tests.operations.cast import Play
from tests.operations.scenarios.story import story


def arrived(play: Play, **values: Any) -> int:
    """A letter reaches the enterprise's clerk."""
    return play.open("HY041", "document_receipt", "HY", **{"doc_kind": "letter", **values})


def checked(play: Play, **values: Any) -> int:
    """Signed for, registered and found in order."""
    case = arrived(play, **values)
    play.do(case, "sign_for")
    play.do(case, "register")
    play.do(case, "pass_check")
    return case


@story("E01 E02 E03 E05 E07 E08 E10")
def a_letter_is_handled_late_and_answered(play: Play) -> None:
    case = checked(play)
    play.do(case, "to_handler", handle_by="2012-03-07")
    play.wait(3)
    assert play.is_late(case)
    play.do(case, "propose_answer", answer_kind="letter")
    play.do(case, "answer", answer_kind="letter")
    play.do(case, "archive")


@story("E06 E09")
def a_notice_goes_round(play: Play) -> None:
    case = checked(play, doc_kind="notice")
    play.do(case, "to_readers", readers=[play.person("HY001"), play.person("HY002")])
    play.do(case, "mark_read")
    play.do(case, "mark_read")
    assert play.state(case) == "archived"


@story("E04")
def a_stray_letter_is_sent_back(play: Play) -> None:
    case = arrived(play)
    play.do(case, "sign_for")
    play.do(case, "register")
    play.do(case, "return_to_sender", reason="不属于本单位职责")


def units(play: Play) -> list[dict[str, Any]]:
    """Three companies of the enterprise."""
    known = {"HY-1": "production", "HY-2": "research", "HY-3": "marketing"}
    return [{"unit": play.body(code), "category": category} for code, category in known.items()]


def inspection(play: Play, **values: Any) -> int:
    """The enterprise's leading-group office plans an inspection."""
    team = [play.person(each) for each in ("HY007", "HY009", "HY011", "HY013")]
    return play.open("HY008", "inspection", "HY", **{"mode": "regular", "team": team, "units": units(play), **values})


@story("I01 I04 I06 I08 I10")
def companies_are_drawn_and_visited_unannounced(play: Play) -> None:
    case = inspection(play, mode="random", unannounced=True)
    play.do(case, "publish_frame")
    play.do(case, "draw_sample", public_value="05121830")
    play.do(case, "start_unannounced")
    play.do(case, "draft_findings")
    play.do(case, "report", unexchanged_reason="当场已核对")
    play.do(case, "close_without_circular", reason="没有普遍性问题")


@story("I02 I03 I05 I07 I09 I11")
def companies_are_inspected_and_told_of(play: Play) -> None:
    case = inspection(play)
    play.do(case, "plan_fixed_list")
    play.do(case, "notify")
    play.do(case, "start")
    first, second = play.body("HY-1"), play.body("HY-2")
    found = [{"unit": first, "text": "台账不全", "decision": "rectify"},
             {"unit": second, "text": "记录不及时", "decision": "none", "reason": "已当场补正"},
             {"unit": first, "text": "组织生活记录缺页", "decision": "rectify"}]  # fmt: skip
    told = [{"unit": second, "text": "党员攻关项目按月公布进展", "use": "bulletin"},
            {"unit": first, "text": "党员责任区挂牌", "use": "none"}]  # fmt: skip
    play.do(case, "draft_findings", problems=found, experiences=told)
    play.do(case, "confirm_facts")
    play.do(case, "confirm_facts")
    play.do(case, "exchange")
    play.do(case, "report")
    play.do(case, "circulate")
    play.do(case, "close")


@story("I12")
def an_inspection_is_called_off(play: Play) -> None:
    play.do(inspection(play), "cancel", reason="与考核合并")


def contribution(play: Play) -> int:
    """The first manufacturing company tells of its experience."""
    return play.open("HY021", "experience_bulletin", "HY-1")


@story("B01 B03 B04 B05 B06 B07")
def an_experience_is_printed_and_recommended(play: Play) -> None:
    case = contribution(play)
    play.do(case, "sign_off")
    play.do(case, "select")
    play.do(case, "send_sign", by="HY009")
    play.do(case, "return", reason="标题要改")
    play.do(case, "send_sign", by="HY009")
    play.do(case, "issue", issue_number=1, distribute_to=["各所属党组织"])
    play.do(case, "recommend")
    play.do(case, "archive")


@story("B02")
def an_experience_is_not_taken(play: Play) -> None:
    play.do(contribution(play), "decline", reason="与上期重复")
