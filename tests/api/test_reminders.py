"""Reminders and hooks, called by programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.databases import Databases
from tests.enterprise import MORNING, build, definitions, place, who
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.informing.telling import tell
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.jobs import MemoryJobs
from workflow.store.session import create_engine, reading, writing

Programs = Callable[[str], Program]


@pytest.fixture
def installation(databases: Databases) -> Iterator[Installation]:
    """The enterprise, with the hosts of robots in reach."""
    url = databases.fresh(build)
    engine = create_engine(url)
    with clock.use(FixedClock(MORNING)):
        settings = Settings(database_url=url, outbound_hosts="robots.example")
        yield Installation(settings, definitions(), engine, MemoryJobs())
    engine.dispose()


def test_reminders_are_listed_counted_and_marked(installation: Installation, program: Programs) -> None:
    with writing(installation.engine) as session:
        tell(session, installation, [f"p{who(session, 'HY020').person_id}"], kind="deadline", key="k", title="到期")
    secretary, other = program("hy020"), program("hy021")
    found = secretary.get("/reminders").json
    assert [each["title"] for each in found["unread"]] == ["到期"]
    assert other.get("/reminders").json["unread"] == []
    notice = found["unread"][0]["id"]
    assert other.post(f"/reminders/{notice}/read").status_code == 404
    assert secretary.get("/reminders/count").json["unread"] == 1
    for _ in range(2):
        assert secretary.post(f"/reminders/{notice}/read").json["unread"] == 0
    assert secretary.get("/reminders").json["read"][0]["is_read"]


def hook(installation: Installation, **changed: Any) -> dict[str, Any]:
    with reading(installation.engine) as session:
        body = place(session, "HY").id
    return {"name": "群", "format": "wecom", "url": "https://robots.example/x?key=topsecret", "organization": body,
            **changed}  # fmt: skip


def test_a_hook_is_set_up_once_listed_and_removed(installation: Installation, program: Programs) -> None:
    head = program("hy006")
    made = [head.post("/hooks", hook(installation), key="one") for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201]
    (line,) = head.get("/hooks").json
    assert line["host"] == "robots.example"
    assert "topsecret" not in str(line)
    assert program("hy024").get("/hooks").json == []
    assert head.post(f"/hooks/{line['id']}/remove").status_code == 200
    assert head.post(f"/hooks/{line['id']}/remove").status_code == 404


@pytest.mark.parametrize(
    ("changed", "who_", "status"),
    [
        ({"url": "https://evil.example/"}, "hy006", 422), ({"format": "fax"}, "hy006", 422), ({}, "hy024", 403),
        ({"kinds": ["x"]}, "hy006", 422), ({"organization": 99999}, "hy006", 404), ({"more": 1}, "hy006", 422),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    installation: Installation, program: Programs, changed: dict[str, Any], who_: str, status: int
) -> None:
    assert program(who_).post("/hooks", hook(installation, **changed)).status_code == status
