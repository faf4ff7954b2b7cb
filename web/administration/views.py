"""What stands still, and how to intervene: suspend, resume, terminate, move (approvals.md, actions)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.parameters import whole
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations import administering
from workflow.operations.organization.organizers import territories
from workflow.operations.reading import administration as reading
from workflow.operations.reading.administration import MOVE, RESUME, SUSPEND, TERMINATE, TITLES, Administered, Place
from workflow.operations.relocating import relocate

blueprint = Blueprint("administration", __name__, url_prefix="/administration")
UNPROCESSABLE = 422
DONE: Mapping[str, Callable[..., object]] = {
    SUSPEND: administering.suspend, RESUME: administering.resume, TERMINATE: administering.terminate,
}  # fmt: skip


@blueprint.get("")
@signed_in
def overview() -> ResponseReturnValue:
    """What stands still below, and which running cases keep an old version."""
    return render_template(
        "administration/overview.html", page=reading.overview(session(), installation(), myself()),
        tells_outside=bool(territories(session(), installation(), myself())),
    )  # fmt: skip


@blueprint.get("/cases/<number>")
@signed_in
def case(number: str) -> ResponseReturnValue:
    """What may be done to a case."""
    return _form(_administered(number))


@blueprint.post("/cases/<number>/check")
@signed_in
def check(number: str) -> ResponseReturnValue:
    """What confirming will mean; or the form again with its faults."""
    about = _administered(number)
    if "edit" in request.form:
        return _form(about)
    if faults := _faults(about):
        return _form(about, faults), UNPROCESSABLE
    verb = request.form["verb"]
    place = _place(about) if verb == MOVE else None
    meant = reading.consequences(session(), installation(), about, verb) if place is None else []
    return render_template(
        "administration/check.html", about=about, verb=verb, title=TITLES[verb], place=place, consequences=meant,
        reason=request.form["reason"].strip(), children=about.loaded.stage.children,
    )  # fmt: skip


@blueprint.post("/cases/<number>")
@signed_in
def intervene(number: str) -> ResponseReturnValue:
    """Do it, and go to the case."""
    about = _administered(number)
    if faults := _faults(about):
        return _form(about, faults), UNPROCESSABLE
    verb, reason = request.form["verb"], request.form["reason"].strip()
    case_id, version = about.loaded.row.id, whole(request.form, "version")
    try:
        with attempt():
            if verb == MOVE:
                state = request.form["state"]
                relocate(session(), installation(), myself(), case_id, state, reason, version=version)
            else:
                DONE[verb](session(), installation(), myself(), case_id, reason, version=version)
    except InvalidInput as invalid:
        return _form(about, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    return redirect(url_for("cases.show", number=number), 303)


def _administered(number: str) -> Administered:
    return reading.administered(session(), installation(), myself(), number)


def _place(about: Administered) -> Place | None:
    chosen = request.form.get("state", "")
    return next((each for each in about.places if each.destination.state == chosen), None)


def _faults(about: Administered) -> list[FieldFault]:
    found = []
    verb = request.form.get("verb", "")
    if verb not in about.verbs:
        found.append(FieldFault("verb", "办理方式", "请选择一种办理方式；事项的情况可能已有变化"))
    if verb == MOVE and _place(about) is None:
        found.append(FieldFault("state", "转入环节", "请选择转入哪个环节"))
    if not request.form.get("reason", "").strip():
        found.append(FieldFault("reason", "理由", "请写明理由"))
    return found


def _form(about: Administered, errors: Sequence[FieldFault] = ()) -> str:
    messages = {each.path: each.message for each in errors}
    return render_template(
        "administration/case.html", about=about, errors=errors, messages=messages, given=request.form
    )
