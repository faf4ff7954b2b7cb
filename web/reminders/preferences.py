"""How the visitor wants to be told by mail."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import questions
from web.policy import signed_in
from web.reminders.place import blueprint
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices, FieldFault, Form, Values
from workflow.errors import InvalidInput
from workflow.notices.kinds import KINDS, WAYS
from workflow.operations.informing.preferences import Choice, choose, chosen, clock_time

UNPROCESSABLE = 422
CLOCK = "24 小时制，如 21:00"
FIELDS = (
    Field(name="mail", title="我的邮箱", required=False, hint="只用于给您发提醒，只有您本人能看到；不填就不发邮件"),
    *(
        Field(name=f"way_{kind}", title=f"{title}：邮件", type=FieldType.CHOICE, options=dict(WAYS))
        for kind, title in KINDS.items()
    ),
    Field(name="quiet_from", title="免打扰开始", hint=f"这段时间不发邮件，结束后补发。{CLOCK}"),
    Field(name="quiet_to", title="免打扰结束", hint="与开始时刻相同，就是不设免打扰"),
    Field(name="digest_at", title="每日汇总的时刻", hint=f"一天一封，只列您自己的待办和未读提醒。{CLOCK}"),
)


@blueprint.get("/preferences")
@signed_in
def prepare_preferences() -> ResponseReturnValue:
    """The form, as it stands."""
    present = chosen(session(), installation(), myself())
    values = {
        "mail": present.address, **{f"way_{kind}": way for kind, way in present.ways.items()},
        "quiet_from": f"{present.quiet_from:%H:%M}", "quiet_to": f"{present.quiet_to:%H:%M}",
        "digest_at": f"{present.digest_at:%H:%M}",
    }  # fmt: skip
    return _form(values)


@blueprint.post("/preferences")
@signed_in
def set_preferences() -> ResponseReturnValue:
    """Keep what was chosen; or the form again with its faults."""
    raw = questions.read(FIELDS, request.form)
    try:
        with attempt():
            choose(session(), myself(), _choice(raw))
    except InvalidInput as invalid:
        return _form(raw, invalid.facts["errors"]), UNPROCESSABLE  # type: ignore[arg-type]
    flash("提醒设置已保存。")
    return redirect(url_for("reminders.prepare_preferences"), 303)


def _choice(raw: Values) -> Choice:
    form = Form(FIELDS, Choices())
    values = form.read(raw)
    faults = list(form.faults)
    times = {}
    for each in FIELDS[-3:]:
        times[each.name] = clock_time(values.get(each.name) or "")
        if times[each.name] is None and not any(fault.path == each.name for fault in faults):
            faults.append(FieldFault(each.name, each.title, f"{each.title}请按 24 小时制填写，如 08:00"))
    start, end, digest = times.values()
    if faults or start is None or end is None or digest is None:
        raise InvalidInput(errors=tuple(faults))
    return Choice(values["mail"] or "", {kind: values[f"way_{kind}"] for kind in KINDS}, start, end, digest)


def _form(values: Values, faults: tuple[FieldFault, ...] = ()) -> str:
    asked = questions.ask(FIELDS, Choices(), values, faults)
    has_mail = installation().settings.mail_url is not None
    return render_template("reminders/preferences.html", questions=asked, errors=faults, has_mail=has_mail)
