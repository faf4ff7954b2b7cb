"""Hand in a file of bodies, people and posts, and see what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.organizations.place import blueprint
from web.parameters import ID
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput, NotFound
from workflow.operations.attaching import File
from workflow.operations.importing.handing_in import ENDINGS, hand_in, own_import, recent_imports
from workflow.operations.importing.sheets import SHEETS
from workflow.operations.organization.organizers import territories

UNPROCESSABLE = 422


@blueprint.get("/imports")
@signed_in
def imports() -> ResponseReturnValue:
    """The form, with what the file holds, and earlier imports."""
    if not territories(session(), installation(), myself()):
        raise NotFound(what="这一页，或者您无权导入")
    return _form(())


@blueprint.post("/imports")
@signed_in
def start_import() -> ResponseReturnValue:
    """Put the file into the queue; one that cannot be taken brings the form back with the reason."""
    sent = request.files.get("file")
    file = File(sent.filename or "", sent.read()) if sent else File("", b"")
    try:
        with attempt():
            found = hand_in(session(), installation(), myself(), file)
    except InvalidInput as invalid:
        return _form(invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    return redirect(url_for("organizations.imported", import_id=found.id), 303)


@blueprint.get(f"/imports/<{ID}:import_id>")
@signed_in
def imported(import_id: int) -> ResponseReturnValue:
    """How far it has come; asked again every other second by a script, by a link without."""
    page = own_import(session(), myself(), import_id)
    return render_template("organizations/imported.html", page=page, in_pane="HX-Request" in request.headers)


def _form(faults: Sequence[FieldFault]) -> str:
    return render_template(
        "organizations/imports.html", errors=faults, accept=",".join(ENDINGS), sheets=SHEETS.values(),
        recent=recent_imports(session(), myself()),
    )  # fmt: skip
