"""Papers that show more than the data of their case: draws, inspected units, ballots, advice, entries of registers."""

from __future__ import annotations

import re

from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.scenarios.appraisal import opened
from tests.operations.scenarios.issue import carried
from tests.operations.scenarios.plan import plan, signed
from tests.operations.scenarios.supporting import checked, contribution, inspection
from workflow.documents.render import render_html
from workflow.operations.documents.papers import template_folder
from workflow.operations.remarks import advise
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.session import reading, writing


def words(play: Play, case: int, name: str) -> str:
    """The newest paper of that name as a reader sees it."""
    document = next(each for each in reversed(play.documents(case)) if each.name == name)
    html = render_html(template_folder(play.installation, document), document.content)
    return "".join(re.sub(r"<[^>]*>", "", html.partition("<body")[2]).split())


def test_the_record_of_a_draw_lets_anybody_draw_again(play: Play) -> None:
    case = inspection(play, mode="random", unannounced=True)
    play.do(case, "publish_frame")
    play.do(case, "draw_sample", public_value="05121830")
    data = play.row(case).data
    printed = words(play, case, "draw_record")
    assert all(part in printed for part in ("05121830", data["frame_hash"], data["draws"][0]["seed"]))
    assert printed.count("抽中") == len(data["sample"]) + 1  # and once in the explanation
    assert "恒岳集团第一制造公司党委" in printed
    assert "生产一线" in printed
    play.do(case, "start_unannounced")
    assert "恒岳集团" in words(play, case, "introduction_letter").partition("：")[0]


def test_an_inspection_names_its_units_on_every_paper(play: Play) -> None:
    case = inspection(play)
    play.do(case, "plan_fixed_list")
    play.do(case, "notify")
    play.do(case, "start")
    play.do(case, "draft_findings", problems=[{"unit": play.body("HY-1"), "text": "台账不全", "decision": "rectify"}])
    for _ in "12":
        play.do(case, "confirm_facts")
    play.do(case, "exchange")
    play.do(case, "report")
    play.do(case, "circulate")
    for name in ("inspection_plan", "inspection_notice", "inspection_record", "inspection_report"):
        assert "恒岳集团第一制造公司党委" in words(play, case, name), name
    for name in ("inspection_record", "inspection_report", "inspection_circular"):
        assert "台账不全" in words(play, case, name), name


def test_the_ballot_has_a_box_for_each_degree_and_no_place_for_a_name(play: Play) -> None:
    case = opened(play)
    printed = words(play, case, "ballot_paper")
    assert all(each in printed for each in ("满意", "比较满意", "基本满意", "不满意", "非党员职工群众"))
    assert "姓名：" not in printed


def test_a_bulletin_has_its_own_head_and_lists_those_who_get_it(play: Play) -> None:
    case = contribution(play)
    for trigger, by in (("sign_off", None), ("select", None), ("send_sign", "HY009")):
        play.do(case, trigger, by=by)
    play.do(case, "issue", issue_number=3, distribute_to=["各所属党组织"])
    play.do(case, "recommend")
    printed = words(play, case, "bulletin")
    assert "第3期" in printed
    assert "发：各所属党组织。" in printed
    assert "特此报告。" in words(play, case, "recommendation")


def test_a_received_letter_is_entered_in_the_register(play: Play) -> None:
    case = checked(play, sender="江海市委", doc_title="关于开展调研的函")
    printed = words(play, case, "register_entry")
    assert "江海市委" in printed
    assert "关于开展调研的函" in printed


def test_a_guides_advice_leaves_a_letter_that_binds_nobody(play: Play) -> None:
    case = plan(play, body="LC", opener="LC05")
    with writing(play.installation.engine) as session:
        guide = play.actor(session, "CE05")
        advise(session, play.installation, guide, case, "建议早作安排。")
        advise(session, play.installation, guide, case, "建议与劳动竞赛合并开展。", formal=True)
    with reading(play.installation.engine) as session:
        letter = session.scalars(select(Document).where(Document.catalogue == "T41")).one().issue_case_id or 0
        assert session.get_one(Case, case).state == "draft"
    carried(play, letter, "archived")
    issued = next(each for each in play.documents(letter) if each.catalogue == "T41")
    assert issued.number == "央创党函〔2012〕1号"
    values = issued.content["document"]
    assert values["main"] == ["澜川能源集团有限公司党委"]
    assert values["copies"] == ["江海市委"]
    assert "建议与劳动竞赛合并开展。" in words(play, letter, "advice_letter")


def test_the_entry_in_the_register_shows_the_number_just_given(play: Play) -> None:
    issue = play.child(signed(play), "issue")
    play.do(issue, "recheck")
    play.act(issue, "HY056", "register", {"print_run": 1})
    assert "〔2012〕1号" in words(play, issue, "register_entry")
