"""The file of a case: every paper of it as one PDF, bound for whoever asks."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from web.cases.views import blueprint
from web.policy import signed_in
from web.security import file_policy
from web.transaction import installation, session
from web.visitor import myself
from workflow.operations.documents.case_file import case_file


@blueprint.get("/<number>/file")
@signed_in
def file(number: str) -> Response:
    """The PDF, as far as the visitor may read it."""
    name, bound = case_file(session(), installation(), myself(), number)
    response = Response(bound.data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Security-Policy"] = file_policy()
    response.set_etag(bound.sha256)
    return response
