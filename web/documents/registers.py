"""The registers of a body: read, filtered, signed in, taken away as a spreadsheet or on paper."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.documents.views import blueprint
from web.parameters import ID, whole
from web.policy import signed_in
from web.security import file_policy
from web.transaction import installation, session
from web.visitor import myself
from workflow.operations.documents import registers
from workflow.operations.documents.handling import take_in_hand
from workflow.operations.documents.receiving import sign_for
from workflow.operations.documents.registers import MadeFile
from workflow.operations.reading.registers.entries import Wanted
from workflow.operations.reading.registers.mine import my_registers
from workflow.operations.reading.registers.pages import register_page

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/registers")
@signed_in
def choose_register() -> ResponseReturnValue:
    """The bodies whose registers the visitor keeps or looks after."""
    found = my_registers(session(), installation(), myself())
    return render_template("documents/registers.html", found=found)


@blueprint.get(f"/registers/<{ID}:body_id>/<register>")
@signed_in
def register(body_id: int, register: str) -> ResponseReturnValue:
    """A page of a register, the newest number first."""
    before = whole(request.args, "before")
    page = register_page(session(), installation(), myself(), body_id, register, _wanted(), before)
    chosen = {name: value for name, value in vars(page.wanted).items() if value}
    return render_template("documents/register.html", page=page, chosen=chosen, before=before)


@blueprint.get(f"/registers/<{ID}:body_id>/<register>/spreadsheet")
@signed_in
def export_register(body_id: int, register: str) -> Response:
    """What is asked for as a spreadsheet."""
    found = registers.spreadsheet(session(), installation(), myself(), body_id, register, _wanted())
    return _file(found, SPREADSHEET, "attachment")


@blueprint.get(f"/registers/<{ID}:body_id>/<register>/paper")
@signed_in
def print_register(body_id: int, register: str) -> Response:
    """What is asked for as the paper that an office keeps (T42)."""
    found = registers.paper(session(), installation(), myself(), body_id, register, _wanted())
    return _file(found, "application/pdf", "inline")


@blueprint.post(f"/registers/<{ID}:body_id>/received/sign")
@signed_in
def sign_receipts(body_id: int) -> ResponseReturnValue:
    """Sign for one document, for those ticked, or for as many as the page shows."""
    chosen = request.form.getlist("receipt", type=int)
    signed = sign_for(session(), installation(), myself(), body_id, chosen)
    flash(f"已签收 {len(signed)} 件，收文号见下。" if signed else "没有签收：请先勾选，或者已由他人签收。")
    return redirect(url_for("documents.register", body_id=body_id, register="received"), 303)


@blueprint.post(f"/receipts/<{ID}:receipt_id>/handle")
@signed_in
def handle_receipt(receipt_id: int) -> ResponseReturnValue:
    """Open the handling of a document received, with what is known filled in."""
    case = take_in_hand(session(), installation(), myself(), receipt_id)
    return redirect(url_for("cases.show", number=case.number), 303)


def _wanted() -> Wanted:
    text: Callable[[str], str] = lambda name: request.args.get(name, "").strip()  # noqa: E731 - three times the same
    return Wanted(whole(request.args, "year"), text("series"), text("kind"), text("q"))


def _file(found: MadeFile, kind: str, way: str) -> Response:
    response = Response(found.data, mimetype=kind)
    response.headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(found.name)}"
    response.headers["Content-Security-Policy"] = file_policy()
    return response
