"""Makes pages for a volume out of a file that somebody sent: a PDF page by page, a picture on a page of its own.

What others made is not trusted: it is opened apart, measured, made still, and written anew before it meets the volume.
"""

from __future__ import annotations

import logging
import warnings
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any

from workflow.documents.images import look_at, pillow, unreadable
from workflow.documents.qpdf import pikepdf
from workflow.errors import WorkflowError

POINTS = 72 / 25.4  #: of a millimetre
SHEET = (210 * POINTS, 297 * POINTS)  #: A4
PICTURE_MARGIN = 20 * POINTS  #: around a picture; a page keeps its own margins
SCREEN = 96  #: pixels of a picture to the inch, unless it has to be made smaller
FINEST = 3508  #: pixels of the longer side that print can show: A4 at 300 to the inch
JPEG_QUALITY = 85
QUARTER, HALF, WHOLE = 90, 180, 360
#: Of a page: what is kept. Anything else acts, points elsewhere, or speaks of a document that is left behind.
KEPT = frozenset({"/Type", "/Contents", "/Resources", "/MediaBox", "/Group"})
DAMAGED = (
    zlib.error, ValueError, RuntimeError, TypeError, KeyError, AttributeError, IndexError, OverflowError,
)  # fmt: skip

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
BINDABLE = frozenset({PDF, PNG, JPEG})  #: media types that have pages

Matrix = tuple[float, float, float, float, float, float]

logging.getLogger("pikepdf").setLevel(logging.ERROR)


class Unbindable(WorkflowError):
    """{reason}"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may hold to be bound."""

    pages: int
    pixels: int


def pages_of(media_type: str, data: bytes, limits: Limits) -> bytes:
    """One of the bindable kinds as a sound PDF of upright A4 pages. Raises Unbindable with the reason."""
    if media_type == PDF:
        return _sheets(data, limits.pages, 0)
    return _sheets(_page_of_picture(data, limits.pixels), 1, PICTURE_MARGIN)


def _sheets(data: bytes, most: int, margin: float) -> bytes:
    try:
        with pikepdf().open(BytesIO(data)) as source, pikepdf().new() as sheets:
            _check(source, most)
            source.flatten_annotations("all")
            for page in source.pages:
                sheets.pages.append(page)
                _lay(sheets, sheets.pages[-1], margin)
            written = BytesIO()
            sheets.save(written, deterministic_id=True, object_stream_mode=pikepdf().ObjectStreamMode.generate)
            return written.getvalue()
    except pikepdf().PasswordError as error:
        raise Unbindable(reason="PDF 已加密") from error
    except _faults() as error:
        raise Unbindable(reason="PDF 已损坏，读不出") from error


def _faults() -> tuple[type[Exception], ...]:
    """What a damaged file comes to."""
    return (*DAMAGED, pikepdf().PdfError, pikepdf().DataDecodingError, pikepdf().ForeignObjectError)


def _check(source: Any, most: int) -> None:
    if source.is_encrypted:
        raise Unbindable(reason="PDF 已加密")
    if not len(source.pages):
        raise Unbindable(reason="PDF 中没有页面")
    if len(source.pages) > most:
        raise Unbindable(reason=f"PDF 有{len(source.pages)}页，超过可以装订的{most}页")


def _lay(sheets: Any, page: Any, margin: float) -> None:
    """Turn the page upright and put it on the middle of a sheet, smaller where it is too large."""
    left, lower, right, upper = (float(each) for each in page.cropbox)
    width, height = right - left, upper - lower
    if width <= 0 or height <= 0:
        raise ValueError(page.cropbox)
    turned = int(page.obj.get("/Rotate", 0)) % WHOLE
    shown = (height, width) if turned % HALF else (width, height)
    sheet = SHEET if shown[0] <= shown[1] else SHEET[::-1]
    scale = min(1, *((whole - 2 * margin) / side for whole, side in zip(sheet, shown, strict=True)))
    offset = tuple((whole - scale * side) / 2 for whole, side in zip(sheet, shown, strict=True))
    matrix = _matrix(turned, (left, lower, right, upper), scale, (offset[0], offset[1]))
    for key in set(page.obj.keys()) - KEPT:
        del page.obj[key]
    page.obj.MediaBox = pikepdf().Array([0, 0, round(sheet[0], 2), round(sheet[1], 2)])
    numbers = " ".join(f"{each:.5f}" for each in matrix)
    frame = f"q {numbers} cm {left:.3f} {lower:.3f} {width:.3f} {height:.3f} re W n q"
    page.contents_add(sheets.make_stream(frame.encode("ascii")), prepend=True)
    page.contents_add(sheets.make_stream(b"Q Q"))


def _matrix(
    turned: int, box: tuple[float, float, float, float], scale: float, offset: tuple[float, float]
) -> Matrix:  # fmt: skip
    """From the space of the page to that of the sheet; a page is turned clockwise for who looks at it."""
    left, lower, right, upper = box
    x, y = offset
    matrices: Mapping[int, Matrix] = {
        0: (scale, 0, 0, scale, x - scale * left, y - scale * lower),
        QUARTER: (0, -scale, scale, 0, x - scale * lower, y + scale * right),
        HALF: (-scale, 0, 0, -scale, x + scale * right, y + scale * upper),
        HALF + QUARTER: (0, scale, -scale, 0, x + scale * upper, y - scale * left),
    }
    return matrices[turned]


def _page_of_picture(data: bytes, most: int) -> bytes:
    """The picture upright on white, no finer than print can show, as a PDF of its own size."""
    seen = look_at(data, 0)
    if seen is None:
        raise Unbindable(reason="图片已损坏，读不出")
    if seen.width * seen.height > most:
        raise Unbindable(reason=f"图片有{seen.width}×{seen.height}像素，超过可以装订的大小")
    try:
        with warnings.catch_warnings(), pillow().open(BytesIO(data)) as opened:
            warnings.simplefilter("error", pillow().DecompressionBombWarning)
            opened.draft(None, (FINEST, FINEST))
            image = _on_white(import_module("PIL.ImageOps").exif_transpose(opened))
            image.thumbnail((FINEST, FINEST))
            written = BytesIO()
            image.save(written, "PDF", resolution=SCREEN, quality=JPEG_QUALITY)
            return written.getvalue()
    except unreadable() as error:
        raise Unbindable(reason="图片已损坏，读不出") from error


def _on_white(image: Any) -> Any:
    if image.mode in ("L", "RGB"):
        return image.copy()
    if image.mode == "CMYK":
        return image.convert("RGB")
    drawn = image.convert("RGBA")
    ground = pillow().new("RGBA", drawn.size, "white")
    return pillow().alpha_composite(ground, drawn).convert("RGB")
