"""What a holder may do besides the acts of the definition: its form with the consequences, and doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import questions
from web.cases.views import UNPROCESSABLE, blueprint, in_pane, version_seen
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.approving.action import Action, Occasion
from workflow.operations.approving.actions import do, find_action, occasion_of
from workflow.operations.reading.loaded import find


@blueprint.get("/<number>/actions/<name>")
@signed_in
def prepare_action(number: str, name: str) -> ResponseReturnValue:
    """The form of an action, with its consequences."""
    action, occasion = _meant(number, name)
    return _form(action, occasion, {}, occasion.loaded.row.version)


@blueprint.post("/<number>/actions/<name>")
@signed_in
def do_action(number: str, name: str) -> ResponseReturnValue:
    """Do it. A form that does not hold comes back filled in."""
    action, occasion = _meant(number, name)
    fields = action.fields(occasion)
    raw = questions.read(fields, request.form)
    try:
        with attempt():
            do(session(), installation(), myself(), occasion.loaded.row.id, name, raw, version=version_seen())
    except InvalidInput as invalid:
        faults: Sequence[FieldFault] = invalid.facts["errors"]  # type: ignore[assignment]
        return _form(action, occasion, raw, version_seen() or occasion.loaded.row.version, faults), UNPROCESSABLE
    return redirect(url_for("cases.done", number=number, sequence=occasion.loaded.row.version), 303)


def _meant(number: str, name: str) -> tuple[Action, Occasion]:
    """Raises NotFound for an unknown action or case, NotAllowed when this person may not do it now."""
    action = find_action(name)
    loaded = find(session(), installation(), myself(), number)
    return action, occasion_of(session(), installation(), loaded, myself(), action)


def _form(
    action: Action, occasion: Occasion, values: Mapping[str, Any], version: int, faults: Sequence[FieldFault] = ()
) -> str:
    asked = questions.ask(action.fields(occasion), action.choices(occasion), values, faults)
    return render_template(
        "cases/action.html", case=occasion.loaded.row, action=action, questions=asked, version=version, errors=faults,
        principal=occasion.actor.principal, in_pane=in_pane(),
    )  # fmt: skip
