"""ReportLab: the paper put together from flowing pieces, with a TrueType font, which is what it can embed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from tests.bench import texts

FONT = "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Light.ttf"
RED = HexColor("#e60012")
BODY = ParagraphStyle(
    "body", fontName="chinese", fontSize=15.75, leading=29.62, firstLineIndent=31.5, wordWrap="CJK", alignment=4
)
FLUSH = ParagraphStyle("flush", parent=BODY, firstLineIndent=0)
TITLE = ParagraphStyle("title", parent=FLUSH, fontSize=22, alignment=TA_CENTER)
SIGNED = ParagraphStyle("signed", parent=FLUSH, alignment=TA_RIGHT)
CELL = ParagraphStyle("cell", parent=FLUSH, fontSize=12, leading=17, alignment=0)
WIDTHS = [width * mm for width in (11, 60, 60, 24, 25, 20, 61)]


class ReportLab:
    """The font is read once."""

    def letter(self, number: int) -> Callable[[], bytes]:
        """The letter of one page."""
        return partial(_letter, texts.letter(number))

    def ledger(self, number: int, rows: int) -> Callable[[], bytes]:
        """The table."""
        return partial(_ledger, texts.ledger(number, rows))


@contextmanager
def press() -> Iterator[ReportLab]:
    """ReportLab."""
    registerFont(TTFont("chinese", FONT))
    yield ReportLab()


def _letter(written: dict[str, Any]) -> bytes:
    flowing = [
        Spacer(0, 44 * mm), Paragraph(texts.ISSUER, TITLE), Paragraph(texts.TITLE, TITLE), Spacer(0, 29.62),
        Paragraph(texts.RECEIVER + "：", FLUSH), *(Paragraph(each, BODY) for each in written["paragraphs"]),
        Paragraph(texts.CLOSING, BODY), Spacer(0, 59.24), Paragraph(texts.ISSUER, SIGNED),
        Paragraph(texts.DAY, SIGNED), Paragraph(texts.CONTACT, BODY),
    ]  # fmt: skip
    output = BytesIO()
    paper = SimpleDocTemplate(
        output, pagesize=A4, leftMargin=28 * mm, rightMargin=26 * mm, topMargin=37 * mm, bottomMargin=28 * mm
    )
    paper.build(flowing, onFirstPage=partial(_head, number=written["number"]))
    return output.getvalue()


def _head(canvas: Any, _paper: object, number: str) -> None:
    """Mark, number and double lines of a letter, and a circle for the seal."""
    canvas.setFillColor(RED)
    canvas.setStrokeColor(RED)
    canvas.setFont("chinese", 28)
    canvas.drawCentredString(105 * mm, 252 * mm, texts.ISSUER)
    for height, width in ((247, 0.75), (245.8, 0.25), (20.6, 0.25), (19.4, 0.75)):
        canvas.setLineWidth(width * mm)
        canvas.line(20 * mm, height * mm, 190 * mm, height * mm)
    canvas.setFillColor(black)
    canvas.setFont("chinese", 15.75)
    canvas.drawRightString(184 * mm, 237 * mm, number)
    canvas.setStrokeColor(HexColor("#8a8a8a"))
    canvas.setDash(1, 1)
    canvas.circle(150 * mm, 80 * mm, 21 * mm)


def _ledger(rows: list[dict[str, str]]) -> bytes:
    written = [texts.COLUMNS, *(texts.cells(index, row) for index, row in enumerate(rows, 1))]
    lines = [[Paragraph(each, CELL) for each in row] for row in written]
    style = [("GRID", (0, 0), (-1, -1), 0.25 * mm, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    output = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin"), 18 * mm) | dict.fromkeys(
        ("topMargin", "bottomMargin"), 13 * mm
    )
    paper = SimpleDocTemplate(output, pagesize=landscape(A4), **margins)
    paper.build([Paragraph("整改台账", TITLE), Spacer(0, 8), Table(lines, WIDTHS, repeatRows=1, style=style)])
    return output.getvalue()
