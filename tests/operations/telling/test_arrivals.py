"""What arrives in an inbox is told outside after the commit, to those whose turn it is, where there is a way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from tests.enterprise import MORNING, who
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.telling.saying import deliveries, hook, notices, person, reaching
from tests.web.test_budgets import statements
from workflow.clock import FixedClock
from workflow.errors import WorkflowError
from workflow.notices.channel import Message, Silent
from workflow.notices.robots import WECOM
from workflow.operations.approving.actions import do as do_action
from workflow.operations.informing.arrivals import TELL, tell_arrivals
from workflow.operations.informing.delivering import deliver
from workflow.operations.informing.telling import DELIVER
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.cases import Case
from workflow.store.jobs import Job, MemoryJobs
from workflow.store.people import Substitution
from workflow.store.session import writing
from workflow.store.tasks import Task

OPENER, BRANCH = "HY021", "HY-11"


@pytest.fixture
def play(outside: Installation, fixed: FixedClock) -> Play:
    return Play(outside, fixed)


def jobs(installation: Installation, kind: str) -> list[Job]:
    assert isinstance(installation.jobs, MemoryJobs)
    return [each for each in installation.jobs.waiting if each.kind == kind]


def work(installation: Installation, send: Callable[[Message], None]) -> None:
    """Do the jobs of telling, as the worker would."""

    class Noting:
        def send(self, message: Message) -> None:
            send(message)

    assert isinstance(installation.jobs, MemoryJobs)
    engine = installation.engine
    installation.jobs.waiting[:] = [each for each in installation.jobs.waiting if each.kind in (TELL, DELIVER)]
    installation.jobs.drain(
        {
            TELL: partial(tell_arrivals, engine, installation),
            DELIVER: partial(deliver, engine, installation, opener=lambda *_: Noting()),
        }
    )


def test_whoever_has_the_turn_is_told_once_and_reads_nothing_twice(play: Play, outside: Installation) -> None:
    case, got = plan(play, body=BRANCH, opener=OPENER), list[Message]()
    work(outside, got.append)
    assert "hy021@hengyuan.example" not in {each.to for each in got}  # who has opened it knows
    got.clear()
    play.clock.advance(timedelta(minutes=1))
    play.do(case, "submit_internal", by="HY020")
    work(outside, got.append)
    message = next(each for each in got if each.to == "hy021@hengyuan.example")
    told = len(got)
    assert len({each.to for each in got}) == told
    assert message.title.startswith("待办到达：")
    assert "事项编号：" in message.text
    assert message.link == f"https://chuangyou.example/cases/{play.row(case).number}"
    tell_arrivals(outside.engine, outside, case)
    work(outside, got.append)
    assert len(got) == told
    assert all(each.read_at is not None for each in notices(outside, "turn"))  # the task in the inbox says it


def test_who_did_something_before_is_told_of_what_came_after(play: Play, outside: Installation) -> None:
    """The job of the opening comes late, when others have acted: the task is news to the opener."""
    case, got = plan(play, body=BRANCH, opener=OPENER), list[Message]()
    play.clock.advance(timedelta(minutes=1))
    play.do(case, "submit_internal", by="HY020")
    work(outside, got.append)
    told = [each.to for each in got]
    assert "hy021@hengyuan.example" in told
    assert "hy020@hengyuan.example" not in told


def test_an_act_that_fails_tells_nobody(play: Play, outside: Installation) -> None:
    case = plan(play, body=BRANCH, opener=OPENER)
    before = len(jobs(outside, TELL))
    with pytest.raises(WorkflowError):
        play.act(case, "HY030", "submit_internal", {})
    assert len(jobs(outside, TELL)) == before


def test_what_was_dealt_with_before_the_mail_went_is_not_told(play: Play, outside: Installation) -> None:
    case, got = plan(play, body=BRANCH, opener=OPENER), list[Message]()
    tell_arrivals(outside.engine, outside, case)
    play.clock.advance(timedelta(minutes=1))
    play.do(case, "submit_internal")
    deliver(outside.engine, outside, "mail", lambda *_: Silent())
    assert got == []
    assert {(each.state, each.failure) for each in deliveries(outside)} == {("dropped", "事项已办理")}


def test_a_substitute_is_told_as_well(play: Play, outside: Installation) -> None:
    with writing(outside.engine) as session:
        session.add(
            Substitution(
                principal_id=person(outside, OPENER), substitute_id=person(outside, "HY030"), stages=["plan"],
                reason="出差", made_at=MORNING, valid_from=date(2012, 3, 1), valid_to=date(2012, 4, 1),
            )
        )  # fmt: skip
    case, got = plan(play, body=BRANCH, opener=OPENER), list[Message]()
    work(outside, lambda _: None)
    play.clock.advance(timedelta(minutes=1))
    play.do(case, "submit_internal", by="HY020")
    work(outside, got.append)
    assert {each.to for each in got} >= {"hy021@hengyuan.example", "hy030@hengyuan.example"}


def test_an_urge_is_told_by_name(play: Play, outside: Installation) -> None:
    case, got = plan(play, body=BRANCH, opener=OPENER), list[Message]()
    play.clock.advance(timedelta(minutes=1))
    play.do(case, "submit_internal")
    work(outside, lambda _: None)
    with writing(outside.engine) as session:
        do_action(session, outside, who(session, "HY019"), case, "urge", {})
    work(outside, got.append)
    assert {each.kind for each in got} == {"urge"}
    assert "催办：" in got[0].title


def test_a_copy_waits_for_the_digest(play: Play, outside: Installation) -> None:
    case, got = plan(play, body=BRANCH, opener=OPENER), list[Message]()
    work(outside, lambda _: None)
    with writing(outside.engine) as session:
        task = select(Task.id).where(Task.case_id == case, Task.closed_at.is_(None))
        session.execute(update(Task).where(Task.id.in_(task)).values(kind="copied"))
        session.execute(update(Case).where(Case.id == case).values(title="另一份方案"))
    tell_arrivals(outside.engine, outside, case)
    work(outside, got.append)
    assert got == []
    assert [each.title for each in notices(outside, "copy")] != []


def test_a_group_learns_no_more_than_that_something_waits(play: Play, outside: Installation) -> None:
    case, got = plan(play, body=BRANCH, opener=OPENER), list[Message]()
    work(outside, lambda _: None)
    hook(outside, "HY", format=WECOM)
    play.clock.advance(timedelta(minutes=1))
    play.do(case, "submit_internal")
    work(outside, got.append)
    (told,) = [each for each in got if not each.to]
    row = play.row(case)
    assert row.number in told.title
    assert row.title not in told.title + told.text


def test_a_laptop_pays_nothing(outside: Installation, fixed: FixedClock) -> None:
    """No statement and no job more where nothing can be told outside."""
    plain = Installation(Settings(database_url=outside.settings.database_url), outside.definitions, outside.engine,
                         MemoryJobs())  # fmt: skip
    case = plan(Play(plain, fixed), body=BRANCH, opener=OPENER)
    cost = []
    for installation in (plain, reaching(outside, "smtp://127.0.0.1:9")):
        play = Play(installation, fixed)
        for _ in range(2):  # the second time everything about the body and the definition is known
            with statements(installation) as found:
                play.do(case, "submit_internal")
            play.do(case, "internal_return", reason="措施要写明责任人")
            play.do(case, "amend", answers=["已写明"])
        cost.append(len(found))
    assert jobs(plain, TELL) == []
    assert cost[0] <= cost[1]


def test_a_host_that_is_allowed_no_more_is_not_called(play: Play, outside: Installation) -> None:
    """By the channel of the installation itself, not one of the test's."""
    hook(outside, "HY", url="https://gone.example/send")
    case = plan(play, body=BRANCH, opener=OPENER)
    tell_arrivals(outside.engine, outside, case)
    (channel,) = {each.channel for each in deliveries(outside)} - {"mail"}
    assert deliver(outside.engine, outside, channel) == 0
    (failed,) = [each for each in deliveries(outside) if each.channel == channel]
    assert failed.state == "failed"
    assert "CHUANGYOU_OUTBOUND_HOSTS" in (failed.failure or "")
