"""Papers that wait for their seal: one or many are sealed at once by the keeper."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.documents.views import blueprint
from web.parameters import LARGEST
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.errors import InvalidInput
from workflow.operations.documents.pressing import press, waiting
from workflow.operations.documents.seal_images import kept_bodies

UNPROCESSABLE = 422


@blueprint.get("/seals")
@signed_in
def seals() -> ResponseReturnValue:
    """The list, and the seals that the visitor keeps."""
    return _page()


@blueprint.post("/seals")
@signed_in
def use_seal() -> ResponseReturnValue:
    """Press the seal on what was chosen, all or none."""
    chosen = [int(each) for each in request.form.getlist("document") if each.isascii() and each.isdigit()]
    try:
        with attempt():
            pressed = press(session(), installation(), myself(), [each for each in chosen if each <= LARGEST])
    except InvalidInput as invalid:
        return _page(invalid), UNPROCESSABLE
    flash(f"已用印 {len(pressed)} 份，并登记。有印章图片或签名证书的，几秒钟内重新排版。")
    return redirect(url_for("documents.seals"), 303)


def _page(invalid: InvalidInput | None = None) -> str:
    papers = waiting(session(), installation(), myself())
    bodies = kept_bodies(session(), installation(), myself())
    errors = invalid.facts["errors"] if invalid else ()
    return render_template("documents/seals.html", papers=papers, bodies=bodies, errors=errors)
