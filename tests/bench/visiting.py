"""Somebody with a browser, at the pages of a service in a process of its own."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from workflow.operations.demonstrating.enterprise import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
CASE = re.compile(r'href="(/cases/[^"/?#]+)"')
ACT = re.compile(r'href="(/cases/[^"/?#]+/act/[^"/?#]+)"')
PREVIEW = re.compile(r'hx-post="([^"]+/preview[^"]*)"')
SCRIPT = {"HX-Request": "true"}


class Browser:
    """One person, signed in."""

    def __init__(self, address: str, username: str) -> None:
        self._address, self._opener = address, build_opener(HTTPCookieProcessor(CookieJar()))
        self._opener.addheaders = [("Accept-Encoding", "identity")]
        values = {"username": username, "password": PASSWORD, "csrf_token": self._token("/sign-in")}
        self._send("/sign-in", values)

    def look_around(self) -> int:
        """Inbox, the cases in it, the acts that wait there, and what each would leave on paper: how many previews."""
        cases = dict.fromkeys(CASE.findall(self.read("/")))
        return sum(self._preview(act) for case in cases for act in dict.fromkeys(ACT.findall(self.read(case))))

    def read(self, path: str) -> str:
        """A page; empty where it is none of theirs."""
        return self._send(path)

    def _preview(self, act: str) -> int:
        page = self.read(act)
        shown = 0
        for address in PREVIEW.findall(page):
            shown += "data:image/png" in self._send(unescape(address), dict(HIDDEN.findall(page)), SCRIPT)
        return shown

    def _token(self, path: str) -> str:
        found = TOKEN.search(self.read(path))
        return found[1] if found else ""

    def _send(self, path: str, values: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> str:
        data = urlencode(values).encode() if values is not None else None
        with suppress(HTTPError), self._opener.open(Request(self._address + path, data, headers or {})) as answer:
            return answer.read().decode()
        return ""
