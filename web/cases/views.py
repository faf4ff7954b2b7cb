"""A case: read it, fill in an act's form, check it, confirm it, see what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import questions
from web.parameters import ID, whole
from web.policy import signed_in
from web.security import file_policy
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.definition.diagram import svg
from workflow.definition.field import Field
from workflow.definition.model import Transition
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.acting import act
from workflow.operations.acting import find as find_act
from workflow.operations.filling import asked_fields, prefilled, read_form
from workflow.operations.loading import Loaded
from workflow.operations.reading import case as reading
from workflow.operations.reading.loaded import find
from workflow.operations.reading.preview import check_option, preview
from workflow.operations.reading.specimens import shows
from workflow.operations.reading.words import read_form_values
from workflow.operations.remarks import advise, supervise

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
UNPROCESSABLE = 422


@blueprint.get("/<number>")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """The page of a case."""
    return page_of(number)


def page_of(number: str, text: str = "", faults: Sequence[FieldFault] = ()) -> str:
    """The page of a case, with what was wrong about something sent from it."""
    page = reading.case_page(session(), installation(), myself(), number)
    return render_template("cases/show.html", page=page, text=text, errors=faults)


@blueprint.get("/<number>/act/<trigger>")
@signed_in
def prepare(number: str, trigger: str) -> ResponseReturnValue:
    """The form of an act, or its confirmation when there is nothing to fill in."""
    loaded, transition = meant(number, trigger)
    check_option(loaded, myself(), transition)
    fields = asked_fields(loaded.snapshot, transition, myself())
    if not fields:
        return _confirmation(loaded, transition, fields, {}, {}, loaded.row.version)
    return _form(loaded, transition, fields, prefilled(loaded.snapshot), loaded.row.version)


@blueprint.post("/<number>/check/<trigger>")
@signed_in
def check(number: str, trigger: str) -> ResponseReturnValue:
    """Everything that was filled in, in reading form, with what will follow; or the form again with its faults."""
    loaded, transition = meant(number, trigger, version_seen())
    fields = asked_fields(loaded.snapshot, transition, myself())
    version = version_seen() or loaded.row.version
    changed = questions.change_rows(fields, request.form)
    if changed is not None:
        return _form(loaded, transition, fields, changed, version)
    raw = questions.read(fields, request.form)
    if "edit" in request.form:
        return _form(loaded, transition, fields, raw, version)
    try:
        values = read_form(session(), loaded.snapshot, fields, raw)
    except InvalidInput as invalid:
        return _form(loaded, transition, fields, raw, version, invalid), UNPROCESSABLE
    return _confirmation(loaded, transition, fields, values, raw, version)


@blueprint.post("/<number>/act/<trigger>")
@signed_in
def decide(number: str, trigger: str) -> ResponseReturnValue:
    """Do it. A form that does not hold comes back filled in; nothing of the attempt is kept."""
    loaded, transition = meant(number, trigger, version_seen())
    fields = asked_fields(loaded.snapshot, transition, myself())
    raw = questions.read(fields, request.form)
    try:
        with attempt():
            act(session(), installation(), myself(), loaded.row.id, trigger, raw, version=version_seen())
    except InvalidInput as invalid:
        return _form(loaded, transition, fields, raw, version_seen() or loaded.row.version, invalid), UNPROCESSABLE
    return redirect(url_for("cases.done", number=number, sequence=loaded.row.version), 303)


@blueprint.get(f"/<number>/done/<{ID}:sequence>")
@signed_in
def done(number: str, sequence: int) -> ResponseReturnValue:
    """The receipt of an act: it can be opened again at any time."""
    page = reading.case_page(session(), installation(), myself(), number)
    happened = next((each for each in page.timeline if each.sequence <= sequence and each.post), page.timeline[-1])
    return render_template("cases/done.html", page=page, happened=happened)


@blueprint.get("/<number>/diagram.svg")
@signed_in
def diagram(number: str) -> Response:
    """The machine of the stage with the path taken."""
    loaded = find(session(), installation(), myself(), number)
    path = [each.transition for each in loaded.snapshot.history]
    picture = svg(loaded.stage, path, loaded.row.state)
    response = Response(picture, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = file_policy()
    return response


@blueprint.post("/<number>/remarks")
@signed_in
def remark(number: str) -> ResponseReturnValue:
    """Feedback of a reader, or the advice of a guiding body: said without moving the case."""
    loaded = find(session(), installation(), myself(), number)
    text = request.form.get("text", "")
    formal = "formal" in request.form
    say = partial(advise, formal=formal) if request.form.get("kind") == "advice" else supervise
    try:
        with attempt():
            say(session(), installation(), myself(), loaded.row.id, text)
    except InvalidInput as invalid:
        return page_of(number, text, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    return redirect(url_for("cases.show", number=number, _anchor="remarks"), 303)


def meant(number: str, trigger: str, version: int | None = None) -> tuple[Loaded, Transition]:
    """The act that is meant; Conflict when somebody was faster, Refused when the state does not have it."""
    loaded = find(session(), installation(), myself(), number)
    return loaded, find_act(session(), loaded, trigger, version)


def in_pane() -> bool:
    """Whether a script asks for the form alone, to show it beside the content."""
    return "HX-Request" in request.headers


def version_seen() -> int | None:
    """The journal length of the page from which the form was sent."""
    return whole(request.form, "version")


def _form(
    loaded: Loaded, transition: Transition, fields: Sequence[Field], values: Mapping[str, Any], version: int,
    invalid: InvalidInput | None = None,
) -> str:  # fmt: skip
    faults: Sequence[FieldFault] = invalid.facts["errors"] if invalid else ()  # type: ignore[assignment]
    choices = reading.form_choices(session(), loaded)
    asked = questions.ask(fields, choices, values, faults)
    content = reading.content(session(), loaded)
    return render_template(
        "cases/act.html", case=loaded.row, stage=loaded.stage, transition=transition, questions=asked, version=version,
        errors=faults, content=content, in_pane=in_pane(), previewed=shows(installation(), loaded, transition, fields),
    )  # fmt: skip


def _confirmation(
    loaded: Loaded, transition: Transition, fields: Sequence[Field], values: Mapping[str, Any], raw: Mapping[str, Any],
    version: int,
) -> str:  # fmt: skip
    """Raises NotAllowed or Refused when the act would not be possible with these values."""
    outlook = preview(session(), installation(), loaded, myself(), transition, values)
    choices = reading.form_choices(session(), loaded)
    return render_template(
        "cases/check.html", case=loaded.row, stage=loaded.stage, transition=transition, version=version,
        entered=read_form_values(session(), choices, fields, values), content=reading.content(session(), loaded),
        outlook=outlook, hidden=questions.flat(fields, raw), in_pane=in_pane(),
    )  # fmt: skip
