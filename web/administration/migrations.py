"""Running cases of an older version: what would become of each, the confirmation, and the start of the migration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.administration.views import UNPROCESSABLE, blueprint
from web.chosen import CHOSEN, chosen
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.operations.many.migrating_many import Migration, start_migration
from workflow.operations.reading import administration as reading

STATE = "state."  #: before the old state in the name of a field that gives the new one


@blueprint.get("/versions/<stage>")
@signed_in
def dry_run(stage: str) -> ResponseReturnValue:
    """What a migration of the stage would do to each running case."""
    return _form(stage, dict(_mapping(request.args)))


@blueprint.post("/versions/<stage>/check")
@signed_in
def check_migration(stage: str) -> ResponseReturnValue:
    """What confirming will mean; or the dry run again with what is wrong."""
    mapping, reason = dict(_mapping(request.form)), request.form.get("reason", "").strip()
    if "edit" in request.form:
        return _form(stage, mapping)
    if not reason:
        return _form(stage, mapping, [FieldFault("reason", "理由", "请写明更换版本的理由")]), UNPROCESSABLE
    found = reading.dry_run(session(), installation(), myself(), stage, mapping)
    seen = {each.number for each in chosen()}
    ready = [each for each in found.ready if each.number in seen]
    if not ready:
        return _form(stage, mapping, [FieldFault("chosen", "事项", "没有可以更换版本的事项")]), UNPROCESSABLE
    counted: dict[tuple[str, str], int] = {}
    for each in ready:
        counted[each.state, each.new_state] = counted.get((each.state, each.new_state), 0) + 1
    return render_template(
        "administration/migration_check.html", stage=stage, title=_title(stage), ready=ready, counted=counted,
        reason=reason, hidden=[*_hidden(mapping), *((CHOSEN, f"{each.number}:{each.version}") for each in ready)],
    )  # fmt: skip


@blueprint.post("/versions/<stage>")
@signed_in
def migrate(stage: str) -> ResponseReturnValue:
    """Put the migration into the queue; what becomes of each case is seen on the page of the batch."""
    mapping, reason = dict(_mapping(request.form)), request.form.get("reason", "").strip()
    try:
        with attempt():
            wanted = Migration(stage, mapping, chosen(), reason)
            batch = start_migration(session(), installation(), myself(), wanted)
    except InvalidInput as invalid:
        return _form(stage, mapping, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    return redirect(url_for("inbox.batch", batch_id=batch.id), 303)


def _form(stage: str, mapping: dict[str, str], errors: Sequence[FieldFault] = ()) -> str:
    found = reading.dry_run(session(), installation(), myself(), stage, mapping)
    return render_template(
        "administration/dry_run.html", found=found, stage=stage, title=_title(stage), mapping=mapping, errors=errors,
        messages={each.path: each.message for each in errors}, reason=request.form.get("reason", ""),
        hidden=[*_hidden(mapping), *((CHOSEN, f"{each.number}:{each.version}") for each in found.ready)], field=STATE,
    )  # fmt: skip


def _mapping(given: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Old state and the one that takes its place, from fields `state.<old>`."""
    for name, value in given.items():
        if name.startswith(STATE) and value:
            yield name.removeprefix(STATE), value


def _hidden(mapping: dict[str, str]) -> list[tuple[str, str]]:
    return [(f"{STATE}{old}", new) for old, new in mapping.items()]


def _title(stage: str) -> str:
    return installation().definitions.stages[stage].title
