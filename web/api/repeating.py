"""The Idempotency-Key header: a mutating request that arrives again gets its first answer."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import request
from pydantic import BaseModel

from web.api.surroundings import caller
from web.transaction import session
from workflow.operations.idempotency import HEADER, Answer, once

REPLAYED = "Idempotency-Replayed"


def answered(
    perform: Callable[[], BaseModel], status: HTTPStatus = HTTPStatus.OK
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Do it, or give the answer that the same person already got for the same key."""

    def answer() -> Answer:
        return Answer(status.value, perform().model_dump(mode="json"))

    key = request.headers.get(HEADER)
    if key is None:
        given, replayed = answer(), False
    else:
        content = b"\0".join((request.method.encode(), request.path.encode(), request.get_data()))
        given, replayed = once(session(), caller().person_id, key, content, answer)
    return given.body, given.status, {REPLAYED: "true"} if replayed else {}
