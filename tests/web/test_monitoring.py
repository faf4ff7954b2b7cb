"""Alive, ready, numbers, and the line in the log: for whom, and with nothing about people or cases in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from tests.databases import Databases
from tests.enterprise import installed
from tests.web.conftest import Visit
from tests.web.test_budgets import statements
from tests.web.world import NOW, build_world, numbers
from web import create_app
from web.monitoring import views
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.operations.upkeep import readiness
from workflow.operations.upkeep.presence import present
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.session import create_engine, writing

TOKEN = "m" * 40


@pytest.fixture
def world(databases: Databases) -> Iterator[Installation]:
    """The enterprise on each database, with the queue's tables."""
    with installed(databases.fresh(build_world)) as made, clock.use(FixedClock(NOW)):
        install_queue(made.settings.database_url)
        yield replace(made, jobs=DurableJobs(made.engine))


@pytest.fixture
def client(world: Installation) -> FlaskClient:
    return create_app(installation=world).test_client()


def told(client: FlaskClient) -> tuple[int, dict[str, object]]:
    """The status, and of each check whether it is good."""
    answer = client.get("/readyz")
    assert answer.json is not None
    assert answer.json["ready"] == (answer.status_code == 200)
    return answer.status_code, {each["name"]: each.get("reason", each["ok"]) for each in answer.json["checks"]}


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "KEPT_SECONDS", -1.0)


@pytest.mark.usefixtures("at_once")
def test_ready_as_long_as_a_worker_is_there(world: Installation, client: FlaskClient) -> None:
    status, found = told(client)
    assert status == 503
    assert found == {"database": True, "migrations": True, "fonts": True,
                     "worker": "没有后台在运行，请启动 chuangyou worker"}  # fmt: skip
    with present(world.engine, "hall:0") as beat:
        assert told(client) == (200, {"database": True, "migrations": True, "worker": True, "fonts": True})
        with clock.use(FixedClock(NOW + timedelta(seconds=61))):
            status, found = told(client)
            assert (status, found["worker"]) == (503, "后台自2012-04-16 10:00:00起没有消息，请启动 chuangyou worker")
            beat()
            assert told(client)[0] == 200
    assert told(client)[0] == 503


def test_without_a_database_alive_but_not_ready(world: Installation) -> None:
    lost = create_engine("postgresql+psycopg://clerk:canary-41@127.0.0.1:1/nowhere?connect_timeout=2")
    client = create_app(installation=replace(world, engine=lost)).test_client()
    assert client.get("/healthz").text == "ok\n"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "连不上数据库" in answer.json["checks"][0]["reason"]  # type: ignore[index]
    assert "canary-41" not in answer.text
    assert "127.0.0.1" not in answer.text


def test_however_often_it_is_asked_the_database_is_looked_at_once(world: Installation, client: FlaskClient) -> None:
    client.get("/readyz")
    with statements(world) as found:
        for _ in range(20):
            client.get("/readyz")
            client.get("/healthz")
    assert found == []


def test_fonts_that_are_missing_are_named(
    world: Installation, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Report:
        faults = ("没有可用的小标宋字体。请安装。",)

    monkeypatch.setattr(readiness, "resolve_fonts", Report)
    assert told(client)[1]["fonts"] == "没有可用的小标宋字体。请安装"


def test_numbers_are_for_this_machine_alone(client: FlaskClient, world: Installation) -> None:
    assert client.get("/metrics").status_code == 200
    for elsewhere in ("10.0.0.7", "fe80::1", ""):
        refused = client.get("/metrics", environ_overrides={"REMOTE_ADDR": elsewhere})
        assert (refused.status_code, "CHUANGYOU_METRICS_TOKEN" in refused.text) == (403, True)
    settings = world.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    guarded = create_app(installation=replace(world, settings=settings)).test_client()
    assert guarded.get("/metrics").status_code == 403
    for stated in ("", TOKEN, f"Bearer {TOKEN[1:]}", "Bearer ü"):
        assert guarded.get("/metrics", headers={"Authorization": stated}).status_code == 403
    far = guarded.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"},
                      environ_overrides={"REMOTE_ADDR": "10.0.0.7"})  # fmt: skip
    assert far.status_code == 200


def test_what_is_measured(client: FlaskClient, world: Installation) -> None:
    with writing(world.engine) as session:
        world.jobs.enqueue(session, "render_document", "1", document_id=1)
    client.get("/verify")
    with present(world.engine, "hall:0"), statements(world) as found:
        text = client.get("/metrics").text
    assert len(found) <= 8, "\n".join(found)
    assert 'chuangyou_jobs{kind="render_document",queue="jobs",status="enqueued"} 1.0' in text
    assert 'chuangyou_http_requests_total{endpoint="public.verify",method="GET",status="200"}' in text
    assert "chuangyou_workers 1.0" in text
    assert "chuangyou_worker_seen_seconds 0.0" in text
    assert "chuangyou_deadlines_due " in text
    assert 'chuangyou_papers{state="failed"} ' in text
    assert 'chuangyou_action_seconds_count{kind="forward",stage="plan"}' in text
    for number in {each for found in numbers(world).values() for each in found}:
        assert number not in text


def test_made_up_methods_and_addresses_are_one_label(client: FlaskClient) -> None:
    for name in ("BREW", "BREW2"):
        client.open(f"/{name}", method=name)
    text = client.get("/metrics").text
    assert "BREW" not in text
    assert 'endpoint="none",method="OTHER",status="404"' in text


def test_a_request_keeps_a_sound_id_and_gets_one_else(client: FlaskClient) -> None:
    assert client.get("/verify", headers={"X-Request-Id": "proxy-0001.a_b"}).headers["X-Request-Id"] == "proxy-0001.a_b"
    made = set()
    for unsound in ("", "short", "x" * 65, "a b c d e f g", "编号编号编号编号", '{"level":"x"}'):
        answer = client.get("/verify", headers={"X-Request-Id": unsound.encode().decode("latin-1")})
        made.add(answer.headers["X-Request-Id"])
        assert answer.headers["X-Request-Id"] != unsound
    assert len(made) == 6


def test_one_line_a_request_without_what_was_typed(
    app: Flask, visit: Visit, case: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    number = case("pledge.performing")
    member = visit("hy024")
    with caplog.at_level(logging.INFO, "chuangyou.access"):
        member.get(f"/cases/{number}", headers={"X-Request-Id": "asked-0001"})
        member.get("/documents?q=canary-41")
        member.get("/verify/CANARY-41")
        member.get("/nowhere/canary-41")
    shown, *others = [record for record in caplog.records if record.name == "chuangyou.access"]
    assert shown.getMessage() == "GET /cases/<number>"
    assert shown.facts.items() >= {"endpoint": "cases.show", "status": 200, "case": number}.items()  # type: ignore[attr-defined]
    assert isinstance(shown.facts["person"], int)  # type: ignore[attr-defined]
    assert len(others) == 3
    assert "canary-41" not in f"{[(each.getMessage(), each.facts) for each in others]}".lower()  # type: ignore[attr-defined]


def test_of_ballots_nothing_is_written(
    visit: Visit, case: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    number = case("mass_appraisal.open")
    voter = visit("hy060")
    voter.get(f"/ballots/{number}")
    caplog.clear()
    with caplog.at_level(logging.INFO):
        voter.client.post(f"/ballots/{number}/votes", data={"ticket": "x"})
        voter.client.get("/healthz")
    assert [record for record in caplog.records if record.name == "chuangyou.access"] == []
