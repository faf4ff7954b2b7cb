"""The file of a case: everything that its reader may read, in order, and what is not in it by name."""

from __future__ import annotations

import io
from hashlib import sha256

import pikepdf
import pytest
from sqlalchemy import update

from tests.documents.papers import text
from tests.documents.test_enclosures import picture
from tests.documents.test_enclosures import sent as sent_pages
from tests.enterprise import who
from tests.operations.cast import Play
from tests.operations.scenarios.plan import signed
from workflow.documents.binding import Bound
from workflow.documents.render import RenderedPdf
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.errors import NotFound
from workflow.operations.attaching import File, attach
from workflow.operations.documents import volume
from workflow.operations.documents.case_file import case_file
from workflow.operations.documents.rendering import render_document
from workflow.operations.sealing import seal_campaigns
from workflow.store.documents import Document
from workflow.store.session import reading, writing


def bind(play: Play, case: int, by: str | None = None) -> Bound:
    with reading(play.installation.engine) as session:
        actor = who(session, by) if by else SYSTEM_ACTOR
        return case_file(session, play.installation, actor, play.row(case).number)[1]


def words(found: Bound) -> str:
    return text(RenderedPdf(found.data, found.sha256, found.pages, ()))


def bookmarks(found: Bound) -> list[str]:
    def walk(items: list[pikepdf.OutlineItem]) -> list[str]:
        return [title for each in items for title in (each.title, *walk(each.children))]

    with pikepdf.open(io.BytesIO(found.data)) as pdf, pdf.open_outline() as outline:
        return walk(outline.root)


def printed(play: Play, case: int, most: int = 1) -> list[Document]:
    """So many papers of the case, printed; the rest waits."""
    waiting = [each for each in play.documents(case) if each.state == "queued"][:most]
    for each in waiting:
        render_document(play.installation.engine, play.installation, each.id)
    return waiting


def test_a_file_has_cover_contents_papers_children_and_journal(play: Play) -> None:
    case = signed(play)
    (paper,) = printed(play, case)
    seal_campaigns(play.installation.engine)
    first, again = bind(play, case), bind(play, case)
    assert first == again, "the same state, the same bytes"
    row, told = play.row(case), words(first)
    for each in (row.number, row.title, "卷内目录", "保管期限30年", "在办", "根哈希", paper.code, "正在排版，未装订",
                 "待登记编号，未装订", "办理过程", "登记事项"):  # fmt: skip
        assert "".join(each.split()) in told, each
    marks = bookmarks(first)
    assert marks[:3] == ["封面", "卷内目录", row.title]
    assert paper.title in marks
    assert marks[-1] == "办理过程"
    assert {each.title for each in play.children(case)} <= set(marks)
    with writing(play.installation.engine) as session:
        session.execute(update(Document).where(Document.id == paper.id).values(state="voided"))
    found = bind(play, case)
    assert paper.title not in bookmarks(found)
    assert "已作废，不装订" in words(found)


def test_attachments_are_bound_or_named_with_the_reason(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    case = signed(play)
    sheet, broken = b"PK\x03\x04 invented", b"%PDF-1.7 invented"
    sent = {"会议记录.pdf": sent_pages(pages=3), "现场照片.jpg": picture("JPEG", (900, 600)), "党员名册.xlsx": sheet,
            "坏文件.pdf": broken, "加密.pdf": sent_pages(key="invented")}  # fmt: skip
    with writing(play.installation.engine) as session:
        for name, data in sent.items():
            attach(session, play.installation, who(session, "HY021"), case, File(name, data))
    found = bind(play, case, by="HY021")
    assert found == bind(play, case, by="HY021"), "the same state, the same bytes"
    marks, told = bookmarks(found), words(found)
    assert [name for name in sent if name in marks] == ["会议记录.pdf", "现场照片.jpg"]
    assert "2个附件" in told
    for name, data in sent.items():
        assert sha256(data).hexdigest() in told, name
    for reason in ("党员名册.xlsx电子文件另存，未装订", "坏文件.pdfPDF已损坏，读不出", "加密.pdfPDF已加密"):
        assert reason in told
    with pikepdf.open(io.BytesIO(found.data)) as pdf:
        front = next(number for number, page in enumerate(pdf.pages) if page.label == "1")
        assert len(pdf.pages) - front >= 4 + 1, "three pages, one picture, the journal"
    monkeypatch.setitem(play.installation.definitions.campaign.parameters, "file.enclosed_pages", 3)
    assert "现场照片.jpg本册附件已满，电子文件另存，未装订" in words(bind(play, case))


def test_only_who_reads_the_case_has_its_file_and_only_what_they_read(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = signed(play)
    for stranger in ("HY030", "GJ01"):  # a sister branch; a guide before anything is published
        with pytest.raises(NotFound):
            bind(play, case, by=stranger)
    (paper,), child = printed(play, case), play.children(case)[0]
    monkeypatch.setattr(volume, "is_reader", lambda _session, _actor, loaded: loaded.row.id != child.id)
    found = bind(play, case, by="HY021")
    assert paper.title in bookmarks(found)
    assert child.title not in bookmarks(found)
    assert "您无权查看，未装订" in words(found)
