"""Binds finished papers into one file: their pages as stored, numbers of the file, bookmarks. The same bytes each time.

Nothing of a paper is changed but a small number at the lower edge. What is bound is held until it is written: who binds
much does so in several files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from workflow.documents.outlines import outlined
from workflow.documents.qpdf import pikepdf
from workflow.errors import WorkflowError

MILLIMETRE = 72 / 25.4
STAMP_SIZE = 7.5  #: points; smaller than any page number of a paper
STAMP_RISE = 5.0  #: mm from the lower edge of the sheet: below what any layout prints
STAMP_WORD = "案卷 "
OUTLINE_DEPTH = 3  #: levels of bookmarks that stand open


class Unreadable(WorkflowError):
    """这份文件的 PDF 读不出，不能装订。"""


@dataclass(frozen=True, slots=True)
class Extent:
    """Which pages of the file a paper takes, counted from the first paper."""

    first: int
    pages: int

    @property
    def last(self) -> int:
        """Its last page."""
        return self.first + self.pages - 1


@dataclass(frozen=True, slots=True)
class Bound:
    """A finished file."""

    data: bytes
    sha256: str
    pages: int  #: cover and contents included


@dataclass(frozen=True, slots=True)
class _Bookmark:
    title: str
    page: int  #: from nought
    level: int


class Binder:
    """Takes papers one after another; `finish` puts the cover and the contents in front and writes the file."""

    def __init__(self) -> None:
        self._pdf = pikepdf().new()
        self._bookmarks: list[_Bookmark] = []

    def mark(self, title: str, level: int) -> None:
        """A bookmark at whatever comes next."""
        self._bookmarks.append(_Bookmark(title, len(self._pdf.pages), level))

    def add(self, title: str, data: bytes, level: int, *, stamped: bool = True) -> Extent:
        """Put a paper behind the others, with a bookmark and the numbers of the file. Raises Unreadable."""
        first = len(self._pdf.pages)
        with _opened(data) as source:
            self.mark(title, level)
            for number, page in enumerate(source.pages, first + 1):
                self._pdf.pages.append(page)
                _unsign(self._pdf.pages[-1])
                if stamped:
                    _stamp(self._pdf, self._pdf.pages[-1], number)
            return Extent(first + 1, len(source.pages))

    def finish(self, title: str, front: bytes, fronts: Sequence[tuple[str, int]]) -> Bound:
        """The whole file. `fronts` are bookmarks of the front: title and page of it, from nought."""
        with _opened(front) as ahead:
            shift = len(ahead.pages)
            for number, page in enumerate(ahead.pages):
                self._pdf.pages.insert(number, page)
        marks = [_Bookmark(name, page, 0) for name, page in fronts]
        marks += [_Bookmark(each.title, each.page + shift, each.level) for each in self._bookmarks]
        self._outline(marks)
        self._pdf.Root.PageLabels = _labels(shift, len(self._pdf.pages))
        self._pdf.Root.PageMode = pikepdf().Name.UseOutlines
        self._pdf.docinfo["/Title"] = title
        pages, written = len(self._pdf.pages), BytesIO()
        self._pdf.save(written, deterministic_id=True, object_stream_mode=pikepdf().ObjectStreamMode.generate)
        self._pdf.close()
        data = written.getvalue()
        return Bound(data, hashlib.sha256(data).hexdigest(), pages)

    def _outline(self, marks: Sequence[_Bookmark]) -> None:
        last = len(self._pdf.pages) - 1
        with self._pdf.open_outline() as outline:
            line: list[Any] = []
            for each in marks:
                item = pikepdf().OutlineItem(each.title, min(each.page, last))
                item.is_closed = each.level >= OUTLINE_DEPTH
                del line[each.level :]
                (line[-1].children if line else outline.root).append(item)
                line.append(item)


def _opened(data: bytes) -> Any:
    try:
        return pikepdf().open(BytesIO(data))
    except pikepdf().PdfError as error:
        raise Unreadable from error


def _unsign(page: Any) -> None:
    """A signature covers the paper alone: its field would be broken in a file of many. The stored paper keeps it."""
    if "/Annots" not in page.obj:
        return
    kept = [each for each in page.obj.Annots if each.get("/Subtype") != pikepdf().Name.Widget]
    page.obj.Annots = pikepdf().Array(kept)


def _labels(front: int, pages: int) -> Any:
    """What a reader shows as page numbers: roman in front, then those that are stamped."""
    roman = pikepdf().Dictionary(S=pikepdf().Name.r)
    arabic = pikepdf().Dictionary(S=pikepdf().Name.D)
    numbers: list[Any] = [0, roman]
    return pikepdf().Dictionary(Nums=pikepdf().Array([*numbers, front, arabic] if front < pages else numbers))


def _stamp(pdf: Any, page: Any, number: int) -> None:
    """The number of the file, drawn as outlines in the middle of the lower edge: it needs no font of the paper."""
    found = outlined(f"{STAMP_WORD}{number}")
    if found is None:
        return
    left, lower, right, _ = (float(each) for each in page.mediabox)
    x = (left + right - found.width * STAMP_SIZE) / 2
    place = f"{STAMP_SIZE} 0 0 {STAMP_SIZE} {x:.2f} {lower + STAMP_RISE * MILLIMETRE:.2f} cm"
    drawing = f"Q /Artifact BMC q 0.35 g {place} {found.path} f Q EMC"
    page.contents_add(pdf.make_stream(b"q"), prepend=True)
    page.contents_add(pdf.make_stream(drawing.encode("ascii")))
