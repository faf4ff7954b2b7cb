"""Papers that no stage leaves: written by hand in an issue of their own, prefilled with what is known (X1, D17–D20)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import Databases
from tests.enterprise import MORNING, build, installed
from tests.operations.cast import Play
from tests.operations.scenarios.issue import carried
from workflow import clock
from workflow.clock import FixedClock
from workflow.errors import NotAllowed, Refused
from workflow.store.documents import Document

NEED = "活动阶段安排没有文件规定"
STAFF, STRANGER = "HY008", "HY021"  #: of the enterprise's Party department, and of a company below


@pytest.fixture
def play(sqlite_databases: Databases, one_sheet: None) -> Iterator[Play]:
    """The enterprise, on SQLite alone: each story is told on both databases elsewhere."""
    with installed(sqlite_databases.fresh(build)) as made, clock.use(FixedClock(MORNING)) as fixed:
        yield Play(made, fixed)


def opened(play: Play, paper: str, about: str, **values: Any) -> int:
    return play.open(STAFF, "document_issue", "HY", paper=paper, document_title=about, need=NEED, **values)


def paper_of(play: Play, issue: int) -> Document:
    return next(each for each in play.documents(issue) if each.series is not None)


def test_quotas_are_handed_out_by_a_notice_that_knows_them(play: Play) -> None:
    issue = opened(play, "quota_notice", "做好创先争优评选表彰工作")
    data = play.data(issue)
    assert data["main"] == ["各所属党组织"]
    assert [each["title"] for each in data["titles"]] == ["先进基层党组织", "优秀共产党员"]
    assert {play.body("HY-1"), play.body("HY-2")} <= {each["unit"] for each in data["quotas"]}
    assert all(each["members"] >= each["branches"] > 0 for each in data["quotas"] if each["unit"] == play.body("HY-1"))
    days = [each["until"] for each in data["schedule"]]
    assert days == sorted(days)
    with pytest.raises(Refused, match="请先撰写文稿"):
        play.do(issue, "send_review")
    play.do(issue, "write_quotas")
    first = paper_of(play, issue)
    assert first.number is None
    play.do(issue, "write_quotas", shares="生产一线的不少于百分之七十")
    carried(play, issue, "archived")
    issued = paper_of(play, issue)
    assert (issued.id, issued.code, issued.catalogue) == (first.id, first.code, "T19")
    assert issued.number == "恒岳党发〔2012〕1号"
    assert issued.title.endswith("关于做好创先争优评选表彰工作的通知")
    assert issued.content["case"]["data"]["shares"] == "生产一线的不少于百分之七十"
    assert "恒岳集团第一制造公司党委" in str(issued.content["case"]["data"]["quotas"])


def test_the_leading_group_is_announced_as_it_is_registered(play: Play) -> None:
    issue = opened(play, "group_notice", "成立创先争优活动领导小组及办公室")
    members = play.data(issue)["group_members"]
    assert [each["rank"] for each in members].count("head") == 1
    assert members[0]["post"] == "党委书记"
    play.do(issue, "write_group")
    carried(play, issue, "archived")
    assert paper_of(play, issue).catalogue == "T43"


def test_a_report_of_weight_goes_up_signed_by_the_first_responsible_person(play: Play) -> None:
    issue = opened(play, "report", "党员责任区建设情况")
    play.do(issue, "write_report")
    data = play.data(issue)
    assert (data["upward"], data["kind"], data["series"]) == (True, "报告", "党报")
    assert data["main"] == ["中央企业创先争优活动领导小组"]
    carried(play, issue, "archived")
    assert paper_of(play, issue).content["document"]["signatory"] == play.actor_of(play.person("HY001")).name


@pytest.mark.parametrize(
    ("paper", "kind"), [("notice", "通知"), ("circular", "通报"), ("request", "请示"), ("letter", "函")]
)
def test_a_plain_text_is_returned_written_anew_and_issued(play: Play, paper: str, kind: str) -> None:
    issue = opened(play, paper, "阶段总结工作")
    to = {} if paper == "request" else {"main": ["恒岳集团第一制造公司党委"]}
    play.do(issue, "write_text", text="请认真总结。", **to)
    play.do(issue, "send_review")
    play.do(issue, "review_return", reason="写明时间")
    play.do(issue, "write_text", text="请于十月二十日前认真总结。", **to)
    carried(play, issue, "distributed")
    issued = paper_of(play, issue)
    assert issued.kind == kind
    assert issued.content["case"]["data"]["text"] == "请于十月二十日前认真总结。"


def test_only_what_was_chosen_is_offered_and_only_the_body_itself_writes(play: Play) -> None:
    issue = opened(play, "notice", "阶段总结工作")
    with pytest.raises(Refused, match="另一种公文"):
        play.do(issue, "write_quotas", by=STAFF)
    play.do(issue, "void", reason="合并到其他文件")
    assert play.state(issue) == "voided"
    with pytest.raises(NotAllowed):
        play.open(STRANGER, "document_issue", "HY", paper="notice", document_title="工作", need=NEED)


def signed_notice(play: Play) -> int:
    """A notice of the first manufacturing company, signed by its secretary."""
    issue = play.open(
        STRANGER, "document_issue", "HY-1", paper="notice", document_title="联合开展党员先锋岗创建", need=NEED
    )
    play.do(issue, "write_text", text="决定联合开展创建活动。", main=["各所属党组织"])
    carried(play, issue, "signed")
    return issue


def test_a_joint_document_is_countersigned_by_all_under_one_number(play: Play) -> None:
    issue, others = signed_notice(play), ["HY-2", "HY-3"]
    partners = [{"body": play.body(each)} for each in others]
    play.do(issue, "invite", partners=partners)
    signers = play.data(issue)["cosigners"]
    with pytest.raises(NotAllowed):
        play.do(issue, "countersign", by=STRANGER)
    play.wait()
    play.act(issue, play.actor_of(signers[0]), "countersign", {})
    assert play.state(issue) == "countersigning"
    play.act(issue, play.actor_of(signers[1]), "countersign", {})
    carried(play, issue, "distributed")
    issued = paper_of(play, issue)
    assert issued.number == "恒岳一制党发〔2012〕1号"
    assert issued.title == "恒岳集团第一制造公司党委等关于联合开展党员先锋岗创建的通知"
    assert len(issued.content["document"]["joint"]) == 1 + len(others)
    assert issued.content["document"]["date"] == "2012年3月6日", "the day of the last signature"


def test_who_does_not_agree_is_left_out_and_the_text_goes_back(play: Play) -> None:
    issue = signed_notice(play)
    play.do(issue, "invite", partners=[{"body": play.body("HY-2")}])
    play.do(issue, "refuse_countersign", reason="与本单位安排重复")
    assert (play.state(issue), play.data(issue)["partners"]) == ("drafting", [])
    issued = paper_of(play, issue)
    assert (issued.content["document"]["joint"], issued.title.find("等关于")) == ([], -1)
    carried(play, issue, "printed")
