"""Pages of a PDF as pictures, and several PDF in one: what a browser shows in a page. The one home of PDFium.

It is loaded with the first page that is drawn, in a service in the process that prints (`rooms`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from io import BytesIO
from threading import Lock
from typing import Any

from workflow.documents.images import pillow
from workflow.documents.rooms import PRESS

DRAWING_SECONDS = 60.0
#: PDFium is not made for threads.
_DRAWING = Lock()
COLOURS = 128  #: print on paper needs no more, and a picture is a third as heavy


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as PNG."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """The first pages of a paper, and how many it has."""

    pictures: tuple[Picture, ...]
    pages: int


def draw(pdf: bytes, width: int, most: int) -> Drawn:
    """The first pages as pictures, the shorter side of each so many pixels long."""
    return PRESS.do(DRAWING_SECONDS, _draw, pdf, width, most)


def joined(pdfs: Sequence[bytes]) -> bytes:
    """The papers one after another in one PDF."""
    return pdfs[0] if len(pdfs) == 1 else PRESS.do(DRAWING_SECONDS, _joined, tuple(pdfs))


def _draw(pdf: bytes, width: int, most: int) -> Drawn:
    with _DRAWING:
        document = _pdfium().PdfDocument(pdf)
        try:
            pages = len(document)
            images = [_image(document[number], width) for number in range(min(pages, most))]
        finally:
            document.close()
    return Drawn(tuple(_picture(each) for each in images), pages)


def _joined(pdfs: Sequence[bytes]) -> bytes:
    with _DRAWING:
        whole = _pdfium().PdfDocument.new()
        for each in pdfs:
            source = _pdfium().PdfDocument(each)
            whole.import_pages(source)
            source.close()
        stream = BytesIO()
        whole.save(stream)
        whole.close()
    return stream.getvalue()


@cache
def _pdfium() -> Any:
    return import_module("pypdfium2")


def _image(page: Any, width: int) -> Any:
    bitmap = page.render(scale=width / min(page.get_size()))
    image = bitmap.to_pil().convert("RGB")
    page.close()
    return image


def _picture(image: Any) -> Picture:
    stream = BytesIO()
    few = image.quantize(COLOURS, method=pillow().Quantize.FASTOCTREE, dither=pillow().Dither.NONE)
    few.save(stream, "PNG", compress_level=6)
    return Picture(stream.getvalue(), image.width, image.height)
