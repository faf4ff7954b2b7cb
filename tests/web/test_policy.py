"""Deny unless declared: every route says who may call it, and nobody sees what is not theirs (trust.md, 1, 2, 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.web.conftest import Visit
from web.policy import policy_of
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.session import reading

PUBLIC = {
    "static", "auth.sign_in", "auth.check_sign_in", "auth.sign_out", "auth.preferences", "public.help_page",
    "public.verify", "public.verified", "public.verify_file", "public.check_vote", "public.vote",
    "monitoring.alive", "monitoring.ready", "monitoring.metrics",
}  # fmt: skip
FILLED = {"campaign_id": "1", "body_id": "4", "document_id": "1", "stage": "plan", "trigger": "submit_internal",
          "number": "2012-M1-000001", "sequence": "1", "digest": "x", "name": "chuangyou.css", "code": "X",
          "batch_id": "1", "binding_id": "1", "launch_id": "1", "import_id": "1", "attachment_id": "1",
          "change": "rename", "person_id": "40", "substitution_id": "1", "hand_over_id": "1", "notice_id": "1",
          "hook_id": "1", "image_id": "1", "delivery_id": "1",
          "register": "issued", "receipt_id": "1"}  # fmt: skip


def routes(app: Flask) -> Iterator[Rule]:
    """Every route of the pages; the API has its own tests."""
    return (rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("api."))


def address(rule: Rule, **known: str) -> str:
    """The route's address with its arguments filled in."""
    values = {**FILLED, **known}
    return "".join(f"{values[part]}" if is_argument else part for is_argument, part in parts(rule))


def parts(rule: Rule) -> Iterator[tuple[bool, str]]:
    text = rule.rule
    while "<" in text:
        before, _, rest = text.partition("<")
        argument, _, text = rest.partition(">")
        yield False, before
        yield True, argument.rpartition(":")[2]
    yield False, text


def test_every_route_declares_a_policy(app: Flask) -> None:
    with app.app_context():
        assert [rule.rule for rule in app.url_map.iter_rules() if policy_of(rule.endpoint) is None] == []
        declared = {rule.endpoint: policy_of(rule.endpoint) for rule in routes(app)}
    open_ones = {name: policy for name, policy in declared.items() if policy and not policy.needs_sign_in}
    assert set(open_ones) == PUBLIC
    assert all(each.why for each in open_ones.values()), "whoever opens a view to everybody says why"


def test_a_stranger_is_sent_to_the_sign_in_page(app: Flask, visit: Visit) -> None:
    stranger = visit()
    for rule in routes(app):
        if rule.endpoint in PUBLIC:
            continue
        if "GET" in rule.methods:  # type: ignore[operator]
            answer = stranger.get(target := address(rule))
            assert answer.status_code == stranger.client.head(target).status_code == 302, rule.rule
            assert answer.headers["Location"].startswith("/sign-in"), rule.rule
            asked_for = parse_qs(urlsplit(answer.headers["Location"]).query).get("next", [])
            assert asked_for == ([] if target == "/" else [target]), "where somebody comes to by signing in"
        else:
            answer = stranger.send(address(rule), {}, page="/sign-in")
            assert answer.status_code == 401, rule.rule


def test_a_view_that_declares_no_policy_is_never_run(app: Flask, visit: Visit) -> None:
    run: list[str] = []
    app.add_url_rule("/forgotten", "forgotten", lambda: run.append("run") or "")
    for visitor in (visit(), visit("hy057")):
        assert visitor.get("/forgotten").status_code == 500
    assert run == []


def test_every_unsafe_route_needs_the_token_of_this_session(app: Flask, visit: Visit) -> None:
    member, other = visit("hy020"), visit("hy021")
    token = other.token()
    for rule in routes(app):
        if "POST" not in rule.methods or rule.endpoint in {"public.check_vote", "public.vote"}:  # type: ignore[operator]
            continue
        assert member.client.post(address(rule)).status_code == 400, rule.rule
        foreign = member.client.post(address(rule), data={"csrf_token": token})
        assert foreign.status_code == 400, rule.rule
        cross = member.client.post(address(rule), headers={"Sec-Fetch-Site": "cross-site"})
        assert cross.status_code == 403, rule.rule


#: Somebody of a sister branch, of a guiding body, of another enterprise, and staff of no part in it.
OUTSIDERS = ("hy030", "lc07", "hy044", "gj03")


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_a_case_under_way_does_not_exist_for_outsiders(
    app: Flask, visit: Visit, installation: Installation, case: Callable[[str], str], outsider: str
) -> None:
    stranger, number = visit(outsider), case("pledge.under_review")
    with reading(installation.engine) as session:
        paper = session.scalar(select(Document.id).join(Case, Case.id == Document.case_id).where(Case.number == number))
    for rule in routes(app):
        if not {"number", "document_id"} & rule.arguments or rule.endpoint in PUBLIC:
            continue
        target = address(rule, number=number, document_id=str(paper), trigger="approve")
        answer = stranger.get(target) if "GET" in rule.methods else stranger.send(target, {"text": "x"})  # type: ignore[operator]
        assert answer.status_code == 404, f"{rule.rule}: {answer.status_code}"
        assert "郝丽娟" not in answer.text
    for listing in ("/", "/opened", "/handled", "/documents", "/documents?q=承诺"):
        assert number not in stranger.read(listing)
