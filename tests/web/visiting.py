"""People at the demonstration enterprise, visiting the pages as a browser without scripts would."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from workflow.operations.demonstrating.enterprise import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)


class Visitor:
    """Somebody with a browser."""

    def __init__(self, app: Flask, username: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if username is not None:
            answer = self.send("/sign-in", {"username": username, "password": PASSWORD}, page="/sign-in")
            assert answer.status_code == 303, answer.text

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.client.get(path, **how)

    def read(self, path: str) -> str:
        answer = self.get(path, follow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {plain(answer.text)}"
        return answer.text

    def send(self, path: str, values: Any, *, page: str = "/help") -> TestResponse:
        """Post a form; the token is read from a page first, as a browser has it."""
        posted = MultiDict(values)
        posted["csrf_token"] = self.token(page)
        return self.client.post(path, data=posted)

    def token(self, page: str = "/help") -> str:
        """The token that a page of this session carries."""
        found = TOKEN.search(self.get(page).text)
        return found[1] if found else ""

    def act(self, number: str, trigger: str, values: Any = None) -> TestResponse:
        """Go the whole way: the act's form, its check, the confirmation. Returns the last answer."""
        page = self.get(f"/cases/{number}/act/{trigger}")
        if page.status_code != 200:
            return page
        if f"/cases/{number}/check/{trigger}" in page.text and values is not None:
            page = self.client.post(f"/cases/{number}/check/{trigger}", data=merged(page.text, "check", values))
            if page.status_code != 200:
                return page
        return self.client.post(f"/cases/{number}/act/{trigger}", data=merged(page.text, "act", {}))


def merged(html: str, kind: str, values: Any) -> MultiDict[str, str]:
    """The hidden values of the form that leads to `kind`, and what was typed."""
    inside = next(body for address, body in FORM.findall(html) if f"/{kind}/" in f"{address}/")
    posted = MultiDict((unescape(name), unescape(value)) for name, value in HIDDEN.findall(inside))
    posted.update(MultiDict(values))
    return posted


def plain(html: str) -> str:
    """The words of a page's main part."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main[0] if main else html))).strip()


def number_of(answer: TestResponse) -> str:
    """The case number that a redirect leads to."""
    found = re.search(r"/cases/([^/]+)", answer.headers.get("Location", ""))
    assert found, f"{answer.status_code}: {plain(answer.text)}"
    return found[1]
