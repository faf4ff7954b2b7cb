"""Bind the papers of a campaign, or the certificates of an award list: choose, watch the progress, fetch the files."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.campaigns.views import UNPROCESSABLE, blueprint
from web.parameters import ID, whole
from web.policy import signed_in
from web.security import file_policy
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.bindings.fetching import Fetched, fetch
from workflow.operations.bindings.ordering import Wanted, order_binding, stop_binding
from workflow.operations.reading.bindings import binding_page, offered, recent_bindings
from workflow.operations.reading.bodies import Named
from workflow.operations.reading.campaign import followed
from workflow.store.cases import Campaign

AT = f"/<{ID}:campaign_id>/files"
ONE = f"/files/<{ID}:binding_id>"


@blueprint.get(AT)
@signed_in
def prepare_files(campaign_id: int) -> ResponseReturnValue:
    """The form: what is bound, of the body alone or of everything below it."""
    return _form(*_meant(campaign_id))


@blueprint.post(AT)
@signed_in
def order_files(campaign_id: int) -> ResponseReturnValue:
    """Put the order into the queue; what it does is seen on its own page."""
    campaign, body = _meant(campaign_id)
    wanted = Wanted(request.form.get("what", ""), request.form.get("below") != "no")
    try:
        with attempt():
            begun = order_binding(session(), installation(), myself(), campaign.id, body.id, wanted)
    except InvalidInput as invalid:
        return _form(campaign, body, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    return redirect(url_for("campaigns.files", binding_id=begun.id), 303)


@blueprint.get(ONE)
@signed_in
def files(binding_id: int) -> ResponseReturnValue:
    """How far it has come, then its files; asked again every other second by a script, by a link without."""
    page = binding_page(session(), myself(), binding_id)
    return render_template("campaigns/files.html", page=page, in_pane="HX-Request" in request.headers)


@blueprint.post(f"{ONE}/stop")
@signed_in
def stop_files(binding_id: int) -> ResponseReturnValue:
    """Bind no more."""
    stop_binding(session(), myself(), binding_id)
    return redirect(url_for("campaigns.files", binding_id=binding_id), 303)


@blueprint.get(f"{ONE}/download")
@signed_in
def download_files(binding_id: int) -> Response:
    """Everything at once; who fetched what is kept."""
    return _sent(fetch(installation().engine, installation(), myself(), binding_id))


@blueprint.get(f"{ONE}/parts/<{ID}:sequence>")
@signed_in
def download_part(binding_id: int, sequence: int) -> Response:
    """One file."""
    return _sent(fetch(installation().engine, installation(), myself(), binding_id, sequence))


def _sent(fetched: Fetched) -> Response:
    engine, packing = installation().engine, fetched.packing
    body = packing.chunks(engine) if packing is not None else fetched.data
    response = Response(body, mimetype=fetched.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(fetched.name)}"
    response.headers["Content-Security-Policy"] = file_policy()
    return response


def _meant(campaign_id: int) -> tuple[Campaign, Named]:
    source = request.form if request.method == "POST" else request.args
    campaign, body, _ = followed(session(), installation(), myself(), campaign_id, whole(source, "body"))
    return campaign, body


def _form(campaign: Campaign, body: Named, faults: Sequence[FieldFault] = ()) -> str:
    choices = offered(session(), installation(), myself(), campaign.id, body.id)
    return render_template(
        "campaigns/order_files.html", campaign=campaign, body=body, choices=choices, errors=faults,
        what=request.form.get("what") or choices[0].what, below=request.form.get("below", "yes"),
        recent=recent_bindings(session(), myself(), campaign.id),
    )  # fmt: skip
