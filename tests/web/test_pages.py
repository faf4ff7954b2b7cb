"""Every page that can be reached from the inbox answers, for every kind of person, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import func, select

from tests.databases import Databases
from tests.enterprise import installed
from tests.web.visiting import Visitor, plain
from tests.web.world import NOW, build_world
from web import create_app
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.store.base import Base
from workflow.store.session import reading

LINK = re.compile(r'(?:href|src)="(/[^"#]*)')
PEOPLE = (
    "hy001", "hy006", "hy008", "hy010", "hy016", "hy019", "hy020", "hy024", "hy044", "ce05", "lc01", "jh05", "clg01",
)  # fmt: skip
FEW = ("hy008", "ce05")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def everywhere(databases: Databases) -> Iterator[Installation]:
    """The enterprise on each database."""
    with installed(databases.fresh(build_world)) as made, clock.use(FixedClock(NOW)):
        yield made


def crawl(visitor: Visitor, start: str = "/") -> dict[str, int]:
    """Follow every link of our own from a page; the status of each address."""
    found: dict[str, int] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        answer = visitor.get(path)
        found[path] = answer.status_code
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, path
        policy = answer.headers["Content-Security-Policy"]
        assert "object-src 'none'" in policy, path
        assert "unsafe-eval" not in policy, path
        assert "Traceback" not in answer.text if answer.mimetype == "text/html" else True
        if answer.status_code == 302:
            waiting.append(answer.headers["Location"])
        if answer.mimetype == "text/html" and answer.status_code == 200:
            assert "<title>" in answer.text
            assert "None" not in plain(answer.text), path
            waiting += [unescape(each) for each in LINK.findall(answer.text) if "/static/" not in each]
    return found


def rows(installation: Installation) -> dict[str, int]:
    """How many rows each table has."""
    with reading(installation.engine) as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def test_every_link_leads_somewhere_on_each_database(everywhere: Installation) -> None:
    _crawl_and_compare(everywhere, "hy020")


@pytest.mark.parametrize("person", FEW)
def test_every_link_leads_somewhere(installation: Installation, person: str) -> None:
    _crawl_and_compare(installation, person)


def _crawl_and_compare(installation: Installation, person: str) -> None:
    visitor = Visitor(create_app(installation=installation), person)
    before = rows(installation)
    found = crawl(visitor)
    assert set(found.values()) <= {200, 302}, {p: s for p, s in found.items() if s not in (200, 302)}
    assert len(found) > 20
    assert rows(installation) == before, "a GET has changed something"


@pytest.mark.parametrize("person", PEOPLE)
def test_the_main_pages_answer_for_everybody(visit, person: str) -> None:  # type: ignore[no-untyped-def]
    visitor = visit(person)
    pages = ("", "opened", "handled", "campaigns", "organizations", "documents", "notices", "help", "verify")
    for path in (f"/{each}" for each in pages):
        assert "None" not in plain(visitor.read(path))
