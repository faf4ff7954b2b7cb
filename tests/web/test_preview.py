"""A preview is for whoever may do the act, shows what is typed, writes nothing, and cannot be asked without end."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from threading import Event, Thread
from time import sleep
from typing import Any

import pdfplumber
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.web.conftest import Visit
from tests.web.test_policy import OUTSIDERS
from tests.web.visiting import Visitor, plain
from web import previews
from workflow.documents import bounds
from workflow.operations.installation import Installation
from workflow.store.base import Base
from workflow.store.organization import Organization
from workflow.store.people import Person
from workflow.store.session import reading

SCRIPT = {"HX-Request": "true"}
PICTURE = re.compile(r'<img src="data:image/png;base64,([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]+)">')
TYPED = {
    "items.0.text": "每月为班组解决一项质量难题",
    "items.0.measure": "每周安排半天",
    "items.0.due_on": "2012-13-01",
}


@pytest.fixture
def pledging(installation: Installation) -> dict[str, str]:
    """What a form says of the case that a member is about to open."""
    with reading(installation.engine) as session:
        body = session.scalar(select(Organization.id).where(Organization.code == "HY-11"))
        person = session.scalar(select(Person.id).where(Person.number == "HY023"))
    return {"body": str(body), "person": str(person)}


def rows(installation: Installation) -> dict[str, int]:
    """How many rows each table has."""
    with reading(installation.engine) as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def ask(visitor: Visitor, path: str, values: Any, *, script: bool = True) -> TestResponse:
    """Post a form to a preview, once more than a form may be sent that does something."""
    posted = {**values, "csrf_token": visitor.token(), "once": "x" * 16}
    return visitor.client.post(path, data=posted, headers=SCRIPT if script else {})


def text(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in pdfplumber.open(BytesIO(pdf)).pages)


OPENING = "/campaigns/1/open/pledge/preview"


def test_half_a_pledge_is_shown_as_pictures(visit: Visit, installation: Installation, pledging: dict[str, str]) -> None:
    member = visit("hy023")
    before = rows(installation)
    answer = ask(member, OPENING, {**pledging, **TYPED})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "完成时限应为日期" in plain(answer.text)
    assert "尚未填写 4 项" in plain(answer.text)
    data, width, height, alt = PICTURE.findall(answer.text)[0]
    picture = Image.open(BytesIO(b64decode(data)))
    assert picture.size == (int(width), int(height)) == (800, 1132)
    assert alt.startswith("《党员公开承诺书》预览，第 1 页，共 1 页")
    assert rows(installation) == before


def test_without_scripts_the_pdf_comes(visit: Visit, installation: Installation, pledging: dict[str, str]) -> None:
    member = visit("hy023")
    before = rows(installation)
    answer = ask(member, OPENING, {**pledging, **TYPED}, script=False)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    said = text(answer.data)
    assert "每周安排半天" in said
    assert "未经办理，不作凭据" in said
    for page in pdfplumber.open(BytesIO(answer.data)).pages:
        assert not page.images  # no code to be verified by, no seal
    assert b"/EmbeddedFile" not in answer.data
    assert rows(installation) == before
    form = member.read(f"/campaigns/1/open/pledge?body={pledging['body']}&person={pledging['person']}")
    assert f'formaction="{OPENING}" formtarget="_blank" formnovalidate' in form


def test_an_act_is_previewed_by_those_who_may_do_it(
    visit: Visit, installation: Installation, case: Callable[[str], str]
) -> None:
    path = f"/cases/{case('pledge.under_review')}/preview/return"
    secretary = visit("hy020")
    before = rows(installation)
    answer = ask(secretary, path, {"remarks": "第二项要写明带谁"}, script=False)
    assert "第二项要写明带谁" in text(answer.data)
    assert rows(installation) == before
    subject = visit("hy022")  # reads the case, and is not the one to review it
    assert ask(subject, path, {"remarks": "好"}).status_code == 403
    for outsider in OUTSIDERS:
        assert ask(visit(outsider), path, {"remarks": "好"}).status_code == 404
    assert ask(visit("hy024"), "/campaigns/1/open/pledge/preview", {"body": "1"}).status_code in (403, 404, 409)


def test_a_form_without_a_paper_has_no_preview(visit: Visit, case: Callable[[str], str]) -> None:
    secretary, number = visit("hy020"), case("pledge.under_review")
    assert "data-preview" in secretary.read(f"/cases/{number}/act/return")
    assert "data-preview" not in secretary.read(f"/cases/{number}/actions/transfer")


def test_what_is_confidential_is_neither_printed_nor_kept(visit: Visit, case: Callable[[str], str]) -> None:
    staff, number = visit("hy019"), case("public_notice.posted")
    form = staff.read(f"/cases/{number}/act/objection")
    assert re.findall(r'name="(\w+)"[^>]*data-private', form) == ["objector", "objection", "clues"]
    told = {"objection_kind": "named", "objector": "柳青禾", "objection": "材料与实际不符"}
    answer = ask(staff, f"/cases/{number}/preview/objection", told, script=False)
    assert answer.mimetype == "application/pdf"
    assert "柳青禾" not in text(answer.data)
    assert "材料与实际不符" not in text(answer.data)


def test_a_character_that_no_font_has_is_named(visit: Visit, pledging: dict[str, str]) -> None:
    answer = ask(visit("hy023"), OPENING, {**pledging, "items.0.text": "承诺\ue123事项"})
    assert answer.status_code == 200
    assert "U+E123" in answer.text
    assert not PICTURE.findall(answer.text)


def test_hostile_text_is_only_text(visit: Visit, pledging: dict[str, str]) -> None:
    hostile = "<img src=http://127.0.0.1:1/x>{{ 7*7 }}\"'"
    answer = ask(visit("hy023"), OPENING, {**pledging, "items.0.text": hostile}, script=False)
    assert "{{7*7}}" in text(answer.data)


def test_nobody_asks_without_end(
    app: Flask, visit: Visit, pledging: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "PATIENCE", 0.1)
    member = visit("hy023")
    too_long = {**pledging, "items.0.text": "长" * previews.LARGEST_FORM}
    assert ask(member, OPENING, too_long).status_code == 413
    turns: previews.Turns = app.extensions.setdefault(previews.EXTENSION, previews.Turns())
    person = int(pledging["person"])
    with turns.taken(person):
        assert ask(member, OPENING, pledging).status_code == 429
    for _ in range(previews.MOST_A_MINUTE - 3):
        with turns.taken(person):
            pass
    assert ask(member, OPENING, pledging).status_code == 200
    assert ask(member, OPENING, pledging).status_code == 429
    for other in range(1001, 1001 + previews.AT_ONCE):
        turns.busy.add(other)
    assert ask(visit("hy020"), OPENING, pledging).status_code == 429


def test_the_next_preview_waits_for_the_last_one(app: Flask, visit: Visit, pledging: dict[str, str]) -> None:
    member, turns, entered = visit("hy023"), previews.Turns(), Event()
    app.extensions[previews.EXTENSION] = turns

    def hold() -> None:
        with turns.taken(int(pledging["person"])):
            entered.set()
            sleep(0.3)

    holder = Thread(target=hold)
    holder.start()
    entered.wait()
    assert ask(member, OPENING, pledging).status_code == 200
    holder.join()
    assert not turns.busy
    assert not turns.waiting


def test_a_render_that_takes_too_long_is_ended(
    visit: Visit, pledging: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.documents.render.SPECIMEN", bounds.Bounds(pages=5, seconds=0))
    answer = ask(visit("hy023"), OPENING, {**pledging, **TYPED})
    assert answer.status_code == 200
    assert "排版超过0秒" in answer.text


def test_no_transaction_waits_for_the_rendering(
    visit: Visit, installation: Installation, pledging: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    member = visit("hy023")

    def note(found: Any) -> Any:
        held.append(installation.engine.pool.checkedout())  # type: ignore[attr-defined]
        return printed(found)

    printed = previews.printed
    monkeypatch.setattr(previews, "printed", note)
    assert ask(member, OPENING, {**pledging, **TYPED}).status_code == 200
    assert held == [0]
