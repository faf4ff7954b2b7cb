"""What an act would leave on paper, before it is done."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from web import previews, questions
from web.cases.views import blueprint, meant
from web.policy import asking
from web.transaction import installation, session
from web.visitor import myself
from workflow.operations.filling import asked_fields
from workflow.operations.reading.specimens import Specimens, of_act


@blueprint.post("/<number>/preview/<trigger>")
@asking
def preview_act(number: str, trigger: str) -> ResponseReturnValue:
    """The papers of an act with what is typed so far, for whoever may do it."""
    return previews.answer(lambda: _specimens(number, trigger))


def _specimens(number: str, trigger: str) -> Specimens:
    loaded, transition = meant(number, trigger)
    fields = asked_fields(loaded.snapshot, transition, myself())
    raw = questions.read(fields, request.form)
    return of_act(session(), installation(), myself(), loaded, transition, fields, raw)
