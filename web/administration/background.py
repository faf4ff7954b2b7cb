"""The work in the background 后台任务: what failed, tried again or given up, and who is at work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.administration.views import UNPROCESSABLE, blueprint
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.reading import background as reading


@blueprint.get("/background")
@signed_in
def background() -> ResponseReturnValue:
    """What failed, and the workers."""
    return _page()


@blueprint.post("/background/retry")
@signed_in
def try_again() -> ResponseReturnValue:
    """Put one or all into the queue again."""
    count = reading.retry(session(), installation(), myself(), request.form.getlist("key"))
    flash(f"{count}项已重新交给后台办理，请稍后刷新查看。")
    return redirect(url_for("administration.background"), 303)


@blueprint.post("/background/discard")
@signed_in
def give_up() -> ResponseReturnValue:
    """Never try it again; or the page with what is missing."""
    key, reason = request.form.get("key", ""), request.form.get("reason", "")
    try:
        with attempt():
            gone = reading.discard(session(), installation(), myself(), key, reason)
    except InvalidInput as invalid:
        return _page(invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    flash(f"已放弃：{gone.kind}“{gone.title}”。")
    return redirect(url_for("administration.background"), 303)


def _page(errors: Sequence[FieldFault] = ()) -> str:
    found = reading.failures_below(session(), installation(), myself())
    wrong = next((number for number, each in enumerate(found) if each.key == request.form.get("key")), None)
    placed = [replace(each, path=f"{each.path}-{wrong}") for each in errors]
    return render_template(
        "administration/background.html", failures=found, errors=placed, wrong=wrong,
        workers=reading.workers_for(session(), installation(), myself()), given=request.form.get("reason", ""),
    )  # fmt: skip
