"""Running cases of an older version: what would become of each, and carrying them over in the background."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from flask import url_for
from pydantic import BaseModel, Field, RootModel, StringConstraints

from web.api.batches import BatchState, ChosenCase, state_of
from web.api.repeating import answered
from web.api.shapes import Code, Repeatable, Sent, Text
from web.api.specification import documented
from web.api.surroundings import bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.many.batching import MOST, Chosen
from workflow.operations.many.migrating_many import Migration, start_migration
from workflow.operations.reading.administration import dry_run
from workflow.operations.reading.batches import batch_page

TAG = "管理"
STATES = r"^([0-9A-Za-z_-]+:[0-9A-Za-z_-]+(,[0-9A-Za-z_-]+:[0-9A-Za-z_-]+)*)?$"


class MigrationQuery(Sent):
    """How the states of the old version are called in the present one."""

    states: Annotated[str, StringConstraints(max_length=2000, pattern=STATES)] = Field(
        "", description="旧状态:新状态，用逗号隔开；新版中同名的不必写"
    )

    @property
    def mapping(self) -> dict[str, str]:
        """Old state → new state."""
        pairs = (each.partition(":") for each in self.states.split(",") if each)
        return {old: new for old, _, new in pairs}


class NewMigration(Sent):
    """Which cases go over to the present definition."""

    cases: list[ChosenCase] = Field(min_length=1, max_length=MOST)
    reason: Text = Field(description="各件共用，记入办理过程")
    states: dict[Code, Code] = Field(default_factory=dict, description="旧状态 → 新状态；新版中同名的不必写")


class ProspectLine(BaseModel):
    """What a migration would do to a case."""

    number: str
    title: str
    state: str
    new_state: str
    problem: str = Field(description="保留原版本的原因；空为可以更换")
    code: str = Field(description="现状态的代码")
    version: int = Field(description="更换时在 cases 中原样填写")


class ProspectLines(RootModel[list[ProspectLine]]):
    """The dry run."""


@blueprint.get("/stages/<stage>/migration")
@bearer
@documented("试算：在办事项转到现行版本后会怎样", ProspectLines, tag=TAG)
def migration(stage: str, query: MigrationQuery) -> ProspectLines:
    """The dry run of a migration."""
    found = dry_run(session(), installation(), myself(), stage, query.mapping)
    return ProspectLines([ProspectLine(**vars(each)) for each in found.shown])


@blueprint.post("/stages/<stage>/migration")
@bearer
@documented("把在办事项转到现行版本：逐件各自办理，一件不成不影响其余", BatchState, tag=TAG, status=HTTPStatus.CREATED)
def open_migration(stage: str, json: NewMigration, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Put the migration into the queue; its results are those of a batch."""

    def begun() -> BatchState:
        chosen = [Chosen(each.number, each.version) for each in json.cases]
        wanted = Migration(stage, json.states, chosen, json.reason)
        batch = start_migration(session(), installation(), myself(), wanted)
        return state_of(batch_page(session(), myself(), batch.id))

    body, status, more = answered(begun, HTTPStatus.CREATED)
    return body, status, {**more, "Location": url_for("api.batch", batch_id=body["id"])}
