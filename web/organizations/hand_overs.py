"""Hand-over 交接: choose what, see everything that will move, confirm, keep the receipt."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.display import today
from web.organizations.place import blueprint
from web.organizations.sheets import Group, Outlook, Sheet
from web.parameters import ID
from web.policy import signed_in
from web.transaction import attempt, installation, session
from web.visitor import myself
from workflow.definition.field import Field, FieldType
from workflow.errors import InvalidInput, NotFound
from workflow.operations.organization.finding import person_meant, person_of, seat_meant
from workflow.operations.organization.handing_over import Handing, HandOverPreview, hand_over, preview_hand_over
from workflow.operations.reading.personnel import PersonPage, person_page, receipt


@blueprint.get(f"/people/<{ID}:person_id>/hand-over")
@signed_in
def prepare_hand_over(person_id: int) -> ResponseReturnValue:
    """The form: which posts, to whom, from when on."""
    return _sheet(person_id).form()


@blueprint.post(f"/people/<{ID}:person_id>/hand-over/check")
@signed_in
def check_hand_over(person_id: int) -> ResponseReturnValue:
    """Everything that will move, and what will not and why."""
    sheet = _sheet(person_id)
    if sheet.is_edited:
        return sheet.form(sheet.posted())
    try:
        handing = _handing(sheet, person_id)
        preview = preview_hand_over(session(), installation(), myself(), handing)
    except InvalidInput as invalid:
        return sheet.again(invalid)
    return sheet.confirmation(_outlook(handing, preview))


@blueprint.post(f"/people/<{ID}:person_id>/hand-over")
@signed_in
def do_hand_over(person_id: int) -> ResponseReturnValue:
    """Hand over."""
    sheet = _sheet(person_id)
    try:
        with attempt():
            made = hand_over(session(), installation(), myself(), _handing(sheet, person_id))
    except InvalidInput as invalid:
        return sheet.again(invalid)
    return redirect(url_for("organizations.show_hand_over", hand_over_id=made.id), 303)


@blueprint.get(f"/hand-overs/<{ID}:hand_over_id>")
@signed_in
def show_hand_over(hand_over_id: int) -> ResponseReturnValue:
    """The receipt of a hand-over: it can be opened again at any time."""
    done = receipt(session(), installation(), myself(), hand_over_id)
    return render_template("organizations/hand_over.html", done=done)


def _sheet(person_id: int) -> Sheet:
    page = person_page(session(), installation(), myself(), person_id)
    if not page.may_hand_over:
        raise NotFound(what="这一页，或者您无权为其办理交接")
    return Sheet(
        title=f"办理{page.name}的工作交接", lead="换届、调动、离职时，任职和未办的事项一次交给接任人。",
        back=url_for("organizations.person", person_id=person_id), back_title=page.name,
        check=url_for("organizations.check_hand_over", person_id=person_id),
        do=url_for("organizations.do_hand_over", person_id=person_id), fields=_fields(page),
        preset={"day": today().isoformat(), "seats": [each.address for each in page.offices], "with_duties": True},
    )  # fmt: skip


def _fields(page: PersonPage) -> tuple[Field, ...]:
    offices = {each.address: each.title for each in page.offices} | _gone(page)
    asked = (
        Field(name="successor", title="接任人", hint="填写工号；没有重名的也可以填姓名"),
        Field(name="day", title="接任的第一天", type=FieldType.DATE),
        Field(name="with_duties", title=f"同时移交指定由{page.name}办理的事项", type=FieldType.BOOLEAN),
        Field(name="reason", title="事由", hint="如换届、调动、离职，并写明依据"),
    )  # fmt: skip
    if not offices:
        return asked
    return (
        Field(name="seats", title="交接哪些任职", type=FieldType.CHOICES, required=False, options=offices),
        *asked,
    )


def _gone(page: PersonPage) -> dict[str, str]:
    """Posts that were chosen and are held no longer: the hand-over says who was faster, and drops none in silence."""
    held = {each.address for each in page.offices}
    words = installation().definitions.organization
    chosen = (each for each in request.form.getlist("seats") if each not in held)
    return {each: seat_meant(session(), each).title(words) for each in chosen}


def _handing(sheet: Sheet, person_id: int) -> Handing:
    values = sheet.values()
    return Handing(
        leaver=person_of(session(), person_id),
        successor=person_meant(session(), values["successor"], "successor", "接任人"),
        seats=tuple(seat_meant(session(), each) for each in values.get("seats") or ()),
        day=date.fromisoformat(values["day"]), reason=values["reason"], with_duties=bool(values["with_duties"]),
    )  # fmt: skip


def _outlook(handing: Handing, preview: HandOverPreview) -> Outlook:
    leaver, successor, passing = handing.leaver.name, handing.successor.name, preview.passing
    consequences = [f"{leaver}不再担任{each}；" for each in preview.ends]
    consequences += [f"{successor}担任{each}；" for each in preview.begins]
    consequences += [
        f"{len(passing.moves)}项未办的事项由{successor}接手，每件事项的办理过程记下这次交接；",
        f"{leaver}的党员身份、本人的承诺和评议票不移交。",
    ]
    moves = [(each.title, f"{each.number} · {each.do} · {each.where}", each.note) for each in passing.moves]
    stays = [(each.title, f"{each.number} · {each.do}", each.reason) for each in passing.stays]
    groups = [Group("将要移交的事项", moves, "没有未办的事项。")]
    if stays:
        groups.append(Group("不移交的事项", stays))
    return Outlook(consequences, groups, {"successor": f"{successor}（工号 {handing.successor.number}）"})
