"""The page of a person."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from web.organizations.place import blueprint
from web.parameters import ID
from web.policy import signed_in
from web.transaction import installation, session
from web.visitor import myself
from workflow.operations.reading.personnel import person_page


@blueprint.get(f"/people/<{ID}:person_id>")
@signed_in
def person(person_id: int) -> ResponseReturnValue:
    """Posts, substitutes and hand-overs of a person."""
    page = person_page(session(), installation(), myself(), person_id)
    return render_template("organizations/person.html", page=page)
