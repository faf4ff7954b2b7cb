"""A form that is sent twice is done once: its second sending is answered with the page that the first one led to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

from flask import g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.policy import only_asks
from web.transaction import session
from workflow import randomness
from workflow.operations.idempotency import once_sent

ONCE = "once"  #: the hidden field that tells one rendering of a form from another
CSRF = "csrf_token"
VERSION = "version"
TOKEN_BYTES = 12
SEE_OTHER = 303


def new_token() -> str:
    """What a form carries, so that its sending is known again."""
    return randomness.token(TOKEN_BYTES)


def answered(view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Call the view, unless the same person has sent the same form before (approvals.md, invariant 2).

    Only a view that redirects has done something; one that shows a form again is called each time.
    """
    if request.method != "POST" or g.identity is None or only_asks() or ONCE not in request.form:
        return view()
    given: list[ResponseReturnValue] = []

    def perform() -> str | None:
        given.append(view())
        answer = given[0]
        return answer.location if isinstance(answer, Response) and answer.status_code == SEE_OTHER else None

    leads_to = once_sent(session(), g.identity.person_id, "\0".join(_sending()).encode(), perform)
    return given[0] if given else redirect(leads_to or "/", SEE_OTHER)


def _sending() -> Iterator[str]:
    """What is sent, whole. A form that names the version of its case is the same act wherever it was opened."""
    left_out = {CSRF, ONCE} if VERSION in request.form else {CSRF}
    yield request.path
    for name, values in sorted(request.form.lists()):
        if name not in left_out:
            yield from (name, *values)
    for name, files in sorted(request.files.lists()):
        for each in files:
            yield from (name, each.filename or "", sha256(each.stream.read()).hexdigest())
            each.stream.seek(0)
