"""Specimens beside a form: rendered for one person at a time, outside any transaction, and kept nowhere."""

from __future__ import annotations

from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Condition
from time import monotonic

from flask import Response, abort, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from web.security import file_policy
from web.transaction import let_go
from web.visitor import me
from workflow.documents.pictures import Drawn, draw, joined
from workflow.operations.reading.specimens import Printed, Specimens, printed

LARGEST_FORM = 300_000  #: bytes as posted: some thirty thousand characters
MOST_A_MINUTE = 60
AT_ONCE = 3  #: in one process: the other threads go on answering pages
MINUTE = 60.0
PATIENCE = 3.0  #: seconds in which the last preview of the same person is usually done
MOST_PAGES = 8  #: shown as pictures; the PDF has them all
WIDTH = 800  #: pixels of an upright page
EXTENSION = "chuangyou_previews"


@dataclass
class Turns:
    """Who is being served, who waits, and when each has asked within the last minute."""

    busy: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    asked: dict[int, deque[float]] = field(default_factory=dict)
    changed: Condition = field(default_factory=Condition)

    @contextmanager
    def taken(self, person: int) -> Iterator[None]:
        """The person's turn, after a short wait for the last one; whoever asks for more is told to wait (429)."""
        with self.changed:
            if person in self.waiting or len(self.waiting) >= AT_ONCE or not self._may_ask(person):
                abort(HTTPStatus.TOO_MANY_REQUESTS)
            self.waiting.add(person)
            is_free = self.changed.wait_for(lambda: self._is_free(person), PATIENCE)
            self.waiting.discard(person)
            if not is_free:
                abort(HTTPStatus.TOO_MANY_REQUESTS)
            self.busy.add(person)
        try:
            yield
        finally:
            with self.changed:
                self.busy.discard(person)
                self.changed.notify_all()

    def _is_free(self, person: int) -> bool:
        return person not in self.busy and len(self.busy) < AT_ONCE

    def _may_ask(self, person: int) -> bool:
        now = monotonic()
        for each in [each for each, times in self.asked.items() if now - times[-1] > MINUTE]:
            del self.asked[each]
        times = self.asked.setdefault(person, deque(maxlen=MOST_A_MINUTE))
        if len(times) == MOST_A_MINUTE and now - times[0] < MINUTE:
            return False
        times.append(now)
        return True


@dataclass(frozen=True)
class Shown:
    """A specimen with its pages as pictures, for a template."""

    paper: Printed
    pages: Drawn | None

    @property
    def sources(self) -> list[tuple[str, int, int]]:
        """Address, width and height of each picture: the picture itself is the address."""
        pictures = self.pages.pictures if self.pages else ()
        return [(f"data:image/png;base64,{b64encode(each.data).decode()}", each.width, each.height)
                for each in pictures]  # fmt: skip


def answer(compose: Callable[[], Specimens]) -> ResponseReturnValue:
    """For a script the papers as pictures, otherwise the PDF; where there is none, what stands in the way."""
    if (request.content_length or 0) > LARGEST_FORM:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    with _turns().taken(me().person_id):
        found = compose()
        let_go()
        papers = [printed(each) for each in found.papers]
        if "HX-Request" in request.headers:
            return render_template("previews/papers.html", found=found, shown=_shown(papers))
    data = [each.data for each in papers if each.data]
    if not data:
        page = render_template("previews/page.html", found=found, shown=[Shown(each, None) for each in papers])
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _file(joined(data))


def _turns() -> Turns:
    found: Turns = current_app.extensions.setdefault(EXTENSION, Turns())
    return found


def _shown(papers: list[Printed]) -> list[Shown]:
    room, found = MOST_PAGES, []
    for each in papers:
        pages = draw(each.data, WIDTH, room) if each.data else None
        room -= len(pages.pictures) if pages else 0
        found.append(Shown(each, pages))
    return found


def _file(data: bytes) -> Response:
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = "inline; filename*=UTF-8''%E9%A2%84%E8%A7%88.pdf"
    response.headers["Content-Security-Policy"] = file_policy()
    return response
