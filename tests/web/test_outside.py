"""The page of what is told outside: hooks, and what did not get out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from tests.databases import Databases
from tests.enterprise import definitions, place, who
from tests.web.conftest import Visit
from tests.web.visiting import plain
from tests.web.world import NOW, build_world
from web import create_app
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.jobs import MemoryJobs
from workflow.store.notices import Delivery, Hook, Notice
from workflow.store.session import create_engine, reading, writing

HEAD, PLACE = "hy006", "/administration/outside"


@pytest.fixture
def installation(sqlite_databases: Databases) -> Iterator[Installation]:
    """The enterprise, with the hosts of robots in reach."""
    url = sqlite_databases.fresh(build_world)
    engine = create_engine(url)
    with clock.use(FixedClock(NOW)):
        settings = Settings(database_url=url, outbound_hosts="robots.example")
        yield Installation(settings, definitions(), engine, MemoryJobs())
    engine.dispose()


@pytest.fixture
def app(installation: Installation) -> Flask:
    return create_app(installation=installation)


def entered(installation: Installation, **changed: str) -> dict[str, str]:
    with reading(installation.engine) as session:
        body = place(session, "HY").id
    return {"name": "党建工作群", "organization": str(body), "format": "feishu", "secret": "s3cret",
            "url": "https://robots.example/hook/topsecret", **changed}  # fmt: skip


def test_a_hook_is_set_up_rests_and_is_removed(visit: Visit, installation: Installation) -> None:
    visitor = visit(HEAD)
    assert "还没有设置对外提醒" in visitor.read(PLACE)
    assert visitor.send(PLACE, entered(installation)).status_code == 303
    page = visitor.read(PLACE)
    assert "飞书群机器人 · robots.example · 全部提醒" in plain(page)
    assert "topsecret" not in page
    assert "s3cret" not in page
    with reading(installation.engine) as session:
        hook = session.scalars(select(Hook.id)).one()
    visitor.send(f"{PLACE}/{hook}/switch", {})
    assert "（已停用）" in visitor.read(PLACE)
    visitor.send(f"{PLACE}/{hook}/switch", {"on": "yes"})
    assert "（已停用）" not in visitor.read(PLACE)
    visitor.send(f"{PLACE}/{hook}/remove", {})
    assert "还没有设置对外提醒" in visitor.read(PLACE)


def test_faults_are_told_in_place(visit: Visit, installation: Installation) -> None:
    answer = visit(HEAD).send(PLACE, entered(installation, url="https://evil.example/"))
    assert answer.status_code == 422
    assert "CHUANGYOU_OUTBOUND_HOSTS" in answer.text
    assert 'href="#f-url"' in answer.text
    assert 'value="党建工作群"' in answer.text


def test_who_keeps_no_records_sees_and_does_nothing(visit: Visit, installation: Installation) -> None:
    visit(HEAD).send(PLACE, entered(installation, name="青年突击队群"))
    member, other = visit("hy024"), visit("lc07")
    assert member.get(PLACE).status_code == 403
    assert member.send(PLACE, entered(installation)).status_code == 403
    for each in (member, other):
        assert each.send(f"{PLACE}/1/remove", {}).status_code == 403
    assert "青年突击队群" not in other.get(PLACE).text


def test_what_failed_is_shown_and_sent_again(visit: Visit, installation: Installation) -> None:
    with writing(installation.engine) as session:
        notice = Notice(person_id=who(session, "HY020").person_id, kind="deadline", key="k",
                        title="<b>到期</b>", created_at=NOW)  # fmt: skip
        session.add(notice)
        session.flush()
        session.add(Delivery(notice_id=notice.id, channel="mail", state="failed", failure="550 没有这个邮箱",
                             attempts=6, due_at=NOW))  # fmt: skip
    visitor = visit(HEAD)
    page = visitor.read(PLACE)
    assert "&lt;b&gt;到期&lt;/b&gt;" in page
    assert "邮件发给雷振海，试过 6 次：550 没有这个邮箱" in plain(page)
    assert visit("hy024").send("/administration/deliveries/1/retry", {}).status_code == 404
    assert visitor.send("/administration/deliveries/1/retry", {}).status_code == 303
    assert "没有发送失败的提醒" in visitor.read(PLACE)
    assert visitor.send("/administration/deliveries/1/retry", {}).status_code == 404
