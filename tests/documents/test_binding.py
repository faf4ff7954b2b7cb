"""Papers bound into one file: their own pages, numbers of the file, bookmarks, the same bytes each time."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest

from tests.documents.papers import rendered, text
from workflow.documents.binding import Binder, Bound, Unreadable
from workflow.documents.outlines import outlined
from workflow.documents.render import RenderedPdf

PARTS = ("shared/slip", "commendation/certificate")


def bound(*, stamped: bool = True) -> Bound:
    binder = Binder()
    binder.mark("实施方案", 0)
    for name in PARTS:
        binder.add(name, rendered(name).data, 1, stamped=stamped)
    return binder.finish("案卷", rendered("shared/case_file").data, (("封面", 0), ("卷内目录", 1)))


def inked(pdf: bytes, page: int) -> list[int]:
    """Rows with ink in the middle fifth of the lowest 12 mm, in tenths of a millimetre from the lower edge."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=254 / 72).to_pil().convert("L")
    width, height = picture.size
    strip = picture.crop((width * 2 // 5, height - 120, width * 3 // 5, height)).point(lambda grey: 255 * (grey < 140))
    return [120 - row for row in range(120) if strip.crop((0, row, strip.width, row + 1)).getbbox()]


def test_every_page_is_there_with_its_text_and_a_bookmark() -> None:
    found = bound()
    front = rendered("shared/case_file").pages
    whole = text(RenderedPdf(found.data, found.sha256, found.pages, ()))
    assert found.pages == front + sum(rendered(name).pages for name in PARTS)
    assert all(text(rendered(name)) in whole for name in PARTS)
    with pikepdf.open(io.BytesIO(found.data)) as pdf:
        with pdf.open_outline() as outline:
            assert [each.title for each in outline.root] == ["封面", "卷内目录", "实施方案"]
            assert [each.title for each in outline.root[2].children] == list(PARTS)
        assert pdf.pages[0].label == "i"
        assert pdf.pages[front].label == "1"


def test_the_number_of_the_file_stands_below_everything_else() -> None:
    for place, name in enumerate(PARTS, rendered("shared/case_file").pages):
        alone = inked(rendered(name).data, 0)
        numbered = set(inked(bound().data, place)) - set(alone)
        assert numbered, name
        assert 40 <= min(numbered) <= max(numbered) <= 90, name
        assert not set(inked(bound(stamped=False).data, place)) - set(alone)


def test_the_same_papers_make_the_same_bytes_and_a_sound_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    first, second = bound(), bound()
    assert first == second
    file = tmp_path / "file.pdf"
    file.write_bytes(first.data)
    with pikepdf.open(file) as pdf:
        assert not pdf.check_pdf_syntax()


def test_what_is_no_pdf_is_refused_and_nothing_of_it_is_left() -> None:
    binder = Binder()
    with pytest.raises(Unreadable):
        binder.add("坏文件", b"%PDF-1.7 broken", 0)
    assert binder.finish("案卷", rendered("shared/slip").data, ()).pages == rendered("shared/slip").pages


def test_the_signature_of_a_paper_stays_with_the_paper() -> None:
    signed = io.BytesIO()
    with pikepdf.open(io.BytesIO(rendered("shared/slip").data)) as pdf:
        field = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig,
                                   T="Signature1", Rect=[0, 0, 0, 0])  # fmt: skip
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(field)])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pdf.pages[0].obj.Annots, SigFlags=3)
        pdf.save(signed)
    binder = Binder()
    binder.add("请示", signed.getvalue(), 0)
    found = binder.finish("案卷", rendered("shared/slip").data, ())
    assert b"/Widget" not in found.data
    with pikepdf.open(io.BytesIO(found.data)) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert not any(each.get("/Subtype") == "/Widget" for page in pdf.pages for each in page.obj.get("/Annots", []))


def test_figures_are_drawn_as_outlines() -> None:
    assert outlined("12").path != outlined("21").path  # type: ignore[union-attr]
    assert outlined("案卷 1").width > outlined("1").width  # type: ignore[union-attr]
