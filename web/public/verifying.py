"""Verification of papers, for anybody who holds one: by its code, or by the file itself, which is not kept."""

from __future__ import annotations

from collections import deque
from http import HTTPStatus
from threading import Lock
from time import monotonic

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.policy import public
from web.public.views import blueprint
from web.transaction import session
from workflow.documents.verifying import NoPaper
from workflow.errors import NotFound
from workflow.operations.reading.verification import examined, verify_code
from workflow.operations.reading.verification import verify_file as compare

WHY = "任何人都可以核验手中的公文"
MOST_A_MINUTE = 120  #: questions in one process: codes cannot be guessed, but looking takes time
MINUTE = 60.0

_asked: deque[float] = deque(maxlen=MOST_A_MINUTE)
_asking = Lock()


@blueprint.get("/verify")
@public(WHY)
def verify() -> ResponseReturnValue:
    """The forms that ask for a file or for a code."""
    code = request.args.get("code", "").strip()
    return redirect(url_for("public.verified", code=code)) if code else render_template("public/verify.html", code="")


@blueprint.get("/verify/<code>")
@public(WHY)
def verified(code: str) -> ResponseReturnValue:
    """What a code proves, without telling anything of the case."""
    _take_turn()
    try:
        found = verify_code(session(), code)
    except NotFound as unknown:
        return _unknown(code, unknown.message)
    return render_template("public/verify.html", code=code, paper=found)


@blueprint.post("/verify")
@public(WHY)
def verify_file() -> ResponseReturnValue:
    """What a file proves."""
    _take_turn()
    sent, code = request.files.get("file"), request.form.get("code", "").strip()
    findings = examined(sent.read() if sent else b"")  # before a transaction is begun
    try:
        found = compare(session(), findings, code)
    except (NotFound, NoPaper) as unknown:
        return _unknown(code, unknown.message)
    return render_template("public/verify.html", code=code, paper=found)


def _unknown(code: str, sentence: str) -> ResponseReturnValue:
    said = sentence if sentence.endswith("。") else f"{sentence}。"
    return render_template("public/verify.html", code=code, unknown=said), HTTPStatus.NOT_FOUND


def _take_turn() -> None:
    """Answer 429 while more are asking than one process should spend its time on."""
    with _asking:
        now = monotonic()
        if len(_asked) == MOST_A_MINUTE and now - _asked[0] < MINUTE:
            abort(HTTPStatus.TOO_MANY_REQUESTS)
        _asked.append(now)
