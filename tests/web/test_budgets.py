"""What a page costs: bytes as sent, requests and statements, which are the same on every machine (experience.md)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from tests.web.conftest import Visit
from tests.web.visiting import Visitor
from workflow.operations.installation import Installation
from workflow.store.prepared import Prepared, Values

ASSET = re.compile(r'(?:<link rel="stylesheet" href|<script defer src)="([^"]+)"')
KB = 1000
GZIP_LEVEL = 6  #: what nginx and Flask-Compress use


@dataclass(frozen=True)
class Budget:
    """Most that a page may cost."""

    html: int
    assets: int
    requests: int
    statements: int


INBOX = Budget(25 * KB, 95 * KB, 8, 6)
CASE = Budget(40 * KB, 95 * KB, 8, 10)
OVERVIEW = Budget(30 * KB, 320 * KB, 10, 8)
BALLOT = Budget(8 * KB, 45 * KB, 6, 3)
LIST = Budget(25 * KB, 95 * KB, 8, 12)
BODY = Budget(25 * KB, 95 * KB, 8, 12)  #: for an organiser, who is offered what may be changed
SEARCH = Budget(25 * KB, 95 * KB, 8, 17)  #: over everything that somebody may read, whatever the number of papers


def weight(data: bytes) -> int:
    return len(gzip.compress(data, GZIP_LEVEL))


@contextmanager
def statements(installation: Installation) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, prepared ones too; the beginning of a transaction is none."""
    found: list[str] = []
    execute = Prepared._execute

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            found.append(" ".join(statement.split()))

    def prepared(self: Prepared, connection: Connection, values: Values, answer: Callable[[Any], Any]) -> Any:
        note(connection, None, self._for(connection.dialect).text)
        return execute(self, connection, values, answer)

    event.listen(installation.engine, "before_cursor_execute", note)
    try:
        with patch.object(Prepared, "_execute", prepared):
            yield found
    finally:
        event.remove(installation.engine, "before_cursor_execute", note)


def measure(visitor: Visitor, installation: Installation, path: str) -> tuple[Budget, list[str]]:
    """What a page costs on the first visit."""
    visitor.read(path)  # definitions are parsed once a process
    with statements(installation) as found:
        page = visitor.get(path)
    assert page.status_code == 200, path
    assets = ASSET.findall(page.text)
    loaded = [visitor.get(each).data for each in assets]
    return Budget(weight(page.data), sum(map(weight, loaded)), 1 + len(assets), len(found)), found


PAGES = [
    ("hy020", "/", INBOX),
    ("hy024", "/", INBOX),
    ("hy020", "/opened", INBOX),
    ("hy020", "/handled", INBOX),
    ("hy006", "plan.internal_review", CASE),
    ("hy020", "plan.in_progress", CASE),
    ("hy024", "pledge.performing", CASE),
    ("hy020", "pledge.under_review", CASE),
    ("hy016", "rectification.rectifying", CASE),
    ("hy020", "/campaigns/1", LIST),
    ("hy008", "/campaigns/1", LIST),
    ("hy008", "/documents", SEARCH),
    ("hy008", "/organizations", LIST),
    ("hy020", "/organizations/11", LIST),
    ("hy019", "/organizations/11", BODY),
    ("hy019", "/organizations/people/39", BODY),
    ("hy020", "/organizations/people/39", BODY),
    ("hy008", "/notices", LIST),
    ("hy056", "/documents/registers", LIST),
    ("hy056", "/documents/registers/7/issued", LIST),
    ("hy020", "/documents/registers/11/received", LIST),
    ("hy020", "/reminders", INBOX),
    ("hy020", "/reminders/preferences", INBOX),
    ("hy008", "/campaigns/1/figures", OVERVIEW),
    ("hy060", "/ballots/mass_appraisal.open", BALLOT),
]


@pytest.mark.parametrize(("person", "page", "budget"), PAGES, ids=[f"{who}-{page}" for who, page, _ in PAGES])
def test_a_page_stays_in_its_budget(
    visit: Visit, installation: Installation, case: Callable[[str], str], person: str, page: str, budget: Budget
) -> None:
    path = page if page.startswith("/") else f"/cases/{case(page)}"
    path = path.replace("mass_appraisal.open", case("mass_appraisal.open"))
    cost, found = measure(visit(person), installation, path)
    assert cost.html <= budget.html
    assert cost.assets <= budget.assets
    assert cost.requests <= budget.requests
    assert cost.statements <= budget.statements, "\n".join(found)


def test_a_form_fetched_into_the_page_is_light(visit: Visit, case: Callable[[str], str]) -> None:
    """A decision beside the content: at most 6 kB."""
    answer = visit("hy020").get(f"/cases/{case('pledge.under_review')}/act/return", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert weight(answer.data) <= 6 * KB
    assert "<html" not in answer.text


def test_the_inbox_costs_the_same_with_many_tasks(visit: Visit, installation: Installation) -> None:
    few, _ = measure(visit("hy024"), installation, "/")
    many, _ = measure(visit("hy008"), installation, "/")
    assert abs(many.statements - few.statements) <= 1


def test_files_are_kept_for_a_year_and_pages_not_at_all(app: Flask, visit: Visit) -> None:
    page = visit("hy020").get("/")
    assert page.headers["Cache-Control"] == "no-store"
    for each in ASSET.findall(page.text):
        answer = visit().get(each)
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers


def test_nothing_comes_from_another_host(visit: Visit, case: Callable[[str], str]) -> None:
    for path in ("/", "/campaigns/1/figures", f"/cases/{case('pledge.performing')}"):
        assert re.findall(r'(?:src|href|action)="(?!/|#|data:)[^"]*"', visit("hy020").read(path)) == []


def test_pages_and_files_are_compressed(visit: Visit) -> None:
    visitor = visit("hy020")
    for path in ("/", *ASSET.findall(visitor.read("/"))):
        answer = visitor.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip", path


def test_voting_stays_light(visit: Visit, case: Callable[[str], str]) -> None:
    number = case("mass_appraisal.open")
    voter = visit("hy060")
    paper = voter.send(f"/ballots/{number}/ticket", {}, page=f"/ballots/{number}")
    assert paper.status_code == 200
    assert weight(paper.data) <= BALLOT.html
    assert "htmx" not in paper.text
