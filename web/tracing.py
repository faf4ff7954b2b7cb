"""Every request has an id, one line in the log, and is counted. Of ballots only the count is kept (`nameless`)."""

from __future__ import annotations

import logging
import re
from time import perf_counter

from flask import Flask, Response, g, request

from web.policy import policy_of
from workflow import logs, measures, randomness

HEADER = "X-Request-Id"
ACCEPTED = re.compile(r"[0-9A-Za-z._-]{8,64}")
ID_BYTES = 12
METHODS, OTHER = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}), "OTHER"
NOWHERE = "none"  #: the endpoint of an address that there is not

log = logging.getLogger("chuangyou.access")


def trace(app: Flask) -> None:
    """Put the id on every answer, and write what was asked once it is answered."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun = perf_counter()
    g.request_id = _given() or randomness.token(ID_BYTES)
    if not _is_nameless():
        logs.note(**{logs.REQUEST: g.request_id, "case": (request.view_args or {}).get("number")})


def _end(response: Response) -> Response:
    endpoint, seconds = request.endpoint or NOWHERE, perf_counter() - g.get("begun", perf_counter())
    response.headers[HEADER] = g.get("request_id", "")
    method = request.method if request.method in METHODS else OTHER
    measures.request(endpoint, method, response.status_code, seconds)
    if not _is_nameless():
        facts = {
            "endpoint": endpoint, "status": response.status_code, "ms": round(seconds * 1000, 1),
            "case": (request.view_args or {}).get("number"), "person": _person(),
        }  # fmt: skip
        # The rule and not the address: a code or a search in it is nobody's business.
        rule = request.url_rule.rule if request.url_rule else NOWHERE
        log.info("%s %s", method, rule, extra={"facts": facts})
    return response


def _given() -> str:
    """The id that a proxy or a program gave, if it is one."""
    stated = request.headers.get(HEADER, "")
    return stated if ACCEPTED.fullmatch(stated) else ""


def _is_nameless() -> bool:
    """Whether nothing may be learned of who asks, not even when."""
    policy = policy_of(request.endpoint) if request.endpoint else None
    return policy is not None and policy.is_nameless


def _person() -> int | None:
    """The id of who asks, if the request came so far."""
    known = g.get("identity") or g.get("caller")
    return known.actor.person_id if known is not None else None
