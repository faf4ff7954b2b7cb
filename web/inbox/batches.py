"""Decide many cases at once: choose them, choose the act they have in common, confirm, watch the progress."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.chosen import CHOSEN, chosen
from web.inbox.views import blueprint
from web.parameters import ID
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.many.batching import MOST, Offer, offers, start_batch
from workflow.operations.reading.batches import batch_page, recent_batches
from workflow.operations.reading.inbox import Turn, turns_to_choose_from

UNPROCESSABLE = 422


@blueprint.get("/batches/new")
@signed_in
def choose() -> ResponseReturnValue:
    """My tasks with a box before each; `all` ticks those of one group."""
    return _choosing(request.args.get("all", ""))


@blueprint.post("/batches/acts")
@signed_in
def choose_act() -> ResponseReturnValue:
    """What can be done with all of the chosen cases; or the choice again when nothing was chosen."""
    trigger, reason = request.form.get("trigger", ""), request.form.get("reason", "")
    try:
        return _acts(trigger, reason)
    except InvalidInput as invalid:
        return _again(invalid, trigger, reason)


@blueprint.post("/batches/check")
@signed_in
def check_batch() -> ResponseReturnValue:
    """What confirming will mean: how many cases go where."""
    trigger, reason = request.form.get("trigger", ""), request.form.get("reason", "").strip()
    try:
        found = _offers()
    except InvalidInput as invalid:
        return _again(invalid, trigger, reason)
    offer = next((each for each in found if each.trigger == trigger), None)
    if offer is None:
        return _acts(trigger, reason, [FieldFault("trigger", "办理方式", "请选择一种办理方式")]), UNPROCESSABLE
    if offer.needs_reason and not reason:
        return _acts(trigger, reason, [FieldFault("reason", "理由", "请写明理由，对方将看到")]), UNPROCESSABLE
    titles = {turn.number: turn.title for turn in _turns()}
    named = [(each.number, titles.get(each.number, "")) for each in chosen()]
    return render_template("inbox/batch_check.html", offer=offer, named=named, reason=reason, hidden=_hidden())


@blueprint.post("/batches")
@signed_in
def start() -> ResponseReturnValue:
    """Put the batch into the queue; what it does is seen on its own page."""
    trigger, reason = request.form.get("trigger", ""), request.form.get("reason", "").strip()
    try:
        with attempt():
            batch = start_batch(session(), installation(), myself(), chosen(), trigger, reason)
    except InvalidInput as invalid:
        return _again(invalid, trigger, reason)
    return redirect(url_for("inbox.batch", batch_id=batch.id), 303)


@blueprint.get(f"/batches/<{ID}:batch_id>")
@signed_in
def batch(batch_id: int) -> ResponseReturnValue:
    """How far it has come; asked again each second by a script, by a link without."""
    page = batch_page(session(), myself(), batch_id)
    return render_template("inbox/batch.html", page=page, in_pane="HX-Request" in request.headers)


def _choosing(ticked: str, errors: Sequence[FieldFault] = ()) -> str:
    turns = _turns()
    groups: dict[str, list[Turn]] = {}
    for each in turns:
        groups.setdefault(f"{each.stage}：{each.state}", []).append(each)
    before = {each.number for each in chosen()}
    return render_template(
        "inbox/choose.html", groups=groups, ticked=ticked, before=before, errors=errors, most=MOST,
        recent=recent_batches(session(), myself()), light=[each.number for each in turns if each.is_light],
    )  # fmt: skip


def _acts(trigger: str, reason: str, errors: Sequence[FieldFault] = ()) -> str:
    return render_template(
        "inbox/batch_acts.html", offers=_offers(), count=len(chosen()), trigger=trigger, reason=reason,
        errors=errors, hidden=_hidden(),
    )  # fmt: skip


def _again(invalid: InvalidInput, trigger: str, reason: str) -> tuple[str, int]:
    """The step at which something is wrong, with what was entered: the choice of cases, or that of the act."""
    errors: Sequence[FieldFault] = invalid.facts["errors"]  # type: ignore[assignment]
    wrong_choice = any(each.path == CHOSEN for each in errors)
    return _choosing("", errors) if wrong_choice else _acts(trigger, reason, errors), UNPROCESSABLE


def _turns() -> list[Turn]:
    found = {each.number: each for each in turns_to_choose_from(session(), installation(), myself(), MOST)}
    return list(found.values())


def _offers() -> tuple[Offer, ...]:
    return offers(session(), installation(), myself(), chosen())


def _hidden() -> list[tuple[str, str]]:
    return [(CHOSEN, f"{each.number}:{each.version}") for each in chosen()]
