"""Seals in the pages: the keeper's image, the list of papers that wait, and what anybody may verify."""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO

import pytest
from sqlalchemy import select

from tests.operations.documents.test_pressing import picture
from tests.web.conftest import Visit
from tests.web.visiting import Visitor, plain
from workflow.operations.installation import Installation
from workflow.operations.sealing import seal_campaigns
from workflow.store.documents import Document, DocumentFile
from workflow.store.journal import JournalEntry
from workflow.store.seals import SealUse
from workflow.store.session import reading, writing

KEEPER, COLLEAGUE = "hy057", "hy056"  #: of HY-1


def send_file(visitor: Visitor, path: str, data: bytes, page: str = "/help", **more: str) -> tuple[int, str]:
    values = {"csrf_token": visitor.token(page), "file": (BytesIO(data), "file"), **more}
    answer = visitor.client.post(path, data=values, content_type="multipart/form-data")
    return answer.status_code, plain(answer.text)


@pytest.fixture
def paper(installation: Installation) -> Document:
    """A printed paper."""
    with reading(installation.engine) as session:
        printed = select(Document).where(Document.state == "rendered").order_by(Document.id)
        found = session.scalars(printed).first()
        assert found is not None
        session.expunge(found)
        return found


@pytest.fixture
def file(installation: Installation, paper: Document) -> bytes:
    """Its bytes."""
    with reading(installation.engine) as session:
        return session.get_one(DocumentFile, paper.id).data


def body_id(installation: Installation, paper: Document, code: str) -> int:
    with reading(installation.engine) as session:
        from_code = select(Document.issuer_id).where(Document.id == paper.id)
        assert session.scalar(from_code)
        found = session.connection().exec_driver_sql(f"SELECT id FROM organizations WHERE code = '{code}'")
        return int(found.scalar_one())


def test_the_keeper_manages_the_image_and_nobody_else_sees_it(
    visit: Visit, installation: Installation, paper: Document
) -> None:
    body = body_id(installation, paper, "HY-1")
    page, keeper, colleague = f"/organizations/{body}/seal", visit(KEEPER), visit(COLLEAGUE)
    assert page in keeper.read(f"/organizations/{body}")
    assert page not in colleague.read(f"/organizations/{body}")
    assert colleague.get(page).status_code == 404
    status, text = send_file(keeper, page, b"no picture")
    assert status == 422
    assert "不是能识别的 PNG 或 JPEG 图片" in text
    assert send_file(colleague, page, picture())[0] == 403
    assert send_file(keeper, page, picture())[0] == 303
    text = keeper.read(page)
    assert "400×400 像素" in plain(text)
    image = next(each for each in text.split('"') if each.startswith(f"{page}/") and each[-1].isdigit())
    assert keeper.get(image).data == picture()
    assert colleague.get(image).status_code == 404
    assert keeper.send(f"{page}/withdrawal", {}).status_code == 303
    assert "停用的图片" in plain(keeper.read(page))


def test_papers_wait_in_the_list_of_the_keeper(visit: Visit, installation: Installation, paper: Document) -> None:
    body = body_id(installation, paper, "HY-1")
    with writing(installation.engine) as session:
        row = session.get_one(Document, paper.id)
        row.needs_seal, row.issuer_id, row.series = True, body, None
    keeper, colleague = visit(KEEPER), visit(COLLEAGUE)
    assert paper.title in plain(keeper.read("/documents/seals"))
    assert paper.title not in plain(colleague.read("/documents/seals"))
    assert keeper.send("/documents/seals", {}).status_code == 422
    assert colleague.send("/documents/seals", {"document": paper.id}).status_code == 403
    assert "尚未用印" in plain(keeper.read(f"/documents/{paper.id}"))
    for _ in range(2):
        assert keeper.send("/documents/seals", {"document": paper.id}).status_code == 303
    assert f'value="{paper.id}"' not in keeper.read("/documents/seals")
    assert "由熊建军用印；未加电子签名：本系统没有配置签名证书" in plain(keeper.read(f"/documents/{paper.id}"))
    with reading(installation.engine) as session:
        assert [each.document_id for each in session.scalars(select(SealUse))] == [paper.id]


def test_anybody_verifies_a_code(visit: Visit, installation: Installation, paper: Document) -> None:
    seal_campaigns(installation.engine)
    stranger = visit()
    text = plain(stranger.read(f"/verify/{paper.code}"))
    assert "登记在册，此件有效" in text
    assert "次封存覆盖" in text
    for part in str(paper.content["case"]["data"].get("basis") or "从不显示"), "不符":
        assert part not in text
    assert stranger.get("/verify/XXXX-XXXX-XXXX").status_code == 404
    with writing(installation.engine) as session:
        session.get_one(Document, paper.id).state = "voided"
    assert "此件已作废" in plain(stranger.read(f"/verify/{paper.code}"))


def test_anybody_verifies_a_file_which_is_not_kept(
    visit: Visit, installation: Installation, paper: Document, file: bytes
) -> None:
    stranger = visit()
    status, text = send_file(stranger, "/verify", file, "/verify")
    assert (status, "文件与登记一致，此件有效" in text) == (200, True)
    assert "逐字节一致" in text
    changed = bytearray(file)
    changed[-40] ^= 1  # behind the embedded facts
    status, text = send_file(stranger, "/verify", bytes(changed), "/verify")
    assert (status, "核对不符" in text) == (200, True) or status == 404
    status, text = send_file(stranger, "/verify", b"%PDF-1.7 no", "/verify", code=paper.code)
    assert "核对不符" in text
    status, text = send_file(stranger, "/verify", b"", "/verify")
    assert status == 404
    assert "不是可以读取的 PDF" in text


def test_a_fingerprint_verifies_as_the_file_does(visit: Visit, paper: Document, file: bytes) -> None:
    stranger, known = visit(), sha256(file).hexdigest()
    for address in (f"/verify?sha256={known}", f"/verify?sha256={known}&code={paper.code}"):
        text = plain(stranger.read(address))
        assert "文件与登记一致，此件有效" in text
        assert "逐字节一致" in text
    other = sha256(b"another file").hexdigest()
    assert "核对不符" in plain(stranger.read(f"/verify?sha256={other}&code={paper.code}"))
    for unknown in (other, known[1:], known.upper()):
        answer = stranger.get(f"/verify?sha256={unknown}")
        assert answer.status_code == 404
        assert "上传文件逐项核对" in plain(answer.text)
    marked = re.compile(r'aria-current="page">.*?公示')
    assert marked.search(visit("hy020").read("/notices"))
    assert not marked.search(visit("hy020").read("/verify"))


def test_a_change_in_the_database_shows(visit: Visit, installation: Installation, paper: Document) -> None:
    with writing(installation.engine) as session:
        row = session.get_one(Document, paper.id)
        row.content = {**row.content, "case": {**row.content["case"], "title": "另一个标题"}}
        entries = select(JournalEntry).where(JournalEntry.case_id == paper.case_id).order_by(JournalEntry.sequence)
        session.scalars(entries.limit(1)).one().reason = "另一个理由"
    text = plain(visit().read(f"/verify/{paper.code}"))
    for part in ("核对不符", "登记的正文与当时的校验值不符", "这一事项的留痕与校验值不符"):
        assert part in text
