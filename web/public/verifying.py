"""Verification of papers, for anybody who holds one: by its code, or by its file.

The browser computes the fingerprint of the file where it can, and only that is sent; else the file, which is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import BoundedSemaphore

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.policy import public
from web.public.views import blueprint
from web.transaction import session
from workflow.documents.findings import NoPaper
from workflow.errors import NotFound
from workflow.operations.reading.verification import examined, verify_code, verify_fingerprint
from workflow.operations.reading.verification import verify_file as compare

WHY = "任何人都可以核验手中的公文"
AT_ONCE = 2  #: in one process: the other threads go on answering pages
PATIENCE_SECONDS = 5.0

_turns = BoundedSemaphore(AT_ONCE)


@blueprint.get("/verify")
@public(WHY)
def verify() -> ResponseReturnValue:
    """The forms that ask for a file or for a code; what a fingerprint proves."""
    code, sha256 = (request.args.get(name, "").strip() for name in ("code", "sha256"))
    if sha256:
        return _fingerprint(sha256, code)
    return redirect(url_for("public.verified", code=code)) if code else render_template("public/verify.html", code="")


@blueprint.get("/verify/<code>")
@public(WHY)
def verified(code: str) -> ResponseReturnValue:
    """What a code proves, without telling anything of the case."""
    try:
        with _turn():
            found = verify_code(session(), code)
    except NotFound as unknown:
        return _unknown(code, unknown.message)
    return render_template("public/verify.html", code=code, paper=found)


@blueprint.post("/verify")
@public(WHY)
def verify_file() -> ResponseReturnValue:
    """What a file proves."""
    sent, code = request.files.get("file"), request.form.get("code", "").strip()
    try:
        with _turn():
            findings = examined(sent.read() if sent else b"")  # before a transaction is begun
            found = compare(session(), findings, code)
    except (NotFound, NoPaper) as unknown:
        return _unknown(code, unknown.message)
    return render_template("public/verify.html", code=code, paper=found)


def _fingerprint(sha256: str, code: str) -> ResponseReturnValue:
    """Where it does not fit, the file may be sent after all, to learn what is wrong with it."""
    try:
        with _turn():
            found = verify_fingerprint(session(), sha256, code)
    except NotFound as unknown:
        return _unknown(code, unknown.message, is_sent=True)
    return render_template("public/verify.html", code=code, paper=found, is_sent=not found.fits)


def _unknown(code: str, sentence: str, *, is_sent: bool = False) -> ResponseReturnValue:
    said = sentence if sentence.endswith("。") else f"{sentence}。"
    page = render_template("public/verify.html", code=code, unknown=said, is_sent=is_sent)
    return page, HTTPStatus.NOT_FOUND


@contextmanager
def _turn() -> Iterator[None]:
    """One of the few turns; 429 when there was none for a while."""
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    try:
        yield
    finally:
        _turns.release()
