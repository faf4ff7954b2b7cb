"""What is shown to many: running notices, verification of papers, help."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.policy import public, signed_in
from web.transaction import installation, session
from web.visitor import myself
from workflow.errors import NotFound
from workflow.operations.reading import documents
from workflow.operations.reading.public_notices import public_notices

blueprint = Blueprint("public", __name__)


@blueprint.get("/notices")
@signed_in
def notices() -> ResponseReturnValue:
    """Running public notices with days left, and how to object."""
    running, ended = public_notices(session(), installation(), myself())
    return render_template("public/notices.html", running=running, ended=ended)


@blueprint.get("/v")
@public("任何人都可以核验手中的公文")
def verify() -> ResponseReturnValue:
    """The form that asks for a verification code."""
    code = request.args.get("code", "").strip()
    return redirect(url_for("public.verified", code=code)) if code else render_template("public/verify.html", code="")


@blueprint.get("/v/<code>")
@public("任何人都可以核验手中的公文")
def verified(code: str) -> ResponseReturnValue:
    """What a code proves, without telling anything of the case."""
    try:
        found = documents.verified(session(), code)
    except NotFound as unknown:
        return render_template("public/verify.html", code=code, unknown=unknown.message), 404
    return render_template("public/verify.html", code=code, paper=found)


@blueprint.get("/help")
@public("帮助不含任何数据")
def help_page() -> ResponseReturnValue:
    """One page of help, and where to complain."""
    return render_template("public/help.html")
