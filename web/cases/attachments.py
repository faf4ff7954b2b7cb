"""Files of a case: put one to it, read it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.cases.views import UNPROCESSABLE, blueprint, page_of
from web.parameters import ID
from web.policy import signed_in
from web.security import file_policy
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.errors import InvalidInput
from workflow.operations.attaching import File, accompany, attach, attachment_file
from workflow.operations.reading.loaded import find


@blueprint.post("/<number>/attachments")
@signed_in
def add_attachment(number: str) -> ResponseReturnValue:
    """Put a file to the case; one that cannot be taken brings the page back with the reason."""
    loaded = find(session(), installation(), myself(), number)
    sent = request.files.get("file")
    file = File(sent.filename or "", sent.read()) if sent else File("", b"")
    accompanies = "accompanies" in request.form
    try:
        with attempt():
            attach(session(), installation(), myself(), loaded.row.id, file, accompanies=accompanies)
    except InvalidInput as invalid:
        return page_of(number, faults=invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    return redirect(url_for("cases.show", number=number, _anchor="attachments"), 303)


@blueprint.post(f"/<number>/attachments/<{ID}:attachment_id>/accompaniment")
@signed_in
def let_accompany(number: str, attachment_id: int) -> ResponseReturnValue:
    """Let a file go with the document of the case, or leave it out of its list."""
    accompany(session(), installation(), myself(), attachment_id, wanted=request.form.get("wanted") == "yes")
    return redirect(url_for("cases.show", number=number, _anchor="attachments"), 303)


@blueprint.get(f"/attachments/<{ID}:attachment_id>")
@signed_in
def attachment(attachment_id: int) -> Response:
    """The bytes, always as a download: nothing that somebody sent is shown inside our pages."""
    found, data = attachment_file(session(), installation(), myself(), attachment_id)
    response = Response(data, content_type=found.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    response.headers["Content-Security-Policy"] = file_policy()
    return response
