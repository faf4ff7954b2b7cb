"""What the caller was told, and the hooks by which groups and other systems are told."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from flask import url_for
from pydantic import BaseModel, Field, RootModel, StringConstraints

from web.api.repeating import answered
from web.api.shapes import Code, Id, Repeatable, Sent
from web.api.specification import documented
from web.api.surroundings import ID, bearer, blueprint, myself
from web.transaction import installation, session
from workflow.operations.informing.hooks import NewHook, add_hook, hooks_below, remove_hook
from workflow.operations.informing.marking import mark_read
from workflow.operations.organization.finding import body_of
from workflow.operations.reading import reminders as reading

TAG = "提醒"
Words = Annotated[str, StringConstraints(max_length=1000)]


class ReminderLine(BaseModel):
    """One thing that the caller was told."""

    id: int
    kind: str
    title: str
    lines: list[str]
    case: str = Field(description="事项编号，与事项无关的为空")
    told_at: datetime
    is_read: bool


class ReminderPage(BaseModel):
    """What the caller was told, newest first; those not read are on the first page alone."""

    unread: list[ReminderLine]
    read: list[ReminderLine]
    earlier: int | None = Field(description="作为 before 读取更早的")


class Waiting(BaseModel):
    """How much waits for the caller."""

    tasks: int = Field(description="待办")
    unread: int = Field(description="未读提醒")


class Before(Sent):
    """Which page."""

    before: Id | None = Field(None, description="上一页返回的 earlier")


class HookLine(BaseModel):
    """A hook. Its address and its secret are not shown."""

    id: int
    name: str
    format: str
    host: str
    body: str
    kinds: list[str]
    is_enabled: bool
    made_at: datetime


class HookLines(RootModel[list[HookLine]]):
    """The hooks of the bodies whose records the caller keeps."""


class HookToSet(Sent):
    """A hook to be set up."""

    name: Words
    format: Code = Field(description="webhook、wecom、dingtalk 或 feishu")
    url: Words = Field(description="https 地址，主机须在允许对外访问的名单中")
    secret: Words = Field("", description="签名密钥；webhook 必填，按 Standard Webhooks 签名")
    organization: Id = Field(description="告知这个组织及其各级下属组织的事项")
    kinds: list[Code] = Field(default_factory=list, description="只提醒哪些，不写为全部")


class HookNumber(BaseModel):
    """The hook in question."""

    id: int


@blueprint.get("/reminders")
@bearer
@documented("列出给我的提醒", ReminderPage, tag=TAG)
def list_reminders(query: Before) -> ReminderPage:
    """What the caller was told."""
    found = reading.reminders(session(), myself(), query.before)
    unread, read = ([ReminderLine(**vars(each)) for each in part] for part in (found.unread, found.read))
    return ReminderPage(unread=unread, read=read, earlier=found.earlier)


@blueprint.get("/reminders/count")
@bearer
@documented("有多少待办和未读提醒", Waiting, tag=TAG)
def count_reminders() -> Waiting:
    """How much waits."""
    return Waiting(**vars(reading.bell(session(), myself())))


@blueprint.post(f"/reminders/<{ID}:notice_id>/read")
@bearer
@documented("将一条提醒标为已读", Waiting, tag=TAG)
def read_reminder(notice_id: int, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Mark one as read."""

    def marked() -> Waiting:
        mark_read(session(), myself(), notice_id)
        session().flush()
        return Waiting(**vars(reading.bell(session(), myself())))

    return answered(marked)


@blueprint.get("/hooks")
@bearer
@documented("列出对外提醒", HookLines, tag=TAG)
def list_hooks() -> HookLines:
    """The hooks below the caller."""
    return HookLines([HookLine(**vars(each)) for each in hooks_below(session(), installation(), myself())])


@blueprint.post("/hooks")
@bearer
@documented("设置一个对外提醒：回调或者群机器人", HookNumber, tag=TAG, status=HTTPStatus.CREATED)
def set_up_hook(json: HookToSet, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Set up a hook, as on the pages."""

    def made() -> HookNumber:
        body = body_of(session(), json.organization)
        new = NewHook(json.name, json.format, json.url, json.secret, body, tuple(json.kinds))
        return HookNumber(id=add_hook(session(), installation(), myself(), new).id)

    body, status, more = answered(made, HTTPStatus.CREATED)
    return body, status, {**more, "Location": url_for("api.list_hooks")}


@blueprint.post(f"/hooks/<{ID}:hook_id>/remove")
@bearer
@documented("删去一个对外提醒，连同它的地址和密钥", HookNumber, tag=TAG)
def forget_hook(hook_id: int, headers: Repeatable) -> Any:  # noqa: ARG001 - `headers` documents the key
    """Remove a hook."""
    return answered(lambda: HookNumber(id=remove_hook(session(), installation(), myself(), hook_id).id))
