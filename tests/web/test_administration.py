"""The administrator's pages: what stands still, and intervening with a confirmation that names what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.operations.cast import Play
from tests.operations.test_failures import FailedJobs
from tests.operations.test_migrating import newer
from tests.web.conftest import Visit
from tests.web.visiting import HIDDEN, Visitor, plain
from tests.web.world import NOW
from web import create_app
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.store.cases import Case, Deadline
from workflow.store.documents import Document
from workflow.store.queued import FailedJob
from workflow.store.session import reading, writing
from workflow.store.tasks import Candidate, Task
from workflow.store.workers import Worker

PLEDGE = "pledge.under_review"
HEAD = "hy019"  #: administers the branches of the manufacturing company


def row(installation: Installation, number: str) -> Case:
    with reading(installation.engine) as session:
        found = session.scalars(select(Case).where(Case.number == number)).one()
        session.expunge(found)
        return found


def intervene(visitor: Visitor, number: str, **form: str) -> str:
    """Fill in the form, check it, confirm it; answers what the check said."""
    page = visitor.send(f"/administration/cases/{number}/check", form, page=f"/administration/cases/{number}")
    assert page.status_code == 200, plain(page.text)
    hidden = dict(HIDDEN.findall(page.text))
    hidden.pop("edit", None)
    answer = visitor.client.post(f"/administration/cases/{number}", data=hidden)
    assert answer.status_code == 303, plain(answer.text)
    return plain(page.text)


def test_a_case_is_suspended_and_resumed_on_the_pages(
    visit: Visit, case: Callable[[str], str], installation: Installation
) -> None:
    head, number = visit(HEAD), case(PLEDGE)
    assert f"/administration/cases/{number}" in head.read(f"/cases/{number}")
    said = intervene(head, number, verb="suspend", reason="巡视期间暂缓")
    assert "任何人不能办理，期限停止计算" in said
    secretary = visit("hy020")
    words = plain(secretary.read(f"/cases/{number}"))
    assert "已中止" in words
    assert "巡视期间暂缓" in words
    assert f"/cases/{number}/act/approve" not in secretary.read(f"/cases/{number}")
    assert "已中止" in plain(secretary.read("/"))
    refused = secretary.act(number, "approve", {})
    assert refused.status_code == 409
    assert "已中止" in plain(refused.text)
    assert "期限" in intervene(head, number, verb="resume", reason="巡视结束")
    assert row(installation, number).suspended_at is None


def test_a_move_names_who_will_have_it_and_what_is_skipped(
    visit: Visit, case: Callable[[str], str], installation: Installation
) -> None:
    head, number = visit(HEAD), case(PLEDGE)
    said = intervene(head, number, verb="move", state="performing", reason="承诺已在大会上公开")
    assert "由" in said
    assert "跳过以下办理，视为没有办过： 审定、亮诺、开始践诺。" in said
    assert row(installation, number).state == "performing"
    assert "管理调整" in plain(head.read(f"/cases/{number}"))


def test_a_confirmation_that_was_overtaken_is_told_by_whom(visit: Visit, case: Callable[[str], str]) -> None:
    head, number = visit(HEAD), case(PLEDGE)
    form = {"verb": "move", "state": "performing", "reason": "承诺已在大会上公开"}
    page = head.send(f"/administration/cases/{number}/check", form)
    hidden = dict(HIDDEN.findall(page.text))
    hidden.pop("edit", None)
    assert visit("hy020").act(number, "approve", {}).status_code == 303
    answer = head.client.post(f"/administration/cases/{number}", data=hidden)
    assert answer.status_code == 409
    assert "雷振海已于" in plain(answer.text)


def test_termination_is_final(visit: Visit, case: Callable[[str], str]) -> None:
    head, number = visit(HEAD), case(PLEDGE)
    assert "不能恢复" in intervene(head, number, verb="terminate", reason="重复承诺")
    assert "已终止" in plain(head.read(f"/cases/{number}"))
    assert "不需要管理" not in plain(visit("hy020").get(f"/administration/cases/{number}").text)


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"verb": "suspend", "reason": " "}, "请写明理由"),
        ({"reason": "有"}, "请选择一种办理方式"),
        ({"verb": "resume", "reason": "有"}, "请选择一种办理方式"),
        ({"verb": "move", "reason": "有"}, "请选择转入哪个环节"),
        ({"verb": "move", "state": "closed", "reason": "有"}, "请选择转入哪个环节"),
    ],
)
def test_faults_come_back_with_what_was_typed(
    visit: Visit, case: Callable[[str], str], form: dict[str, str], fault: str
) -> None:
    head, number = visit(HEAD), case(PLEDGE)
    for path in (f"/administration/cases/{number}/check", f"/administration/cases/{number}"):
        answer = head.send(path, form)
        assert answer.status_code == 422
        assert fault in plain(answer.text)
        assert "<title>有误：" in answer.text


@pytest.mark.parametrize(("person", "status"), [("hy020", 403), ("hy018", 403), ("hy030", 404), ("ce05", 200)])
def test_only_administrators_come_in(visit: Visit, case: Callable[[str], str], person: str, status: int) -> None:
    number = case(PLEDGE)
    visitor = visit(person)
    assert visitor.get(f"/administration/cases/{number}").status_code == status
    assert visitor.get("/administration").status_code == (403 if person == "hy018" else 200)


def test_stuck_cases_are_listed_for_who_leads_them(
    visit: Visit, case: Callable[[str], str], installation: Installation
) -> None:
    number = case(PLEDGE)
    with writing(installation.engine) as session:
        mine = select(Case.id).where(Case.number == number).scalar_subquery()
        session.execute(delete(Deadline).where(Deadline.case_id == mine))
        tasks = select(Task.id).where(Task.case_id == mine)
        session.execute(update(Candidate).where(Candidate.task_id.in_(tasks)).values(address="x" + Candidate.address))
    assert f"/administration/cases/{number}" in visit(HEAD).read("/administration")
    assert number not in visit("hy030").read("/administration"), "of the other company"
    assert "没有人可以办理" in plain(visit("ce05").read("/administration"))


def test_old_versions_and_their_dry_run_are_shown(installation: Installation) -> None:
    made = newer(Play(installation, FixedClock(NOW)), "pledge", {}, renamed={"under_review": "reviewing"})
    with clock.use(FixedClock(NOW)):
        head = Visitor(create_app(installation=made), HEAD)
        assert "公开承诺：更换流程版本" in plain(head.read("/administration"))
        words = plain(head.read("/administration/versions/pledge"))
        assert "保留原版本" in words
        assert "可以更换" in words
        assert "没有按旧版办理的事项" in plain(head.read("/administration/versions/plan"))
        assert head.get("/administration/versions/nothing").status_code == 404


@pytest.fixture
def failing(installation: Installation) -> Installation:
    """The world, in which a paper could not be printed and a job of no case failed; a worker is there, one is lost."""
    job = FailedJob("deliver:mail:1", "deliver", 0, {"channel": "mail"}, NOW, 9, "系统出现故障，事件编号 0416-AB")
    with writing(installation.engine) as session:
        paper = session.scalars(select(Document).join(Case, Case.id == Document.case_id).limit(1)).one()
        paper.state, paper.failure, paper.rendered_at = "failed", "没有这个字", None
        for name, seen_at in (("hall:0", NOW), ("yard:0", NOW - timedelta(minutes=5))):
            session.add(Worker(name=name, machine=name[:4], version="0.1.0", started_at=seen_at, seen_at=seen_at))
    return replace(installation, jobs=FailedJobs(job))


def test_what_failed_is_listed_tried_again_and_given_up(failing: Installation) -> None:
    head = Visitor(create_app(installation=failing), "hy006")
    assert "后台有 2 项没有办成" in plain(head.read("/administration"))
    words = plain(head.read("/administration/background"))
    assert "没有这个字" in words
    assert "提醒发送 · 试过 9 次：系统出现故障，事件编号 0416-AB" in words
    assert "hall:0 在运行" in words
    assert "yard:0 没有消息" in words
    wrong = head.send("/administration/background/discard", {"key": "job:deliver:mail:1", "reason": " "},
                      page="/administration/background")  # fmt: skip
    assert wrong.status_code == 422
    assert "请写明理由" in plain(wrong.text)
    for path, form in (
        ("discard", {"key": "job:deliver:mail:1", "reason": "已另行通知"}),
        ("retry", {"key": "paper:1"}),
    ):
        answer = head.send(f"/administration/background/{path}", form, page="/administration/background")
        assert answer.status_code == 303
    words = plain(head.read("/administration/background"))
    assert "1项已重新交给后台办理" in words
    assert "没有。后台任务都办成了" in words
    again = head.send("/administration/background/retry", {"key": "paper:1"}, page="/administration/background")
    assert again.status_code == 404


def test_the_background_is_shown_to_administrators_alone(failing: Installation) -> None:
    app = create_app(installation=failing)
    assert Visitor(app, "hy024").get("/administration/background").status_code == 403
    branch = plain(Visitor(app, "hy020").read("/administration/background"))
    assert "0416-AB" not in branch
