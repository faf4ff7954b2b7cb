"""Imports: a file of bodies, people and posts, worked off in the background."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import url_for
from pydantic import BaseModel, Field

from web.api.repeating import answered
from web.api.shapes import NewAttachment, Repeatable
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.attaching import File
from workflow.operations.importing.handing_in import hand_in, own_import

TAG = "导入"


class ImportState(BaseModel):
    """How far an import has come."""

    id: int
    name: str
    made_at: datetime
    finished_at: datetime | None
    outcome: str | None = Field(description="done 已导入，refused 未导入，空为办理中")
    checked: int
    total: int
    counts: dict[str, int] = Field(description="各表导入的行数")
    faults: list[str]
    fault_count: int


@blueprint.post("/imports")
@bearer
@documented("导入组织、关系、人员、任职和账号：全部导入或者全部不导入", ImportState, tag=TAG, status=HTTPStatus.CREATED)
def start_import(json: NewAttachment, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Put a file into the queue; ask for the outcome later."""

    def begun() -> ImportState:
        return _state(hand_in(session(), installation(), myself(), File(json.name, json.content)).id)

    body, status, more = answered(begun, HTTPStatus.CREATED)
    return body, status, {**more, "Location": url_for("api.imported", import_id=body["id"])}


@blueprint.get(f"/imports/<{ID}:import_id>")
@bearer
@documented("读取导入的进度和结果", ImportState, tag=TAG)
def imported(import_id: int) -> ImportState:
    """An import of the caller."""
    return _state(import_id)


def _state(import_id: int) -> ImportState:
    found = own_import(session(), myself(), import_id)
    return ImportState(
        id=found.id, name=found.name, made_at=found.made_at, finished_at=found.finished_at, outcome=found.outcome,
        checked=found.checked, total=found.total, counts=found.counts, faults=found.faults,
        fault_count=found.fault_count,
    )  # fmt: skip
