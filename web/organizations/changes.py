"""Merge, rename and move a body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from web.display import today
from web.organizations.place import blueprint
from web.organizations.sheets import Group, Outlook, Sheet
from web.parameters import ID
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.definition.field import Field, FieldType
from workflow.errors import InvalidInput
from workflow.operations.organization import reorganizing
from workflow.operations.organization.finding import body_of
from workflow.operations.organization.reorganizing import Merged, Merger, NewName
from workflow.operations.reading.changeable import Changeable, changeable
from workflow.operations.trying import tried

DAY = Field(name="day", title="生效日期", type=FieldType.DATE)
REASON = Field(name="reason", title="依据", hint="写明批准文件或者会议")


@blueprint.get(f"/<{ID}:body_id>/<any(rename, merge, move):change>")
@signed_in
def prepare_change(body_id: int, change: str) -> ResponseReturnValue:
    """The form of a change."""
    return _sheet(body_id, change).form()


@blueprint.post(f"/<{ID}:body_id>/<any(rename, merge, move):change>/check")
@signed_in
def check_change(body_id: int, change: str) -> ResponseReturnValue:
    """What was entered, and what will follow."""
    sheet = _sheet(body_id, change)
    if sheet.is_edited:
        return sheet.form(sheet.posted())
    try:
        outlook = tried(session(), lambda: CHANGES[change](body_id, sheet))
    except InvalidInput as invalid:
        return sheet.again(invalid)
    return sheet.confirmation(outlook)


@blueprint.post(f"/<{ID}:body_id>/<any(rename, merge, move):change>")
@signed_in
def do_change(body_id: int, change: str) -> ResponseReturnValue:
    """Do it."""
    sheet = _sheet(body_id, change)
    try:
        with attempt():
            CHANGES[change](body_id, sheet)
    except InvalidInput as invalid:
        return sheet.again(invalid)
    flash(f"{sheet.title}已办理。")
    return redirect(url_for("organizations.show", body_id=body_id), 303)


def _sheet(body_id: int, change: str) -> Sheet:
    about = changeable(session(), installation(), myself(), body_id)
    titles = {"rename": "更改名称", "merge": "并入其他组织", "move": "调整隶属关系"}
    leads = {
        "rename": "今后的页面和公文使用新名称，原名称留存备查。",
        "merge": "人员、下级组织和在办的事项一并转入另一个同类组织，本组织随即撤销。",
        "move": "改由另一个上级党组织领导，下级组织随同。",
    }
    presets = {"rename": {"name": about.name, "short_name": about.short_name}}
    return Sheet(
        title=f"{about.short_name}{titles[change]}", lead=leads[change],
        back=url_for("organizations.show", body_id=body_id), back_title=about.name,
        check=url_for("organizations.check_change", body_id=body_id, change=change),
        do=url_for("organizations.do_change", body_id=body_id, change=change), fields=_fields(about, change),
        is_grave=change == "merge", preset={"day": today().isoformat(), **presets.get(change, {})},
    )  # fmt: skip


def _fields(about: Changeable, change: str) -> tuple[Field, ...]:
    if change == "rename":
        return Field(name="name", title="新全称"), Field(name="short_name", title="新简称"), DAY, REASON
    if change == "merge":
        into = {str(key): name for key, name in about.siblings.items()}
        return Field(name="into", title="并入哪个组织", type=FieldType.CHOICE, options=into), DAY, REASON
    superiors = {str(key): name for key, name in about.superiors.items()}
    return Field(name="superior", title="新的上级党组织", type=FieldType.CHOICE, options=superiors), DAY


def _rename(body_id: int, sheet: Sheet) -> Outlook:
    values, body = sheet.values(), body_of(session(), body_id)
    new = NewName(values["name"], values["short_name"], date.fromisoformat(values["day"]), values["reason"])
    former = reorganizing.rename(session(), installation(), myself(), body, new)
    return Outlook((
        f"“{former.name}”改称“{new.name}”；",
        "今后的页面和公文使用新名称，已经印发的公文和已有的办理记录不变；",
        "原名称和使用的起止日期留存，可在组织页查看。",
    ))  # fmt: skip


def _move(body_id: int, sheet: Sheet) -> Outlook:
    values, body = sheet.values(), body_of(session(), body_id)
    superior = body_of(session(), int(values["superior"]))
    reorganizing.move(session(), installation(), myself(), body, superior, date.fromisoformat(values["day"]))
    return Outlook((
        f"{body.name}今后由{superior.name}领导，下级组织随同；",
        f"今后发起的事项报送{superior.name}；",
        "已经在办的事项仍由原上级党组织办完。",
    ))  # fmt: skip


def _merge(body_id: int, sheet: Sheet) -> Outlook:
    values, gone = sheet.values(), body_of(session(), body_id)
    into = body_of(session(), int(values["into"]))
    merger = Merger(gone, into, date.fromisoformat(values["day"]), values["reason"])
    names = gone.name, into.name
    merged = reorganizing.merge(session(), installation(), myself(), merger)
    return Outlook((
        f"{names[0]}并入{names[1]}，随即撤销，不能恢复；",
        f"{len(merged.cases)}件在办的事项由{names[1]}接着办，每件事项的办理过程记下这次合并；",
        "已经办结的事项和已经印发的公文不变。",
    ), _groups(merged))  # fmt: skip


def _groups(merged: Merged) -> list[Group]:
    people = [(each,) for each in merged.posts]
    people += [(f"党员和职工群众 {merged.members} 人",)] if merged.members else []
    found = [Group("转入的任职和人员", people, "没有人员转入。")]
    if merged.ended:
        found.append(Group("随组织结束的任职", merged.ended))
    if merged.bodies:
        found.append(Group("改由其领导的组织", [(each,) for each in merged.bodies]))
    return [*found, Group("在办的事项", [(title, number) for number, title in merged.cases], "没有在办的事项。")]


CHANGES: dict[str, Callable[[int, Sheet], Outlook]] = {"rename": _rename, "merge": _merge, "move": _move}
