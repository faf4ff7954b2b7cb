"""What is told outside 对外提醒: robots of groups and webhooks, and what did not get out."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import questions
from web.administration.views import UNPROCESSABLE, blueprint
from web.parameters import ID
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices, FieldFault, Form, Values
from workflow.errors import InvalidInput
from workflow.notices.kinds import FOR_GROUPS
from workflow.notices.robots import FORMATS
from workflow.operations.informing.hooks import NewHook, add_hook, bodies_below, hooks_below, remove_hook, switch_hook
from workflow.operations.informing.retrying import failures, retry
from workflow.operations.organization.finding import body_of


@blueprint.get("/outside")
@signed_in
def outside() -> ResponseReturnValue:
    """The hooks, a form for another one, and the failures."""
    return _page({})


@blueprint.post("/outside")
@signed_in
def set_up_hook() -> ResponseReturnValue:
    """Set up a hook; or the form again with its faults."""
    fields = _fields()
    raw = questions.read(fields, request.form)
    try:
        with attempt():
            made = add_hook(session(), installation(), myself(), _entered(fields, raw))
    except InvalidInput as invalid:
        return _page(raw, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    flash(f"对外提醒“{made.name}”已设置。")
    return redirect(url_for("administration.outside"), 303)


@blueprint.post(f"/outside/<{ID}:hook_id>/switch")
@signed_in
def switch(hook_id: int) -> ResponseReturnValue:
    """Let a hook rest, or tell it again."""
    hook = switch_hook(session(), installation(), myself(), hook_id, on="on" in request.form)
    flash(f"对外提醒“{hook.name}”已{'启用' if hook.is_enabled else '停用'}。")
    return redirect(url_for("administration.outside"), 303)


@blueprint.post(f"/outside/<{ID}:hook_id>/remove")
@signed_in
def remove(hook_id: int) -> ResponseReturnValue:
    """Forget a hook."""
    hook = remove_hook(session(), installation(), myself(), hook_id)
    flash(f"对外提醒“{hook.name}”已删去。")
    return redirect(url_for("administration.outside"), 303)


@blueprint.post(f"/deliveries/<{ID}:delivery_id>/retry")
@signed_in
def send_again(delivery_id: int) -> ResponseReturnValue:
    """Send again what failed."""
    retry(session(), installation(), myself(), delivery_id)
    flash("已重新排队发送。如再失败，会重新列在这里。")
    return redirect(url_for("administration.outside"), 303)


def _fields() -> tuple[Field, ...]:
    bodies = bodies_below(session(), installation(), myself())
    return (
        Field(name="name", title="名称", hint="如“党建工作群”"),
        Field(name="organization", title="哪个组织", type=FieldType.CHOICE, hint="包括它的各级下属组织",
              options={str(each): name for each, name in bodies.items()}),
        Field(name="format", title="类型", type=FieldType.CHOICE, options=dict(FORMATS)),
        Field(name="url", title="地址", hint="从群机器人的设置中复制，以 https:// 开头；保存后不再显示"),
        Field(name="secret", title="签名密钥", required=False, hint="钉钉的“加签”、飞书的“签名校验”；回调必须有"),
        Field(name="kinds", title="提醒哪些", type=FieldType.CHOICES, required=False, options=dict(FOR_GROUPS),
              hint="不选为全部。群里只说哪个组织的哪件事项在等办，不说内容"),
    )  # fmt: skip


def _entered(fields: tuple[Field, ...], raw: Values) -> NewHook:
    form = Form(fields, Choices())
    values = form.read(raw)
    if form.faults:
        raise InvalidInput(errors=tuple(form.faults))
    body = body_of(session(), int(values["organization"]))
    kinds = tuple(values["kinds"] or ())
    return NewHook(values["name"], values["format"], values["url"], values["secret"] or "", body, kinds)


def _page(raw: Values, faults: Iterable[FieldFault] = ()) -> str:
    errors = tuple(faults)
    asked = questions.ask(_fields(), Choices(), raw, errors)
    return render_template(
        "administration/outside.html", questions=asked, errors=errors,
        hooks=hooks_below(session(), installation(), myself()),
        failures=failures(session(), installation(), myself()),
        hosts=sorted(installation().settings.allowed_hosts),
    )  # fmt: skip
