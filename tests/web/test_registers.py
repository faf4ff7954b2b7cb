"""The registers in the browser: sign for what has arrived, take it in hand, take the register away."""

from __future__ import annotations

import re

import pytest

from tests.operations.cast import Play
from tests.operations.scenarios.issue import carried
from tests.operations.scenarios.plan import plan, signed
from tests.web.conftest import Visit
from tests.web.visiting import number_of, plain
from tests.web.world import NOW
from workflow.clock import FixedClock
from workflow.operations.installation import Installation


@pytest.fixture
def play(installation: Installation) -> Play:
    return Play(installation, FixedClock(NOW))


def test_a_clerk_signs_with_one_click_and_takes_one_in_hand(play: Play, visit: Visit) -> None:
    issue = play.child(signed(play), "issue")
    carried(play, issue, "distributed")
    clerk, address = visit("hy020"), f"/documents/registers/{play.body('HY-11')}/received"
    assert "有 1 件来文待签收" in plain(clerk.read("/documents"))
    assert "1 件待签收" in clerk.read("/documents/registers")
    ticked = re.findall(r'name="receipt" value="(\d+)" checked', clerk.read(address))
    assert len(ticked) == 1
    assert "由本单位文秘签收" in visit("hy008").read(address), "the superior sees it and does not sign"
    assert visit("hy024").send(f"{address}/sign", {"receipt": ticked}).status_code == 403
    assert clerk.send(f"{address}/sign", {"receipt": ticked}).status_code == 303
    shown = plain(clerk.read(address))
    assert "已签收 1 件" in shown
    assert "2012年第1号" in shown
    taken = clerk.send(f"/documents/receipts/{ticked[0]}/handle", {})
    case = clerk.read(f"/cases/{number_of(taken)}")
    assert play.documents(issue)[0].title in case, "the paper is at hand"
    assert "转承办" not in clerk.read(address)
    assert "全部签收" in visit("hy056").read(f"/cases/{play.row(issue).number}")


def test_the_register_is_taken_away_as_a_spreadsheet_and_on_paper(play: Play, visit: Visit) -> None:
    carried(play, play.child(signed(play), "issue"), "distributed")
    clerk, address = visit("hy056"), f"/documents/registers/{play.body('HY-1')}/issued"
    sheet, paper = clerk.get(f"{address}/spreadsheet?year=2012"), clerk.get(f"{address}/paper")
    assert (sheet.data[:2], paper.data[:4]) == (b"PK", b"%PDF")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    for outsider in ("hy031", "lc07", "hy024"):
        for each in ("", "/spreadsheet", "/paper"):
            assert visit(outsider).get(address + each).status_code == 404


def test_the_page_shows_changes_since_a_return_and_their_paper(play: Play, visit: Visit) -> None:
    case = plan(play)
    play.do(case, "submit_internal")
    number = play.row(case).number
    assert visit("hy021").get(f"/cases/{number}/redline").status_code == 404
    play.do(case, "internal_return", reason="措施要写明责任人")
    measures = play.data(case)["measures"]
    measures[0] = {**measures[0], "owner": "生产技术部主任"}
    play.do(case, "amend", answers=["已写明"], measures=measures)
    page = visit("hy021").read(f"/cases/{number}")
    assert re.search(r"<del>.*责任人</del>.*<ins>.*生产技术部主任</ins>", page)
    assert visit("hy021").get(f"/cases/{number}/redline").data.startswith(b"%PDF")
    assert visit("hy031").get(f"/cases/{number}/redline").status_code == 404


def test_the_checklist_is_shown_before_registration(
    play: Play, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    issue = play.child(signed(play), "issue")
    address = f"/cases/{play.row(issue).number}"
    sound = plain(visit("hy056").read(address))
    assert "没有发现不合公文处理规定的问题" in sound
    assert "不超过年度发文计划 （今年已编号0件，上年没有发文记录）" in sound
    parameters = play.installation.definitions.campaign.parameters
    monkeypatch.setitem(parameters, "docs.yearly_plan", 0)
    crowded = plain(visit("hy056").read(address))
    assert "没有发现不合公文处理规定的问题" in crowded, "advice hinders nothing"
    assert "本件为第1件，超过年度发文计划0件" in crowded
    text = "深入学习,狠抓落实"
    bad = play.child(signed(play, organisation=text), "issue")
    page = plain(visit("hy056").read(f"/cases/{play.row(bad).number}"))
    assert "下列问题改正后才能登记编号" in page
    assert "正文有半角标点" in page
    play.do(issue, "recheck")
    play.do(issue, "register")
    assert "登记前核对" not in visit("hy056").read(address)
