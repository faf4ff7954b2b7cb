"""Batches: one act on many cases, worked off in the background, with a result for each."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from flask import url_for
from pydantic import BaseModel, Field

from web.api.repeating import answered
from web.api.shapes import LARGEST_ID, Code, Repeatable, Sent, Text
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.many.batching import MOST, Chosen, start_batch
from workflow.operations.reading.batches import BatchPage, batch_page

TAG = "批量办理"


class ChosenCase(Sent):
    """A case as the caller has read it."""

    number: Code
    version: Annotated[int, Field(ge=0, le=LARGEST_ID)] = Field(description="读取事项时的 version")


class NewBatch(Sent):
    """One act on many cases."""

    trigger: Code
    cases: list[ChosenCase] = Field(min_length=1, max_length=MOST)
    reason: Text = Field("", description="须写理由的操作必填，各件共用")


class ItemResult(BaseModel):
    """What became of one case."""

    number: str
    title: str
    outcome: str = Field(description="done 已办，refused 未办成，空为等待")
    message: str


class BatchState(BaseModel):
    """How far a batch has come."""

    id: int
    kind: str = Field(description="act 办理，migration 更换流程版本")
    title: str
    made_at: datetime
    finished_at: datetime | None
    done: int
    refused: int
    waiting: int
    results: list[ItemResult]


@blueprint.post("/batches")
@bearer
@documented("批量办理：逐件各自办理，一件不成不影响其余", BatchState, tag=TAG, status=HTTPStatus.CREATED)
def open_batch(json: NewBatch, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Put a batch into the queue; ask for its results later."""

    def begun() -> BatchState:
        chosen = [Chosen(each.number, each.version) for each in json.cases]
        batch = start_batch(session(), installation(), myself(), chosen, json.trigger, json.reason)
        return state_of(batch_page(session(), myself(), batch.id))

    body, status, more = answered(begun, HTTPStatus.CREATED)
    return body, status, {**more, "Location": url_for("api.batch", batch_id=body["id"])}


@blueprint.get(f"/batches/<{ID}:batch_id>")
@bearer
@documented("读取批量办理的进度和逐件结果", BatchState, tag=TAG)
def batch(batch_id: int) -> BatchState:
    """A batch of the caller."""
    return state_of(batch_page(session(), myself(), batch_id))


def state_of(page: BatchPage) -> BatchState:
    """The answer about a batch."""
    return BatchState(
        id=page.id, kind=page.kind, title=page.title, made_at=page.made_at, finished_at=page.finished_at,
        done=page.done, refused=page.refused, waiting=page.waiting,
        results=[ItemResult(**vars(each)) for each in page.results],
    )  # fmt: skip
