"""The inbox and its two neighbours: what I opened, what I dealt with."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.parameters import whole
from web.policy import signed_in
from web.transaction import installation, session
from web.visitor import myself
from workflow.operations.reading import followed
from workflow.operations.reading import inbox as reading
from workflow.operations.reading.registers.mine import waiting_papers

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/")
@signed_in
def tasks() -> ResponseReturnValue:
    """What I must do, the most pressing first."""
    page = whole(request.args, "page") or 1
    found = reading.inbox(session(), installation(), myself(), page)
    waiting = waiting_papers(session(), installation(), myself())
    return render_template("inbox/tasks.html", inbox=found, waiting=waiting)


@blueprint.get("/opened")
@signed_in
def opened() -> ResponseReturnValue:
    """The cases that I opened: who has them now."""
    before = whole(request.args, "before")
    listing = followed.opened(session(), installation(), myself(), before)
    return render_template("inbox/cases.html", listing=listing, title="我发起的", empty="还没有由您发起的事项。")


@blueprint.get("/handled")
@signed_in
def handled() -> ResponseReturnValue:
    """The cases on which I acted: what has become of them."""
    before = whole(request.args, "before")
    listing = followed.handled(session(), installation(), myself(), before)
    return render_template("inbox/cases.html", listing=listing, title="我办过的", empty="您还没有办理过事项。")
