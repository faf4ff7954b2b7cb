"""Open a stage for everything below a body: choose for whom, fill in what is common, confirm, watch the progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import questions
from web.campaigns.views import UNPROCESSABLE, blueprint
from web.parameters import ID, whole
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.many.launching import Prospects, Wanted, prospects_of, start_launch, stop_launch
from workflow.operations.reading.campaign import followed
from workflow.operations.reading.launches import launch_page, recent_launches

ONE_TIME = ("csrf_token", "once")  #: what each form has of its own
AT = f"/<{ID}:campaign_id>/launch/<stage>"


@blueprint.get(AT)
@signed_in
def prepare_launch(campaign_id: int, stage: str) -> ResponseReturnValue:
    """The form: for whom, and what is the same for all of them."""
    return _form(_prospects(campaign_id, stage), {})


@blueprint.post(f"{AT}/check")
@signed_in
def check_launch(campaign_id: int, stage: str) -> ResponseReturnValue:
    """What confirming will mean: how many cases, for whom. Nothing is opened."""
    about = _prospects(campaign_id, stage)
    changed = questions.change_rows(about.fields, request.form)
    if changed is not None:
        return _form(about, changed)
    wanted = _wanted(about)
    try:
        about.read(wanted.values)
        number = about.number_of(wanted.subject, wanted.kinds)
    except InvalidInput as invalid:
        return _form(about, wanted.values, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    given = [(name, value) for name, value in request.form.items(multi=True) if name not in ONE_TIME]
    return render_template("campaigns/launch_check.html", about=about, wanted=wanted, number=number, given=given,
                           kinds=_kinds(wanted.kinds))  # fmt: skip


@blueprint.post(AT)
@signed_in
def launch(campaign_id: int, stage: str) -> ResponseReturnValue:
    """Put it into the queue; what it does is seen on its own page."""
    about = _prospects(campaign_id, stage)
    wanted = _wanted(about)
    try:
        with attempt():
            begun = start_launch(session(), installation(), myself(), about, wanted)
    except InvalidInput as invalid:
        return _form(about, wanted.values, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    return redirect(url_for("campaigns.launched", launch_id=begun.id), 303)


@blueprint.get(f"/launches/<{ID}:launch_id>")
@signed_in
def launched(launch_id: int) -> ResponseReturnValue:
    """How far it has come; asked again every other second by a script, by a link without."""
    page = launch_page(session(), installation(), myself(), launch_id)
    return render_template("campaigns/launched.html", page=page, in_pane="HX-Request" in request.headers)


@blueprint.post(f"/launches/<{ID}:launch_id>/stop")
@signed_in
def stop(launch_id: int) -> ResponseReturnValue:
    """Open no more."""
    stop_launch(session(), myself(), launch_id)
    return redirect(url_for("campaigns.launched", launch_id=launch_id), 303)


def _prospects(campaign_id: int, stage: str) -> Prospects:
    source = request.form if request.method == "POST" else request.args
    _, body, _ = followed(session(), installation(), myself(), campaign_id, whole(source, "body"))
    return prospects_of(session(), installation(), myself(), campaign_id, stage, body.id)


def _wanted(about: Prospects) -> Wanted:
    subject = request.form.get("subject") or next(iter(about.counts))
    return Wanted(subject, request.form.getlist(f"kinds_{subject}"), questions.read(about.fields, request.form),
                  repeats="repeats" in request.form)  # fmt: skip


def _kinds(codes: Sequence[str]) -> list[str]:
    known = installation().definitions.organization.kinds
    return [known[each].title for each in codes]


def _form(about: Prospects, values: Mapping[str, Any], faults: Sequence[FieldFault] = ()) -> str:
    asked = questions.ask(about.fields, about.choices, values, faults)
    subject = request.form.get("subject") or next(iter(about.counts))
    return render_template(
        "campaigns/launch.html", about=about, questions=asked, errors=faults, subject=subject,
        ticked=set(request.form.getlist(f"kinds_{subject}")), repeats="repeats" in request.form,
        titles={code: kind.title for code, kind in installation().definitions.organization.kinds.items()},
        recent=recent_launches(session(), installation(), myself(), about.campaign.id),
    )  # fmt: skip
