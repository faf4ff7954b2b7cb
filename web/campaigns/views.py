"""A campaign: the task list of a body, the bodies below, figures, and the forms that open a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import previews, questions
from web.charts import conclusion, stage_chart
from web.parameters import ID, whole
from web.policy import asking, signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow import clock
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.birth import Subject
from workflow.operations.filling import opening_fields
from workflow.operations.opening import open_case
from workflow.operations.reading import campaign as reading
from workflow.operations.reading.grid import figures_of
from workflow.operations.reading.openable import Prospect, prospect_of
from workflow.operations.reading.specimens import Specimens, of_opening, shows_opening

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")
UNPROCESSABLE = 422


@blueprint.get("")
@signed_in
def present() -> ResponseReturnValue:
    """The campaigns; when there is only one, its page."""
    found = reading.campaigns(session())
    if len(found) == 1:
        return redirect(url_for("campaigns.show", campaign_id=found[0].id))
    return render_template("campaigns/list.html", campaigns=found)


@blueprint.get(f"/<{ID}:campaign_id>")
@signed_in
def show(campaign_id: int) -> ResponseReturnValue:
    """The stages as a task list for a body, and the bodies that it leads against the stages."""
    body = whole(request.args, "body")
    page = reading.campaign_page(session(), installation(), myself(), campaign_id, body)
    return render_template("campaigns/show.html", page=page)


@blueprint.get(f"/<{ID}:campaign_id>/figures")
@signed_in
def figures(campaign_id: int) -> ResponseReturnValue:
    """Progress of each stage over a body with everything below it, as a chart and as a table."""
    wanted = whole(request.args, "body")
    campaign, body, _ = reading.followed(session(), installation(), myself(), campaign_id, wanted)
    bars = figures_of(session(), installation(), campaign_id, body)
    return render_template(
        "campaigns/figures.html", campaign=campaign, body=body, bars=bars, chart=stage_chart(bars),
        conclusion=conclusion(bars), now=clock.now(),
    )  # fmt: skip


@blueprint.get(f"/<{ID}:campaign_id>/open/<stage>")
@signed_in
def prepare(campaign_id: int, stage: str) -> ResponseReturnValue:
    """The form that opens a case of a stage."""
    about = _prospect(campaign_id, stage)
    return _form(about, about.known, ())


@blueprint.post(f"/<{ID}:campaign_id>/open/<stage>")
@signed_in
def open_stage(campaign_id: int, stage: str) -> ResponseReturnValue:
    """Open the case as a draft that can still be changed; or the form again with its faults."""
    about = _prospect(campaign_id, stage)
    fields = opening_fields(about.snapshot)
    changed = questions.change_rows(fields, request.form)
    if changed is not None:
        return _form(about, changed, ())
    raw = questions.read(fields, request.form)
    try:
        with attempt():
            opened = open_case(
                session(), installation(), myself(), campaign_id=campaign_id, stage=stage, subject=about.subject,
                values=raw,
            )  # fmt: skip
    except InvalidInput as invalid:
        return _form(about, raw, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    return redirect(url_for("cases.show", number=opened.number), 303)


@blueprint.post(f"/<{ID}:campaign_id>/open/<stage>/preview")
@asking
def preview_opening(campaign_id: int, stage: str) -> ResponseReturnValue:
    """The papers that a case will lead to, with what is typed so far, for whoever may open it."""
    return previews.answer(lambda: _specimens(campaign_id, stage))


def _specimens(campaign_id: int, stage: str) -> Specimens:
    about = _prospect(campaign_id, stage)
    raw = questions.read(opening_fields(about.snapshot), request.form)
    return of_opening(session(), installation(), myself(), about, raw)


def _prospect(campaign_id: int, stage: str) -> Prospect:
    source = request.form if request.method == "POST" else request.args
    _, body, _ = reading.followed(session(), installation(), myself(), campaign_id, whole(source, "body"))
    subject = Subject(body.id, whole(source, "person"))
    return prospect_of(session(), installation(), myself(), campaign_id, stage, subject)


def _form(about: Prospect, values: Mapping[str, Any], faults: Sequence[FieldFault]) -> str:
    asked = questions.ask(opening_fields(about.snapshot), about.choices, values, faults)
    previewed = shows_opening(installation(), about.snapshot)
    return render_template("campaigns/open.html", about=about, questions=asked, errors=faults, previewed=previewed)
