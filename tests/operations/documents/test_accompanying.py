"""附件说明: what was put to a case to go with its document is listed by itself, and a person can leave one out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.enterprise import who
from tests.operations.cast import Play
from tests.operations.documents.test_written_by_hand import STRANGER, paper_of
from tests.operations.scenarios.issue import carried
from tests.operations.scenarios.plan import plan
from workflow.errors import NotAllowed, NotFound, Refused
from workflow.operations.attaching import File, accompany, attach, attachment_file
from workflow.operations.documents.accompanying import stated_name
from workflow.operations.documents.receiving import clerks_of
from workflow.operations.organization.posts import actor as actor_of
from workflow.operations.reading.documents import paper
from workflow.store.journal import JournalEntry
from workflow.store.session import reading, writing

PDF = b"%PDF-1.7 invented"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("《党员先锋岗创建方案》.pdf", "党员先锋岗创建方案"),
        ("附件1：名额分配表。.xlsx", "名额分配表"),
        ("附件 2 推荐 表.docx", "推荐表"),
        ("关于印发《方案》的通知.pdf", "关于印发《方案》的通知"),
        ("附件.pdf", "附件"),
        ("2012年计划.v2.pdf", "2012年计划.v2"),
    ],
)
def test_names_carry_no_number_no_brackets_and_no_stop(file: str, name: str) -> None:
    assert stated_name(file) == name


def put(play: Play, case: int, name: str, by: str = STRANGER, *, accompanies: bool | None = None) -> int:
    with writing(play.installation.engine) as session:
        file = File(name, PDF)
        return attach(session, play.installation, who(session, by), case, file, accompanies=accompanies).id


def change(play: Play, file: int, *, wanted: bool, by: str = STRANGER) -> None:
    with writing(play.installation.engine) as session:
        accompany(session, play.installation, who(session, by), file, wanted=wanted)


def listed(play: Play, issue: int) -> list[str]:
    found: list[str] = paper_of(play, issue).content["document"]["attachments"]
    return found


def opened(play: Play) -> int:
    asked = {"paper": "notice", "document_title": "创建党员先锋岗", "need": "没有规定"}
    return play.open(STRANGER, "document_issue", "HY-1", **asked)


def test_what_is_put_to_an_issue_by_hand_is_listed_until_it_is_signed(play: Play, one_sheet: None) -> None:
    issue = opened(play)
    put(play, issue, "《创建方案》.pdf")
    put(play, issue, "收文原件.pdf", accompanies=False)
    play.do(issue, "write_text", text="决定开展创建活动。", main=["各所属党组织"])
    assert listed(play, issue) == ["创建方案"]
    table = put(play, issue, "附件2：名额表.pdf")
    put(play, issue, "名额表.pdf")
    assert listed(play, issue) == ["创建方案", "名额表"], "in two formats, named once"
    play.do(issue, "write_text", text="决定开展创建活动，请认真组织。", main=["各所属党组织"])
    assert listed(play, issue) == ["创建方案", "名额表"]
    change(play, table, wanted=False)
    change(play, table, wanted=False)
    with pytest.raises(NotAllowed, match="附件说明由发起人"):
        change(play, table, wanted=True, by="HY056")
    carried(play, issue, "signed")
    for refused in (lambda: change(play, table, wanted=True), lambda: put(play, issue, "迟到.pdf", accompanies=True)):
        with pytest.raises(Refused, match="公文已经签发"):
            refused()
    put(play, issue, "会议照片.pdf")
    carried(play, issue, "distributed")
    assert listed(play, issue) == ["创建方案", "名额表"]
    with reading(play.installation.engine) as session:
        facts = select(JournalEntry.details).where(JournalEntry.case_id == issue, JournalEntry.fact == "left_out")
        assert [each["title"] for each in session.scalars(facts)] == ["附件2：名额表.pdf"]


def test_the_file_goes_where_the_document_goes_and_another_does_not(play: Play, one_sheet: None) -> None:
    issue = opened(play)
    goes, stays = put(play, issue, "创建方案.pdf"), put(play, issue, "内部意见.pdf", accompanies=False)
    play.do(issue, "write_text", text="决定开展创建活动。", main=["恒岳集团科学技术研究院党委"])
    carried(play, issue, "distributed")
    with reading(play.installation.engine) as session:
        clerks = clerks_of(session, play.installation, play.body("HY-2"))
        clerk = actor_of(session, clerks[0], play.today)
        shown = paper(session, play.installation, clerk, paper_of(play, issue).id)
        assert [each.name for each in shown.files] == ["创建方案.pdf"]
        assert attachment_file(session, play.installation, clerk, goes)[1] == PDF
        with pytest.raises(NotFound):
            attachment_file(session, play.installation, clerk, stays)


def test_a_file_of_a_stage_goes_with_the_next_document_that_the_case_writes(play: Play, one_sheet: None) -> None:
    case = plan(play)
    put(play, case, "调研报告.pdf")
    put(play, case, "测算表.pdf", accompanies=True)
    play.do(case, "submit_internal")
    play.do(case, "to_committee")
    play.vote(case)
    play.do(case, "sign")
    (document,) = [each for each in play.documents(case) if each.series is not None]
    assert document.content["document"]["attachments"] == ["创先争优活动实施方案", "测算表"]
    issue = play.child(case, "issue")
    put(play, case, "名额表.pdf", accompanies=True)
    assert listed(play, issue) == ["创先争优活动实施方案", "测算表"], "signed already: it waits for the next one"
    carried(play, issue, "distributed")
    assert play.print(issue).state == "rendered"
