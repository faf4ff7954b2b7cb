"""Whatever goes wrong is answered with a Chinese sentence and what to do now; never with a trace (trust.md, 25)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.web.conftest import Visit
from tests.web.visiting import Visitor, plain
from workflow.operations.installation import Installation
from workflow.operations.reading import inbox

PAGES = [
    ("/nothing", 404, "没有找到这一页"),
    ("/cases/nothing", 404, "没有找到这件事项"),
    ("/documents/999999", 404, "没有找到这份文件"),
    ("/organizations/999999", 404, "没有找到这个组织"),
    ("/campaigns/999999", 404, "没有找到这个活动"),
    ("/campaigns/1?body=999999", 404, "没有找到这个组织"),
    ("/campaigns/1/open/nothing?body=4", 404, "没有找到"),
    ("/sign-out", 405, "只能由页面上的按钮打开"),
    ("/verify/NOTHING", 404, "没有相符的公文"),
]


@pytest.mark.parametrize(("path", "status", "sentence"), PAGES)
def test_an_error_says_what_and_what_to_do(visit: Visit, path: str, status: int, sentence: str) -> None:
    answer = visit("hy008").get(path)
    assert answer.status_code == status
    assert sentence in plain(answer.text)
    assert "Traceback" not in answer.text
    assert "<html" in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_program_gets_problem_json(visit: Visit) -> None:
    answer = visit("hy008").get("/cases/nothing", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json["detail"].startswith("没有找到")


def test_a_fault_has_an_incident_number_and_no_trace(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = visit("hy008")
    monkeypatch.setattr(inbox, "inbox", lambda *_: 1 / 0)
    answer = visitor.get("/")
    assert answer.status_code == 500
    words = plain(answer.text)
    assert "事件编号" in words
    incident = words.partition("事件编号：")[2].split()[0]
    assert incident in caplog.text
    assert "division" not in answer.text


def test_with_the_database_down_nothing_is_shown_and_nothing_done(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, installation: Installation
) -> None:
    visitor = visit("hy008")

    def down(*_: object, **__: object) -> None:
        raise OperationalError("select", {}, Exception("secret host"))

    monkeypatch.setattr("web.visitor.identity", down)
    answer = visitor.get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "没有生效" in plain(answer.text)


def test_a_page_that_cannot_even_be_drawn_still_answers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.display.today", lambda: 1 / 0)
    app.jinja_env.globals["view_classes"] = lambda: 1 / 0
    answer = Visitor(app).get("/help")
    assert answer.status_code == 500
    assert "事件编号" in answer.text
    assert "ZeroDivision" not in answer.text


def test_too_much_is_refused(visit: Visit, case: Callable[[str], str]) -> None:
    visitor = visit("hy020")
    answer = visitor.send(f"/cases/{case('pledge.under_review')}/remarks", {"text": "长" * 9_000_000})
    assert answer.status_code == 413
    assert "内容过大" in answer.text


def test_an_expired_sign_in_loses_no_form(visit: Visit, case: Callable[[str], str]) -> None:
    stranger = visit()
    answer = stranger.send(f"/cases/{case('pledge.under_review')}/remarks", {"text": "x"}, page="/sign-in")
    assert answer.status_code == 401
    assert "您填写的内容仍在" in plain(answer.text)


ODD = [
    "/cases/%00", "/verify/%00", "/documents?q=%00", "/?page=-1", "/?page=x", "/opened?before=x",
    "/campaigns/1?body=99999999999999999999", "/documents/99999999999999999999",
]  # fmt: skip


@pytest.mark.parametrize("path", ODD)
def test_odd_addresses_are_no_fault(visit: Visit, path: str) -> None:
    assert visit("hy008").get(path).status_code in (200, 404)
