"""The organisation: the tree around the visitor, and the page of a body."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from web.organizations.place import blueprint
from web.parameters import ID
from web.policy import signed_in
from web.transaction import installation, session
from web.visitor import myself
from workflow.operations.organization.organizers import territories
from workflow.operations.reading import bodies as reading
from workflow.operations.reading.forest import forest

DEPTH = 3  #: levels unfolded below the top of each line


@blueprint.get("")
@signed_in
def tree() -> ResponseReturnValue:
    """The bodies that the visitor belongs to, with what they lead."""
    mine = reading.my_bodies(session(), installation(), myself())
    tops = [
        each for each in mine if not any(each.id != other.id and each.path.startswith(other.path) for other in mine)
    ]
    nodes = forest(session(), installation(), tops, DEPTH)
    imports = bool(territories(session(), installation(), myself()))
    return render_template("organizations/tree.html", nodes=nodes, imports=imports)


@blueprint.get(f"/<{ID}:body_id>")
@signed_in
def show(body_id: int) -> ResponseReturnValue:
    """A body: posts, who leads it, who guides it, what it leads. Names of office holders are no secret inside."""
    page = reading.body_page(session(), installation(), myself(), body_id)
    return render_template("organizations/show.html", page=page)
