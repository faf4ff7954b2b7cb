"""The seal of a body: its image, put in and withdrawn by the keeper alone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.organizations.place import blueprint
from web.parameters import ID
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.documents.seal_images import put_in, withdraw
from workflow.operations.reading.seals import seal_page, seal_picture

UNPROCESSABLE = 422


@blueprint.get(f"/<{ID}:body_id>/seal")
@signed_in
def seal(body_id: int) -> ResponseReturnValue:
    """The image in use, those before it, and the form for a new one."""
    return _page(body_id, ())


@blueprint.post(f"/<{ID}:body_id>/seal")
@signed_in
def put_in_seal(body_id: int) -> ResponseReturnValue:
    """Take an image into use; one that cannot be taken brings the form back with the reason."""
    sent = request.files.get("file")
    try:
        with attempt():
            put_in(session(), installation(), myself(), body_id, sent.read() if sent else b"")
    except InvalidInput as invalid:
        return _page(body_id, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    flash("印章图片已启用，今后用印的文件印上这枚印章。")
    return redirect(url_for("organizations.seal", body_id=body_id), 303)


@blueprint.post(f"/<{ID}:body_id>/seal/withdrawal")
@signed_in
def withdraw_seal(body_id: int) -> ResponseReturnValue:
    """Use no image any more."""
    withdraw(session(), installation(), myself(), body_id)
    flash("印章图片已停用，今后的文件留出印章位置，由办公室用实物印章加盖。")
    return redirect(url_for("organizations.seal", body_id=body_id), 303)


@blueprint.get(f"/<{ID}:body_id>/seal/<{ID}:image_id>")
@signed_in
def seal_image(body_id: int, image_id: int) -> Response:
    """An image, inside the keeper's page."""
    media_type, data = seal_picture(session(), installation(), myself(), body_id, image_id)
    response = Response(data, mimetype=media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _page(body_id: int, faults: Sequence[FieldFault]) -> str:
    page = seal_page(session(), installation(), myself(), body_id)
    return render_template("organizations/seal.html", page=page, errors=faults)
