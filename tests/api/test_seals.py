"""Seals through the API: the keeper alone, once a paper, with the same answer for the same key."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from sqlalchemy import select

from tests.api.conftest import Program
from tests.enterprise import place
from tests.operations.cast import Play
from tests.operations.documents.test_pressing import picture
from tests.operations.scenarios.plan import plan
from workflow.operations.documents.rendering import render_document
from workflow.store.documents import Document
from workflow.store.session import reading, writing

As = Callable[[str], Program]


def waiting_paper(play: Play) -> Document:
    """A printed paper of HY-1 that waits for its seal."""
    case = plan(play)
    play.do(case, "submit_internal")
    document = play.documents(case)[-1]
    render_document(play.installation.engine, play.installation, document.id)
    with writing(play.installation.engine) as session:
        row = session.get_one(Document, document.id)
        row.needs_seal, row.series, row.issuer_id = True, None, place(session, "HY-1").id
    with reading(play.installation.engine) as session:
        found = session.scalars(select(Document).where(Document.id == document.id)).one()
        session.expunge(found)
        return found


def test_the_keeper_presses_an_image_of_the_body_on_what_waits(play: Play, program: As, anonymous: Program) -> None:
    paper = waiting_paper(play)
    keeper, other = program("hy057"), program("hy056")
    seal = f"/organizations/{paper.issuer_id}/seal"
    image = {"content": b64encode(picture()).decode()}
    assert other.post(seal, image).status_code == 403
    assert keeper.post(seal, {"content": b64encode(b"none").decode()}).status_code == 422
    put_in = keeper.post(seal, image, key="k1")
    assert (put_in.status_code, put_in.json["image"]["side"]) == (201, 400)  # type: ignore[index]
    assert keeper.get(seal).json["earlier"] == []  # type: ignore[index]
    assert [each["id"] for each in keeper.get("/seals/waiting").json] == [paper.id]  # type: ignore[union-attr]
    assert other.get("/seals/waiting").json == []
    assert other.post("/seals/uses", {"documents": [paper.id]}).status_code == 403
    done = [keeper.post("/seals/uses", {"documents": [paper.id]}, key=key) for key in ("k2", "k2", "k3")]
    assert [each.status_code for each in done] == [200] * 3
    assert done[0].json == done[1].json == done[2].json
    assert done[0].json[0]["image_sha256"] == put_in.json["image"]["sha256"]  # type: ignore[index]
    assert keeper.post(f"{seal}/withdrawal").json["image"] is None  # type: ignore[index]
    found = anonymous.get(f"/verifications/{paper.code}").json
    assert (found["title"], found["is_voided"]) == (paper.title, False)  # type: ignore[index]
    assert anonymous.get("/verifications/XXXX-XXXX-XXXX").status_code == 404
