"""Official papers: the list, a paper in the page, its PDF."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.parameters import ID, whole
from web.policy import signed_in
from web.security import file_policy
from web.transaction import installation, session
from web.visitor import myself
from workflow.operations.reading import documents as reading
from workflow.operations.reading.registers.mine import waiting_papers

blueprint = Blueprint("documents", __name__, url_prefix="/documents")


@blueprint.get("")
@signed_in
def catalogue() -> ResponseReturnValue:
    """The papers of the cases that the visitor may read, the newest first."""
    words, before = request.args.get("q", "").strip(), whole(request.args, "before")
    found = reading.catalogue(session(), installation(), myself(), words=words, before=before)
    waiting = waiting_papers(session(), installation(), myself())
    return render_template("documents/catalogue.html", found=found, words=words, waiting=waiting)


@blueprint.get(f"/<{ID}:document_id>")
@signed_in
def show(document_id: int) -> ResponseReturnValue:
    """A paper, shown in the page where the browser can."""
    return render_template("documents/show.html", paper=reading.paper(session(), installation(), myself(), document_id))


@blueprint.post(f"/<{ID}:document_id>/reprint")
@signed_in
def reprint(document_id: int) -> ResponseReturnValue:
    """Print a paper again that could not be printed."""
    reading.print_again(session(), installation(), myself(), document_id)
    return redirect(url_for("documents.show", document_id=document_id), 303)


@blueprint.get(f"/<{ID}:document_id>/file")
@signed_in
def file(document_id: int) -> Response:
    """The PDF, inside our own page or as a download."""
    title, data = reading.paper_file(session(), installation(), myself(), document_id)
    response = Response(data, mimetype="application/pdf")
    way = "attachment" if "download" in request.args else "inline"
    response.headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(title)}.pdf"
    response.headers["Content-Security-Policy"] = file_policy()
    return response
