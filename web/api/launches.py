"""Launches: a stage opened for everything below a body, worked off in the background."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

from flask import url_for
from pydantic import BaseModel, Field, JsonValue

from web.api.repeating import answered
from web.api.shapes import Code, Id, Repeatable, Sent
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.many.launching import Wanted, prospects_of, start_launch, stop_launch
from workflow.operations.reading.launches import LaunchPage, launch_page

TAG = "统一发起"


class NewLaunch(Sent):
    """A stage for every body, or every member, on or below one."""

    stage: Code
    organization: Id = Field(description="从这个组织起，按党组织隶属关系向下")
    subject: Literal["organization", "member"] = "organization"
    kinds: list[Code] = Field(min_length=1, max_length=20, description="组织类型，如 branch")
    values: dict[str, JsonValue] = Field(default_factory=dict, description="统一填写的各项，见发起表")
    repeats: bool = Field(False, description="已经办结过的也再发起")


class ReasonCount(BaseModel):
    """Why nothing was opened, and how often."""

    reason: str
    count: int


class LaunchState(BaseModel):
    """How far a launch has come."""

    id: int
    stage: str
    made_at: datetime
    finished_at: datetime | None
    stopped: bool
    total: int = Field(description="提交时的对象数")
    opened: int
    kept: int = Field(description="已有事项，不重复发起")
    refused: int
    reasons: list[ReasonCount]


@blueprint.post(f"/campaigns/<{ID}:campaign>/launches")
@bearer
@documented("统一发起：为所属各组织或者党员各开一件", LaunchState, tag=TAG, status=HTTPStatus.CREATED)
def open_launch(campaign: int, json: NewLaunch, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Put a launch into the queue; ask for its progress later."""

    def begun() -> LaunchState:
        about = prospects_of(session(), installation(), myself(), campaign, json.stage, json.organization)
        wanted = Wanted(json.subject, json.kinds, json.values, json.repeats)
        return _state(start_launch(session(), installation(), myself(), about, wanted).id)

    body, status, more = answered(begun, HTTPStatus.CREATED)
    return body, status, {**more, "Location": url_for("api.launch", launch_id=body["id"])}


@blueprint.get(f"/launches/<{ID}:launch_id>")
@bearer
@documented("读取统一发起的进度", LaunchState, tag=TAG)
def launch(launch_id: int) -> LaunchState:
    """A launch of the caller."""
    return _state(launch_id)


@blueprint.post(f"/launches/<{ID}:launch_id>/stop")
@bearer
@documented("停止统一发起，已发起的不变", LaunchState, tag=TAG)
def stop(launch_id: int, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Open no more."""

    def stopped() -> LaunchState:
        stop_launch(session(), myself(), launch_id)
        return _state(launch_id)

    return answered(stopped)


def _state(launch_id: int) -> LaunchState:
    page: LaunchPage = launch_page(session(), installation(), myself(), launch_id)
    return LaunchState(
        id=page.id, stage=page.stage, made_at=page.made_at, finished_at=page.finished_at, stopped=page.is_stopped,
        total=page.total, opened=page.opened, kept=page.kept, refused=page.refused,
        reasons=[ReasonCount(reason=each.text, count=each.count) for each in page.reasons],
    )  # fmt: skip
