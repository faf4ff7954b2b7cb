"""Files that somebody sent become still, upright A4 pages; what cannot be bound says why."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from workflow.documents.enclosures import JPEG, PDF, PNG, Limits, Unbindable, pages_of

LIMITS = Limits(pages=3, pixels=1_000_000)
A4 = (595.28, 841.89)
RED, BLUE = (200, 20, 20), (20, 20, 200)


BOX = (100, 50, 400, 450)
SEEN = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
LINK = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://a.invalid")


def sent(turned: int = 0, box: tuple[int, int, int, int] = BOX, *, pages: int = 1, key: str = "") -> bytes:
    """A PDF of so many pages: what is seen of each is red on its left half and blue on its right half."""
    left, lower, right, upper = box
    middle = (left + right) / 2
    drawing = f"0.8 0.1 0.1 rg {left} {lower} {middle - left} {upper - lower} re f 0.1 0.1 0.8 rg "
    drawing += f"{middle} {lower} {right - middle} {upper - lower} re f"
    with pikepdf.new() as pdf:
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(1200, 1600))
            page.contents_add(pdf.make_stream(drawing.encode("ascii")))
            page.obj.CropBox, page.obj.Rotate = pikepdf.Array(box), turned
            page.obj.AA = pikepdf.Dictionary(O=SEEN)
            page.obj.Annots = [pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=LINK)]
        data = io.BytesIO()
        pdf.save(data, encryption=pikepdf.Encryption(owner=key, user=key) if key else None)
    return data.getvalue()


def picture(kind: str, size: tuple[int, int] = (40, 20), *, mode: str = "RGB", turned: int = 1) -> bytes:
    """A picture that is red on its left half and blue on its right half, as it is stored."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112] = turned
    data = io.BytesIO()
    image.convert(mode).save(data, kind, exif=exif)
    return data.getvalue()


def colours(pdf: bytes, *places: tuple[float, float]) -> list[str]:
    """What is at these places of the first page, as shares of its width and height from the upper left corner."""
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    found = (image.getpixel((int(x * image.width), int(y * image.height))) for x, y in places)
    return ["blank" if min(each) > 240 else "red" if each[0] > each[2] else "blue" for each in found]


@pytest.mark.parametrize(
    ("turned", "red", "blue"),
    [(0, (0.4, 0.5), (0.6, 0.5)), (90, (0.5, 0.4), (0.5, 0.6)), (180, (0.6, 0.5), (0.4, 0.5)),
     (270, (0.5, 0.6), (0.5, 0.4))],
)  # fmt: skip
def test_a_page_stands_upright_on_a_sheet_and_does_nothing(turned: int, red: tuple[float, float],
                                                           blue: tuple[float, float]) -> None:  # fmt: skip
    found = pages_of(PDF, sent(turned, pages=2), LIMITS)
    assert found == pages_of(PDF, sent(turned, pages=2), LIMITS)
    assert colours(found, red, blue, (0.02, 0.02)) == ["red", "blue", "blank"]
    with pikepdf.open(io.BytesIO(found)) as pdf:
        assert len(pdf.pages) == 2
        sides = [float(each) for each in pdf.pages[0].mediabox[2:]]
        assert sorted(sides) == pytest.approx(A4, abs=0.01)
        assert (sides[0] > sides[1]) is bool(turned % 180)
    for word in (b"/AA", b"/Annots", b"JavaScript", b"a.invalid", b"/Rotate"):
        assert word not in found


def test_what_is_larger_than_a_sheet_is_made_smaller() -> None:
    found = pages_of(PDF, sent(0, (0, 0, 1190, 1600)), LIMITS)
    assert colours(found, (0.04, 0.5), (0.96, 0.5), (0.3, 0.01)) == ["red", "blue", "blank"]


@pytest.mark.parametrize(("media_type", "kind", "mode"), [(PNG, "PNG", "P"), (PNG, "PNG", "RGBA"),
                                                          (JPEG, "JPEG", "RGB"), (JPEG, "JPEG", "CMYK")])  # fmt: skip
def test_a_picture_has_a_page(media_type: str, kind: str, mode: str) -> None:
    found = pages_of(media_type, picture(kind, (900, 600), mode=mode), LIMITS)
    places = (0.02, 0.02), (0.98, 0.98), (0.3, 0.5), (0.7, 0.5)
    assert colours(found, *places) == ["blank", "blank", "red", "blue"]


def test_a_picture_taken_upright_is_shown_upright() -> None:
    found = pages_of(JPEG, picture("JPEG", (900, 600), turned=6), LIMITS)
    assert colours(found, (0.5, 0.3), (0.5, 0.7)) == ["red", "blue"]


@pytest.mark.parametrize(
    ("media_type", "data", "reason"),
    [
        (PDF, b"%PDF-1.7 invented", "PDF 已损坏，读不出"),
        (PDF, sent(key="geheim"), "PDF 已加密"),
        (PDF, sent(pages=4), "PDF 有4页，超过可以装订的3页"),
        (PDF, sent(box=(10, 10, 10, 400)), "PDF 已损坏，读不出"),
        (PNG, picture("PNG")[:-9], "图片已损坏，读不出"),
        (PNG, picture("PNG", (1001, 1000)), "图片有1001×1000像素，超过可以装订的大小"),
    ],
)  # fmt: skip
def test_what_cannot_be_bound_says_why(media_type: str, data: bytes, reason: str) -> None:
    with pytest.raises(Unbindable) as refused:
        pages_of(media_type, data, LIMITS)
    assert refused.value.message == reason
