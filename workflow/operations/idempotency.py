"""Answer a repeated request with its first answer: a lost reply or a double click changes nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.store.fetching import found_rows, run
from workflow.store.prepared import Prepared
from workflow.store.requests import IdempotencyKey

HEADER = "Idempotency-Key"
LONGEST = 200  #: characters of a key
KEPT_FOR = timedelta(days=2)
FORM = "form:"  #: before the keys of forms: no header of a program can be one
LEADS_TO = "location"

_KEYS: Any = IdempotencyKey.__table__
_MINE = _KEYS.c.person_id == bindparam("person")
_THIS = _MINE & (_KEYS.c.key == bindparam("key"))
FORGET = Prepared(delete(_KEYS).where(_MINE, _KEYS.c.answered_at < bindparam("before")))
CLAIM = {
    kind: Prepared(
        insert(_KEYS)
        .values({column.name: bindparam(column.name) for column in _KEYS.c})
        .on_conflict_do_nothing()
        .returning(_KEYS.c.key)
    )
    for kind, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
FREE = Prepared(delete(_KEYS).where(_THIS))
REMEMBER = Prepared(
    update(_KEYS).where(_THIS).values(status=bindparam("status"), answer=bindparam("answer", type_=_KEYS.c.answer.type))
)


@dataclass(frozen=True)
class Answer:
    """What a mutating request is answered with."""

    status: int
    body: dict[str, Any]


def once(
    session: Session, person_id: int, key: str, request: bytes, perform: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """The answer to this request, and whether it is an earlier one.

    The key is claimed before anything is done, in the transaction of what is done: a second request with the same key
    waits for the first to end, and a refused or failed one leaves its key free. The same key with another request is
    refused with InvalidInput.
    """
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        message = f"{HEADER} 应为 1 至 {LONGEST} 个可见的 ASCII 字符，请为每次操作另取一个，如 UUID"
        raise InvalidInput(errors=(FieldFault(HEADER, HEADER, message),))
    digest = sha256(request).hexdigest()
    if not _claim(session, person_id, key, digest):
        return _earlier(session, person_id, key, digest), True
    answer = perform()
    _remember(session, person_id, key, answer)
    return answer, False


def once_sent(session: Session, person_id: int, sending: bytes, perform: Callable[[], str | None]) -> str | None:
    """Where a form leads: to the same page as the first time when it is sent again (double click, back, two devices).

    `perform` answers with None when nothing was done, as for a form that has to be filled in again: then, as when it
    raises, the next sending counts as the first.
    """
    key = FORM + sha256(sending).hexdigest()
    if not _claim(session, person_id, key, ""):
        return str(_earlier(session, person_id, key, "").body[LEADS_TO])
    leads_to = perform()
    if leads_to is None:
        run(session, FREE, {"person": person_id, "key": key})
    else:
        _remember(session, person_id, key, Answer(HTTPStatus.SEE_OTHER, {LEADS_TO: leads_to}))
    return leads_to


def _claim(session: Session, person_id: int, key: str, digest: str) -> bool:
    now = clock.now()
    run(session, FORGET, {"person": person_id, "before": now - KEPT_FOR})
    claim = {"person_id": person_id, "key": key, "request_hash": digest, "status": 0, "answer": {}, "answered_at": now}
    return bool(found_rows(session, CLAIM[session.get_bind().dialect.name], claim))


def _remember(session: Session, person_id: int, key: str, answer: Answer) -> None:
    said = {"status": int(answer.status), "answer": answer.body}
    run(session, REMEMBER, {"person": person_id, "key": key, **said})


def _earlier(session: Session, person_id: int, key: str, digest: str) -> Answer:
    row = session.get_one(IdempotencyKey, (person_id, key))
    if row.request_hash != digest:
        message = f"这个 {HEADER} 已用于另一次请求，请为新的操作另取一个"
        raise InvalidInput(errors=(FieldFault(HEADER, HEADER, message),))
    return Answer(row.status, row.answer)
