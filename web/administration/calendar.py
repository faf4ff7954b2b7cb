"""The working calendar 工作日历: the years that are known, and the import of a new one with a trial first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import questions
from web.administration.views import UNPROCESSABLE, blueprint
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices, FieldFault, Form, Values
from workflow.errors import InvalidInput
from workflow.operations.due.calendar_years import CalendarRefused
from workflow.operations.reading import calendar as reading

FIELDS = (
    Field(name="year", title="年份", type=FieldType.INTEGER, hint="如 2027"),
    Field(name="status", title="是否已经公布", type=FieldType.CHOICE, default="official",
          options={"official": "已由国务院办公厅公布", "provisional": "尚未公布，暂定"}),
    Field(name="source", title="依据", hint="放假通知的名称和文号"),
    Field(name="holidays", title="放假日（每行一天）", type=FieldType.LINES,
          hint="写成 2027-02-05 的样子；周末可列可不列"),
    Field(name="make_up_days", title="调休上班日（每行一天）", type=FieldType.LINES, required=False,
          hint="只列因调休而上班的星期六、星期日"),
)  # fmt: skip


@blueprint.get("/calendar")
@signed_in
def calendar() -> ResponseReturnValue:
    """The years, and a form for another one."""
    return _page({})


@blueprint.post("/calendar/check")
@signed_in
def check_year() -> ResponseReturnValue:
    """What the year would change; or the form again with its faults."""
    raw = questions.read(FIELDS, request.form)
    if "edit" in request.form:
        return _page(raw)
    try:
        change, moved = reading.trial(session(), installation(), myself(), _entered(raw))
    except (InvalidInput, CalendarRefused) as refused:
        return _page(raw, _faults(refused)), UNPROCESSABLE
    return render_template(
        "administration/calendar_check.html", change=change, moved=moved[: reading.SHOWN],
        more=len(moved) > reading.SHOWN, hidden=[(each.name, request.form.get(each.name, "")) for each in FIELDS],
        day_words=reading.day_words,
    )  # fmt: skip


@blueprint.post("/calendar")
@signed_in
def import_year() -> ResponseReturnValue:
    """Put the year in force."""
    raw = questions.read(FIELDS, request.form)
    try:
        with attempt():
            row = reading.put_in_force(session(), installation(), myself(), _entered(raw))
    except (InvalidInput, CalendarRefused) as refused:
        return _page(raw, _faults(refused)), UNPROCESSABLE
    flash(f"{row.year}年工作日历已导入。后台随后重新推算未到期的期限，逐件记入办理过程。")
    return redirect(url_for("administration.calendar"), 303)


def _entered(raw: Values) -> Mapping[str, object]:
    form = Form(FIELDS, Choices())
    values = form.read(raw)
    if form.faults:
        raise InvalidInput(errors=tuple(form.faults))
    return {**values, "make_up_days": values["make_up_days"] or []}


def _faults(refused: InvalidInput | CalendarRefused) -> Iterable[FieldFault]:
    if isinstance(refused, InvalidInput):
        return refused.facts["errors"]  # type: ignore[return-value]
    return (FieldFault("holidays", "放假日", str(refused.facts["reason"])),)


def _page(raw: Values, faults: Iterable[FieldFault] = ()) -> str:
    errors = tuple(faults)
    return render_template(
        "administration/calendar.html", questions=questions.ask(FIELDS, Choices(), raw, errors), errors=errors,
        years=reading.known_years(session(), installation()), day_words=reading.day_words,
        may_import=reading.keeps_calendar(session(), installation(), myself()),
    )  # fmt: skip
