"""Forms without scripts: faults come back beside what was typed, rows are added, nothing unasked is taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import func, select

from tests.enterprise import place
from tests.web.conftest import Visit
from tests.web.visiting import merged, number_of, plain
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.journal import JournalEntry
from workflow.store.session import reading

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}{% raw %}", "' OR 1=1 --",
    "javascript:alert(1)", "\u202egnp.exe", "\u200b零宽", '=HYPERLINK("x")', "</textarea><svg onload=alert(1)>",
    "&lt;b&gt;", "𠮷𪚥堃喆", "😀" * 20, 'style="position:fixed"', "%0d%0aSet-Cookie: x=1", "../../etc/passwd", "﷽",
    "A" * 5000,
]  # fmt: skip


@pytest.fixture
def branch(installation: Installation) -> int:
    with reading(installation.engine) as session:
        return place(session, "HY-21").id


def plan_form(branch: int, **values: str) -> dict[str, str]:
    return {
        "body": str(branch), "kind": "scheme", "mode": "file", "basis": "指导思想", "central_work": "中心工作",
        "organisation": "组织领导", "cost_budget": "0", "effective_on": "2012-05-02",
        "measures.0.goal": "science_development", "measures.0.text": "措施一", "measures.0.owner": "陆泽宇",
        "measures.0.due_on": "2012-10-31", "measures.0.origin": "required",
        "carriers.0.kind": "area", "carriers.0.name": "责任区", "carriers.0.target": "全覆盖",
        "schedule.0.phase": "部署", "schedule.0.from_on": "2012-05-02", "schedule.0.to_on": "2012-05-31",
        "schedule.0.work": "动员", **values,
    }  # fmt: skip


def test_faults_come_back_with_everything_that_was_typed(visit: Visit, branch: int) -> None:
    clerk = visit("hy031")
    form = plan_form(branch, cost_budget="很多", effective_on="明天", basis="", **{"measures.0.due_on": "年底"})
    answer = clerk.send("/campaigns/1/open/plan", form)
    assert answer.status_code == 422
    assert "<title>有误：" in answer.text
    words = plain(answer.text)
    assert "有 4 处需要修改" in words
    assert "经费预算（元）应为整数" in words
    assert "目标措施第1行" in words
    for kept in ("中心工作", "措施一", "陆泽宇", "很多"):
        assert kept in answer.text
    assert 'href="#f-measures-0-due_on"' in answer.text
    assert 'id="f-measures-0-due_on"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'tabindex="-1" autofocus' in answer.text


def test_rows_are_added_and_removed_without_scripts(visit: Visit, branch: int) -> None:
    clerk = visit("hy031")
    more = clerk.send("/campaigns/1/open/plan", plan_form(branch, add_row="measures"))
    assert more.status_code == 200
    assert "有误" not in more.text
    assert 'name="measures.1.text"' in more.text
    assert "措施一" in more.text
    second = {"measures.1.text": "措施二", "measures.1.goal": "social_harmony"}
    fewer = clerk.send("/campaigns/1/open/plan", plan_form(branch, remove_row="measures.0", **second))
    assert "措施二" in fewer.text
    assert "措施一" not in fewer.text
    assert 'name="measures.1.text"' not in fewer.text


def test_empty_rows_do_not_count_and_unasked_fields_change_nothing(
    visit: Visit, branch: int, installation: Installation
) -> None:
    form = plan_form(
        branch, state="closed", version="99", replaces="", **{"measures.7.origin": "required", "measures.9.text": ""}
    )
    answer = visit("hy031").send("/campaigns/1/open/plan", {**form, "extra": "1", "opened_by": "1"})
    number = number_of(answer)
    with reading(installation.engine) as session:
        row = session.scalars(select(Case).where(Case.number == number)).one()
        assert row.state == "draft"
        assert len(row.data["measures"]) == 1
        assert {"state", "extra", "opened_by", "version"}.isdisjoint(row.data)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(visit: Visit, branch: int, text: str) -> None:
    clerk = visit("hy031")
    form = plan_form(branch, basis=text, **{"measures.0.text": text})
    number = number_of(clerk.send("/campaigns/1/open/plan", form))
    for path in (f"/cases/{number}", f"/cases/{number}/act/amend", "/opened"):
        page = clerk.read(path)
        if "<" in text or '"' in text:
            assert text not in page, path
        assert page.count("<script") == page.count("<script defer"), path
        assert page.count("<svg") == page.count('<svg class="icon"'), path
        assert "<img src=x" not in page, path
    assert text[:40] in plain(clerk.read(f"/cases/{number}"))


def test_control_characters_are_refused_in_words(visit: Visit, branch: int) -> None:
    answer = visit("hy031").send("/campaigns/1/open/plan", plan_form(branch, basis="a\x00b"))
    assert answer.status_code == 422
    assert "不能含控制字符" in plain(answer.text)


def test_everything_is_checked_before_it_is_sent(visit: Visit, case: Callable[[str], str]) -> None:
    number, secretary = case("pledge.under_review"), visit("hy020")
    form = secretary.read(f"/cases/{number}/act/return")
    typed = {"fault": "not_operable", "remarks": "写明数量\n写明时间"}
    bad = secretary.client.post(f"/cases/{number}/check/return", data=merged(form, "check", {"remarks": "只写意见"}))
    assert bad.status_code == 422
    assert "只写意见" in bad.text
    fault = next(iter(secretary_faults(form)))
    entered = merged(form, "check", {**typed, "fault": fault})
    check = secretary.client.post(f"/cases/{number}/check/return", data=entered)
    words = plain(check.text)
    assert "写明数量" in words
    assert "事项转入“ 退回完善 ”，由 郝丽娟 办理" in words
    assert "制发《" in words
    again = secretary.client.post(f"/cases/{number}/check/return", data=merged(check.text, "check", {}))
    assert "写明时间" in again.text
    assert 'name="remarks"' in again.text
    done = secretary.client.post(f"/cases/{number}/act/return", data=merged(check.text, "act", {}))
    assert done.status_code == 303
    receipt = plain(secretary.read(done.headers["Location"]))
    assert "已办理：退回" in receipt
    assert plain(secretary.read(done.headers["Location"])) == receipt, "it can be opened again"


def secretary_faults(form: str) -> list[str]:
    return re.findall(r'name="fault" value="([^"]+)"', form)


def test_the_slower_of_two_hears_who_was_faster(visit: Visit, case: Callable[[str], str]) -> None:
    number, slow, fast = case("pledge.under_review"), visit("hy021"), visit("hy020")
    stale = slow.read(f"/cases/{number}/act/approve")
    page = slow.client.post(f"/cases/{number}/check/approve", data=merged(stale, "check", {}))
    assert fast.act(number, "approve", {}).status_code == 303
    for kind, html in (("check", stale), ("act", page.text)):
        answer = slow.client.post(f"/cases/{number}/{kind}/approve", data=merged(html, kind, {}))
        assert answer.status_code == 409
        words = plain(answer.text)
        assert "雷振海已于04-16 10:00办理“审定”，您的操作未生效" in words
    with reading(slow_engine(slow)) as session:
        approved = select(func.count()).where(JournalEntry.trigger == "approve", JournalEntry.transition == "L05")
        assert (session.scalar(approved) or 0) == 2, "one of the world, one of now"


def slow_engine(visitor):  # type: ignore[no-untyped-def]
    return visitor.client.application.extensions["chuangyou"].engine


def test_a_double_click_acts_once(visit: Visit, case: Callable[[str], str]) -> None:
    number, secretary = case("pledge.under_review"), visit("hy020")
    form = secretary.read(f"/cases/{number}/act/approve")
    page = secretary.client.post(f"/cases/{number}/check/approve", data=merged(form, "check", {}))
    confirmed = merged(page.text, "act", {})
    first, second = (secretary.client.post(f"/cases/{number}/act/approve", data=confirmed) for _ in "12")
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert secretary.read(second.headers["Location"])


def test_who_may_not_act_is_told_why(visit: Visit, case: Callable[[str], str]) -> None:
    number = case("pledge.under_review")
    own = visit("hy022").act(number, "approve", {})
    assert own.status_code == 409
    assert "不能审定" in plain(own.text)
    member = visit("hy024").get(f"/cases/{number}")
    assert member.status_code == 404
    clerk = plain(visit("hy019").read(f"/cases/{number}"))
    assert "由他人办理" in clerk
    assert "这一步应由" in clerk


def test_a_guide_advises_and_cannot_return(visit: Visit, installation: Installation) -> None:
    with reading(installation.engine) as session:
        body = place(session, "LC").id
        number = session.scalars(select(Case.number).where(Case.stage == "plan", Case.organization_id == body)).one()
    guide = visit("ce05")
    page = plain(guide.read(f"/cases/{number}"))
    assert "指导关系" in page
    assert "提出建议" in page
    refused = guide.get(f"/cases/{number}/act/close")
    assert refused.status_code == 403
    assert "指导关系" in plain(refused.text)
    empty = guide.send(f"/cases/{number}/remarks", {"kind": "advice", "text": " "})
    assert empty.status_code == 422
    sent = guide.send(f"/cases/{number}/remarks", {"kind": "advice", "text": "建议与安全生产月结合。"})
    assert sent.status_code == 303
    assert "建议与安全生产月结合" in plain(visit("lc07").read(f"/cases/{number}"))
    with reading(installation.engine) as session:
        assert session.scalars(select(Document.id).where(Document.catalogue == "T41")).all() == []
    guide.send(f"/cases/{number}/remarks", {"kind": "advice", "text": "建议与劳动竞赛合并开展。", "formal": "yes"})
    with reading(installation.engine) as session:
        letter = session.scalars(select(Document).where(Document.catalogue == "T41")).one()
        issue = session.get_one(Case, letter.issue_case_id).number
        assert letter.content["case"]["data"]["text"] == "建议与劳动竞赛合并开展。"
    assert "送审" in plain(guide.read(f"/cases/{issue}"))


def test_a_document_that_no_stage_leaves_is_written_from_the_campaign(visit: Visit) -> None:
    office = visit("hy008")
    assert "发起发文" in plain(office.read("/campaigns/1?body=4"))
    assert "建议函" in office.read("/campaigns/1/open/document_issue?body=4")
    asked = {"body": "4", "paper": "quota_notice", "document_title": "做好评选表彰工作", "need": "没有文件规定"}
    number = number_of(office.send("/campaigns/1/open/document_issue", asked))
    page = office.read(f"/cases/{number}")
    assert f"/cases/{number}/act/write_quotas" in page
    assert "write_text" not in page
    form = office.read(f"/cases/{number}/act/write_quotas")
    assert "各所属党组织" in form
    assert "领导干部不超过20%" in form
    assert 'value="2012-' in form


def test_a_file_put_to_a_document_is_listed_in_it_and_left_out_with_a_button(
    visit: Visit, installation: Installation
) -> None:
    office = visit("hy008")
    asked = {"body": "4", "paper": "notice", "document_title": "创建党员先锋岗", "need": "没有文件规定"}
    number = number_of(office.send("/campaigns/1/open/document_issue", asked))
    office.send(f"/cases/{number}/act/write_text", {"document_title": "创建党员先锋岗", "text": "决定开展创建活动。"})
    assert 'name="accompanies" value="yes" checked' in office.read(f"/cases/{number}")
    sent = {"file": (BytesIO(b"%PDF-1.7 invented"), "创建方案.pdf"), "accompanies": "yes"}
    data = {"csrf_token": office.token(f"/cases/{number}"), **sent}
    added = office.client.post(f"/cases/{number}/attachments", data=data, content_type="multipart/form-data")
    assert added.status_code == 303
    page = office.read(f"/cases/{number}")
    assert "随公文发送，已列入附件说明" in plain(page)
    (way,) = re.findall(r'action="([^"]+/accompaniment)"', page)
    with reading(installation.engine) as session:
        (document,) = session.scalars(select(Document.id).where(Document.title.endswith("关于创建党员先锋岗的通知")))
    assert "创建方案.pdf" in plain(office.read(f"/documents/{document}"))
    assert office.send(way, {"wanted": "no"}).status_code == 303
    assert "将《创建方案.pdf》移出附件说明" in plain(office.read(f"/cases/{number}"))
    assert "创建方案.pdf" not in plain(office.read(f"/documents/{document}"))
