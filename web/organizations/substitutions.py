"""Substitution 代理: set one, end one."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from web.display import short_day, today
from web.organizations.place import blueprint
from web.organizations.sheets import Outlook, Sheet
from web.parameters import ID
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.definition.field import Field, FieldType
from workflow.errors import InvalidInput, NotFound
from workflow.operations.organization.finding import body_of, person_meant, person_of
from workflow.operations.organization.substituting import Terms, end_substitution, substitute
from workflow.operations.reading.personnel import PersonPage, person_page
from workflow.operations.trying import tried

EVERYTHING = "all"


@blueprint.get(f"/people/<{ID}:person_id>/substitution")
@signed_in
def prepare_substitution(person_id: int) -> ResponseReturnValue:
    """The form that lets somebody stand in."""
    return _sheet(person_id).form()


@blueprint.post(f"/people/<{ID}:person_id>/substitution/check")
@signed_in
def check_substitution(person_id: int) -> ResponseReturnValue:
    """What was entered, and what it will mean."""
    sheet = _sheet(person_id)
    if sheet.is_edited:
        return sheet.form(sheet.posted())
    try:
        terms = _terms(sheet, person_id)
        tried(session(), lambda: substitute(session(), installation(), myself(), terms))
    except InvalidInput as invalid:
        return sheet.again(invalid)
    return sheet.confirmation(_outlook(terms))


@blueprint.post(f"/people/<{ID}:person_id>/substitution")
@signed_in
def set_substitution(person_id: int) -> ResponseReturnValue:
    """Let somebody stand in."""
    sheet = _sheet(person_id)
    try:
        with attempt():
            terms = _terms(sheet, person_id)
            substitute(session(), installation(), myself(), terms)
    except InvalidInput as invalid:
        return sheet.again(invalid)
    flash(f"代理已设定：{_period(terms)}由{terms.substitute.name}代{terms.principal.name}办理。")
    return redirect(url_for("organizations.person", person_id=person_id), 303)


@blueprint.post(f"/substitutions/<{ID}:substitution_id>/end")
@signed_in
def finish_substitution(substitution_id: int) -> ResponseReturnValue:
    """End a substitution at once."""
    ended = end_substitution(session(), installation(), myself(), substitution_id)
    names = [person_of(session(), each).name for each in (ended.substitute_id, ended.principal_id)]
    flash(f"{names[0]}代{names[1]}办理的代理已结束。")
    known = ended.principal_id if myself().person_id != ended.substitute_id else ended.substitute_id
    return redirect(url_for("organizations.person", person_id=known), 303)


def _sheet(person_id: int) -> Sheet:
    page = person_page(session(), installation(), myself(), person_id)
    if not page.may_substitute:
        raise NotFound(what="这一页，或者您无权为其设定代理")
    return Sheet(
        title="设定代理", lead=f"{page.name}不在岗期间，由代理人以其任职办理。",
        back=url_for("organizations.person", person_id=person_id), back_title=page.name,
        check=url_for("organizations.check_substitution", person_id=person_id),
        do=url_for("organizations.set_substitution", person_id=person_id), fields=_fields(page),
        preset={"since": today().isoformat()},
    )  # fmt: skip


def _fields(page: PersonPage) -> tuple[Field, ...]:
    bodies = {str(each.organization_id): each.title for each in reversed(page.offices)}
    stages = {code: each.title for code, each in installation().definitions.stages.items()}
    hint = "填写工号；没有重名的也可以填姓名"
    return (
        Field(name="substitute", title="代理人", hint=hint),
        Field(name="since", title="起始日期", type=FieldType.DATE),
        Field(name="until", title="截止日期", type=FieldType.DATE, hint="含当日，到期自动终止"),
        Field(name="organization", title="代理哪项任职", type=FieldType.CHOICE,
              options={EVERYTHING: "全部任职", **dict(sorted(bodies.items()))}, default=EVERYTHING),
        Field(name="stages", title="代理哪些环节", type=FieldType.CHOICES, required=False, options=stages,
              hint="不选为全部环节"),
        Field(name="reason", title="事由", hint="如出差、学习、休假"),
    )  # fmt: skip


def _terms(sheet: Sheet, person_id: int) -> Terms:
    values = sheet.values()
    chosen = values["organization"]
    return Terms(
        principal=person_of(session(), person_id),
        substitute=person_meant(session(), values["substitute"], "substitute", "代理人"),
        since=date.fromisoformat(values["since"]), until=date.fromisoformat(values["until"]), reason=values["reason"],
        stages=tuple(values["stages"] or ()),
        organization=None if chosen == EVERYTHING else body_of(session(), int(chosen)),
    )  # fmt: skip


def _period(terms: Terms) -> str:
    return f"{short_day(terms.since).striptags()}至{short_day(terms.until).striptags()}"


def _outlook(terms: Terms) -> Outlook:
    principal, stand_in = terms.principal.name, terms.substitute.name
    return Outlook((
        f"{_period(terms)}，{principal}的待办同时出现在{stand_in}的待办中，注明“代 {principal}”；",
        f"{stand_in}办理的，办理过程写明代{principal}办理，两人的姓名都留存；",
        f"党员身份、{principal}本人的承诺和指定由其本人办理的事项不在代理之列，{stand_in}也不能再转给别人；",
        "到期自动终止，也可以随时提前结束。",
    ), people={"substitute": f"{stand_in}（工号 {terms.substitute.number}）"})  # fmt: skip
