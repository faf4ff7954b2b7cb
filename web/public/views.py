"""What is shown to many: running notices, help."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.policy import public, signed_in
from web.transaction import installation, session
from web.visitor import myself
from workflow.operations.reading.public_notices import public_notices

blueprint = Blueprint("public", __name__)


@blueprint.get("/notices")
@signed_in
def notices() -> ResponseReturnValue:
    """Running public notices with days left, and how to object."""
    running, ended = public_notices(session(), installation(), myself())
    return render_template("public/notices.html", running=running, ended=ended)


@blueprint.get("/help")
@public("帮助不含任何数据")
def help_page() -> ResponseReturnValue:
    """One page of help, and where to complain."""
    return render_template("public/help.html")
