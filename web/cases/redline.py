"""The changes of a case since it was returned, on paper."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from web.cases.views import blueprint
from web.policy import signed_in
from web.security import file_policy
from web.transaction import installation, session
from web.visitor import myself
from workflow.operations.documents.redlining import redline_paper


@blueprint.get("/<number>/redline")
@signed_in
def redline(number: str) -> Response:
    """The paper with deletions and insertions in red."""
    found = redline_paper(session(), installation(), myself(), number)
    response = Response(found.data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(found.name)}"
    response.headers["Content-Security-Policy"] = file_policy()
    return response
