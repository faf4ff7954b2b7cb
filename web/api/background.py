"""What failed in the background, for administrators: the list, another try, giving up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, RootModel, StringConstraints

from web.api.repeating import answered
from web.api.shapes import Repeatable, Sent, Text
from web.api.specification import documented
from web.api.surroundings import bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.reading import background as reading

TAG = "管理"
Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class FailedKey(Sent):
    """Which failure."""

    key: Key = Field(description="取自 /failures 的 key")


class GivenUp(FailedKey):
    """Which failure is given up, and why."""

    reason: Text


class FailureLine(BaseModel):
    """Something that could not be done."""

    key: str
    kind: str
    title: str
    number: str | None = Field(description="事项编号，不涉及事项时为空")
    since: datetime | None
    attempts: int
    reason: str
    can_be_discarded: bool


class FailureLines(RootModel[list[FailureLine]]):
    """What could not be done, the oldest first."""


class WorkerLine(BaseModel):
    """A worker."""

    name: str
    machine: str
    version: str
    started_at: datetime
    seen_at: datetime
    is_alive: bool


class WorkerLines(RootModel[list[WorkerLine]]):
    """Who is at work in the background."""


@blueprint.get("/failures")
@bearer
@documented("列出没有办成的后台任务：公文排版、提醒发送、到期处理等", FailureLines, tag=TAG)
def list_failures() -> FailureLines:
    """What failed below the caller's bodies."""
    return _lines()


@blueprint.post("/failures/retry")
@bearer
@documented("重试没有办成的后台任务，返回其余的", FailureLines, tag=TAG)
def retry_failure(json: FailedKey, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Try one again."""

    def done() -> FailureLines:
        reading.retry(session(), installation(), myself(), [json.key])
        return _lines()

    return answered(done)


@blueprint.post("/failures/discard")
@bearer
@documented("放弃没有办成、不再需要的后台任务，返回其余的", FailureLines, tag=TAG)
def discard_failure(json: GivenUp, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Give one up."""

    def done() -> FailureLines:
        reading.discard(session(), installation(), myself(), json.key, json.reason)
        return _lines()

    return answered(done)


@blueprint.get("/workers")
@bearer
@documented("列出后台运行在哪里，最近一次消息是什么时候", WorkerLines, tag=TAG)
def list_workers() -> WorkerLines:
    """The workers; for administrators."""
    return WorkerLines([WorkerLine(**vars(each)) for each in reading.workers_for(session(), installation(), myself())])


def _lines() -> FailureLines:
    found = reading.failures_below(session(), installation(), myself())
    return FailureLines(
        [
            FailureLine(
                key=each.key, kind=each.kind, title=each.title, number=each.number, since=each.since,
                attempts=each.attempts, reason=each.reason, can_be_discarded=each.can_be_discarded,
            )
            for each in found
        ]
    )  # fmt: skip
