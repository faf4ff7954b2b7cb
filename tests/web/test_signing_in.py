"""Signing in and out, and what a browser is given to keep (trust.md, checks 10, 11, 13, 14, 23)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.enterprise import definitions
from tests.web.conftest import Visit
from tests.web.visiting import Visitor, plain
from tests.web.world import NOW
from web import create_app
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.demonstrating.enterprise import PASSWORD
from workflow.operations.identity import ABSOLUTE_LIMIT, IDLE_LIMIT
from workflow.operations.installation import Installation
from workflow.operations.organization.appointing import disable_account
from workflow.settings import Settings
from workflow.store.jobs import MemoryJobs
from workflow.store.session import writing


def test_unknown_name_and_wrong_password_are_answered_alike(visit: Visit) -> None:
    unknown = visit().send("/sign-in", {"username": "nobody", "password": "x"}, page="/sign-in")
    wrong = visit().send("/sign-in", {"username": "nobody2", "password": "x"}, page="/sign-in")
    known = visit().send("/sign-in", {"username": "hy020", "password": "x"}, page="/sign-in")
    assert unknown.status_code == wrong.status_code == known.status_code == 422
    assert plain(unknown.text) == plain(known.text)
    assert "<title>有误：" in known.text
    assert 'value="hy020"' in known.text, "the name stays in the form"
    assert 'value="x"' not in known.text, "the password does not"


def test_ten_wrong_passwords_make_the_account_wait_but_not_for_long(visit: Visit) -> None:
    for _ in range(10):
        visit().send("/sign-in", {"username": "hy021", "password": "x"}, page="/sign-in")
    right = {"username": "hy021", "password": PASSWORD}
    assert visit().send("/sign-in", right, page="/sign-in").status_code == 422
    with clock.use(FixedClock(NOW + timedelta(minutes=10))):
        assert visit().send("/sign-in", right, page="/sign-in").status_code == 303


def test_the_session_begins_anew_and_ends_on_the_server(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/sign-in")
    before = visitor.client.get_cookie("chuangyou")
    token = visitor.token("/sign-in")
    answer = visitor.send("/sign-in", {"username": "hy020", "password": PASSWORD}, page="/sign-in")
    after = visitor.client.get_cookie("chuangyou")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert visitor.token() != token
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert len(after.value) < 4096
    out = visitor.send("/sign-out", {})
    assert out.headers["Clear-Site-Data"]
    visitor.client.set_cookie("chuangyou", after.value)
    assert visitor.get("/").status_code == 302, "the old cookie is dead"


def test_a_disabled_account_is_out_at_once(visit: Visit, installation: Installation) -> None:
    visitor = visit("hy020")
    with writing(installation.engine) as session:
        disable_account(session, "hy020")
    assert visitor.get("/").status_code == 302


@pytest.mark.parametrize("limit", [IDLE_LIMIT, ABSOLUTE_LIMIT])
def test_a_session_ends_by_itself(visit: Visit, limit: timedelta) -> None:
    visitor = visit("hy020")
    with clock.use(FixedClock(NOW + limit + timedelta(minutes=1))):
        assert visitor.get("/").status_code == 302


ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_to_another_site(visit: Visit, address: str) -> None:
    form = {"username": "hy020", "password": PASSWORD, "next": address}
    answer = visit().send("/sign-in", form, page="/sign-in")
    assert answer.headers["Location"] == "/"


def test_the_page_asked_for_opens_after_signing_in(visit: Visit) -> None:
    stranger = visit()
    answer = stranger.get("/documents?q=承诺")
    page = stranger.get(answer.headers["Location"])
    assert 'name="next" value="/documents?q=' in page.text


def test_large_type_is_remembered_without_scripts(visit: Visit) -> None:
    stranger = visit()
    stranger.send("/preferences", {"change": "large", "back": "/help"}, page="/sign-in")
    assert 'class="large"' in stranger.read("/help")
    stranger.send("/preferences", {"change": "large", "back": "/help"}, page="/sign-in")
    assert 'class="large"' not in stranger.read("/help")


def test_production_sets_a_cookie_for_this_host_alone_and_lists_no_accounts(installation: Installation) -> None:
    settings = Settings(mode="production", given_secret="s" * 40, database_url=installation.settings.database_url)
    app = create_app(installation=Installation(settings, definitions(), installation.engine, MemoryJobs()))
    answer = app.test_client().get("/sign-in", base_url="https://localhost")
    assert answer.headers["Set-Cookie"].startswith("__Host-chuangyou=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert PASSWORD not in answer.text
    assert "hy020" not in answer.text
