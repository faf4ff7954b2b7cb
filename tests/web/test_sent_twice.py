"""A form sent twice (double click, back, two devices) is done once and leads to the same page (approvals.md)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.web.conftest import Visit
from tests.web.test_forms import branch, plan_form
from tests.web.visiting import merged, number_of
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.requests import IdempotencyKey
from workflow.store.session import reading

__all__ = ["branch"]

TEMPLATES = Path(__file__).resolve().parents[2] / "web/templates"
FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
ONCE = re.compile(r'name="once" value="([^"]+)"')
#: Forms that may be sent twice: they change nothing, nobody is signed in, or who sends them must not be kept.
REPEATABLE = (
    "auth.sign_in",
    "auth.sign_out",
    "auth.preferences",
    "public.ticket",
    "public.vote",
    "public.check_vote",
    "public.verify_file",
)
UNLINKABLE = {"ticket", "vote"}  #: operations of the API whose first answer must not be kept (trust.md)


def count(installation: Installation, table: type[Case | IdempotencyKey]) -> int:
    with reading(installation.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_two_devices_of_one_person_count_as_one(visit: Visit, case: Callable[[str], str]) -> None:
    desk, phone, number = visit("hy020"), visit("hy020"), case("pledge.under_review")
    values = {"above_standard": ""}
    answers: list[TestResponse] = []
    pages = [each.get(f"/cases/{number}/act/approve") for each in (desk, phone)]
    checks = [
        each.client.post(f"/cases/{number}/check/approve", data=merged(page.text, "check", values))
        for each, page in zip((desk, phone), pages, strict=True)
    ]
    for each, page in zip((desk, phone), checks, strict=True):
        answers.append(each.client.post(f"/cases/{number}/act/approve", data=merged(page.text, "act", {})))
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


def test_a_case_is_not_opened_twice_by_going_back(visit: Visit, branch: int, installation: Installation) -> None:
    clerk = visit("hy031")
    page = clerk.read(f"/campaigns/1/open/plan?body={branch}")
    form = {**plan_form(branch), "once": ONCE.findall(page)[-1]}
    before = count(installation, Case)
    first, second = (clerk.send("/campaigns/1/open/plan", form) for _ in range(2))
    assert number_of(first) == number_of(second)
    assert count(installation, Case) == before + 1
    other = clerk.send("/campaigns/1/open/plan", {**form, "basis": "另一件"})
    assert number_of(other) != number_of(first), "what was changed after going back is another request"
    newer = ONCE.findall(clerk.read(f"/campaigns/1/open/plan?body={branch}"))[-1]
    assert number_of(clerk.send("/campaigns/1/open/plan", {**form, "once": newer})) != number_of(first)


def test_a_form_with_faults_leaves_its_token_free(visit: Visit, branch: int, installation: Installation) -> None:
    clerk = visit("hy031")
    form = plan_form(branch, cost_budget="很多", once="abc")
    assert clerk.send("/campaigns/1/open/plan", form).status_code == 422
    assert count(installation, IdempotencyKey) == 0
    assert clerk.send("/campaigns/1/open/plan", {**form, "cost_budget": "0"}).status_code == 303


def test_the_same_form_at_once_acts_once(visit: Visit, branch: int, installation: Installation) -> None:
    visitors = [visit("hy031") for _ in range(4)]
    tokens = [each.token() for each in visitors]
    before = count(installation, Case)

    def send(which: int) -> TestResponse:
        form = {**plan_form(branch), "once": "the same", "csrf_token": tokens[which]}
        return visitors[which].client.post("/campaigns/1/open/plan", data=form)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert len({number_of(each) for each in answers}) == 1
    assert count(installation, Case) == before + 1


def test_another_person_s_token_means_nothing(visit: Visit, branch: int) -> None:
    form = plan_form(branch, once="abc")
    assert number_of(visit("hy031").send("/campaigns/1/open/plan", form)) != number_of(
        visit("hy032").send("/campaigns/1/open/plan", form)
    )


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_every_form_that_changes_something_carries_a_token(template: Path) -> None:
    for form in FORM.findall(template.read_text(encoding="utf-8")):
        if not any(f'"{each}"' in form for each in REPEATABLE):
            assert "{{ token() }}" in form, form[:200]


def test_every_changing_call_of_the_api_honours_its_key(app: Flask) -> None:
    views = {
        rule.endpoint.removeprefix("api."): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.methods and rule.methods - {"GET", "HEAD", "OPTIONS"}
    }
    assert views.keys() > UNLINKABLE
    for name in views.keys() - UNLINKABLE:
        source = inspect.getsource(inspect.unwrap(views[name]))
        assert "answered(" in source, f"{name} does not go through web.api.repeating"
        assert "headers: Repeatable" in source, f"{name} does not tell of its key"
    for name in UNLINKABLE:
        assert "answered(" not in inspect.getsource(inspect.unwrap(views[name])), name
