"""Who may call: bearer tokens alone, revocable at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import url_for
from sqlalchemy import update

from tests.api.conftest import ROOT, Program
from tests.enterprise import who
from workflow import clock
from workflow.operations.identity import create_token
from workflow.operations.installation import Installation
from workflow.store.people import Account, ApiToken, Post
from workflow.store.session import writing

Programs = Callable[[str], Program]
OPEN_TO_ALL = {"api.specification", "api.vote", "api.verification"}


SOME = {"year": 2012}  #: where an address does not take the number one


def routes(anonymous: Program) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of everything under the API."""
    app = anonymous.client.application
    with app.test_request_context():
        return [
            (rule.endpoint, method, url_for(rule.endpoint, **{each: SOME.get(each, 1) for each in rule.arguments}))
            for rule in app.url_map.iter_rules()
            if str(rule).startswith(ROOT)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]


@pytest.mark.parametrize("authorization", [None, "Bearer ", "Bearer wrong", "Basic aHkwMDE6eA==", "bearer"])
def test_without_a_valid_token_nothing_is_answered(anonymous: Program, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    for endpoint, method, address in routes(anonymous):
        if endpoint in OPEN_TO_ALL:
            continue
        answer = anonymous.client.open(address, method=method, headers=headers)
        assert answer.status_code == 401, endpoint
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "令牌" in answer.json["detail"]


def test_a_sign_in_cookie_is_no_token(installation: Installation, anonymous: Program) -> None:
    client = anonymous.client.application.test_client()
    client.application.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/sign-in", data={"username": "hy006", "password": "chuangyou2012"}).status_code == 303
    assert client.get("/organizations").status_code == 200
    assert client.get(ROOT + "/me").status_code == 401


def test_the_token_tells_who_calls_with_the_posts_of_this_moment(program: Programs, installation: Installation) -> None:
    caller = program("hy006")
    answer = caller.get("/me").json
    assert answer["name"] == "贺青云"
    assert {each["post"] for each in answer["posts"]} == {"party_dept_head", "lg_member", "full_member"}
    with writing(installation.engine) as session:
        person = who(session, "HY006").person_id
        ended = installation.today(clock.now())
        session.execute(update(Post).where(Post.person_id == person, Post.code == "lg_member").values(valid_to=ended))
    assert {each["post"] for each in caller.get("/me").json["posts"]} == {"party_dept_head", "full_member"}


@pytest.mark.parametrize("how", ["revoked", "disabled", "expired"])
def test_a_token_dies_at_once(installation: Installation, anonymous: Program, how: str) -> None:
    with writing(installation.engine) as session:
        token = create_token(session, "hy006", "tests", timedelta(hours=1))
    caller = Program(anonymous.client, token)
    assert caller.get("/me").status_code == 200
    with writing(installation.engine) as session:
        if how == "revoked":
            session.execute(update(ApiToken).values(revoked_at=clock.now()))
        elif how == "disabled":
            session.execute(update(Account).where(Account.username == "hy006").values(disabled_at=clock.now()))
        else:
            session.execute(update(ApiToken).values(expires_at=clock.now()))
    assert caller.get("/me").status_code == 401
