"""The lines of a table drawn through, where WeasyPrint 70 draws a piece of line for every edge of every cell.

A tenth of the pieces make the same lines, without the seams that some readers show between them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from weasyprint.draw import draw_collapsed_borders

Span = tuple[float, float]
long_borders = draw_collapsed_borders


class _Pieces:
    """Stands in for the page, and notes what would be drawn."""

    def __init__(self) -> None:
        self.pens: set[tuple[str, Any]] = set()
        self.is_plain = True
        self.across: defaultdict[float, list[Span]] = defaultdict(list)
        self.down: defaultdict[float, list[Span]] = defaultdict(list)
        self._at = 0.0, 0.0

    def artifact(self) -> AbstractContextManager[None]:
        return nullcontext()

    stacked = artifact

    def set_color(self, color: Any, *, stroke: bool) -> None:
        self.pens.add(("color" if stroke else "fill", color))

    def set_line_width(self, width: float) -> None:
        self.pens.add(("width", width))

    def move_to(self, x: float, y: float) -> None:
        self._at = x, y

    def line_to(self, x: float, y: float) -> None:
        left, top = self._at
        if y == top:
            self.across[y].append((left, x))
        else:
            self.down[x].append((top, y))

    def stroke(self) -> None:
        """Each piece is one already."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        self.is_plain = False
        return lambda *_arguments: None


def short_borders(stream: Any, table: Any) -> None:
    """Draw the borders of the cells of a table (`draw_collapsed_borders`), whole where all are of one pen."""
    pieces = _Pieces()
    long_borders(pieces, table)
    pens = dict(pieces.pens)
    if not pieces.is_plain or len(pieces.pens) != 2 or pens["color"].alpha != 1:
        long_borders(stream, table)
        return
    with stream.artifact(), stream.stacked():
        stream.set_color(pens["color"], stroke=True)
        stream.set_line_width(pens["width"])
        for y, spans in pieces.across.items():
            for left, right in _joined(spans):
                stream.move_to(left, y)
                stream.line_to(right, y)
        for x, spans in pieces.down.items():
            for top, bottom in _joined(spans):
                stream.move_to(x, top)
                stream.line_to(x, bottom)
        stream.stroke()


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans that touch made one."""
    begin = end = None
    for first, last in sorted(spans):
        if begin is None or end is None or first > end:
            if begin is not None and end is not None:
                yield begin, end
            begin, end = first, last
        else:
            end = max(end, last)
    if begin is not None and end is not None:
        yield begin, end
