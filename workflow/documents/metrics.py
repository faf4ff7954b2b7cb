"""Character widths and inked height of one font, as typesetting needs them.

What is kept of a font is small; the font itself, some megabytes as its library reads it, is put away again.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from fontTools.pens.boundsPen import BoundsPen

from workflow.documents.tables import advances_of, glyphs_of, place_of

FULL_WIDTH = 1.0


@dataclass(slots=True)
class Metrics:
    """Measures in em. A character the font lacks counts as one full width: its fallback is a Chinese font too."""

    ascent: float
    descent: float
    _open: Callable[[], Any]
    _units: int
    _points: array[int]  #: sorted, beside the advance of each
    _advances: array[int]
    _behind: Callable[[], Metrics] | None = None  #: asked late: it may be a large font
    _widths: dict[str, float] = field(default_factory=dict)
    _inks: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, opened: Callable[[], Any], behind: Callable[[], Metrics] | None = None) -> Metrics:
        """Measures of a fontTools font; what it lacks is asked of the one behind it."""
        with opened() as font:
            units, lines, widths = font["head"].unitsPerEm, font["hhea"], advances_of(font)
            drawn, last = sorted(glyphs_of(font).items()), len(widths) - 1
            points = array("I", [point for point, _ in drawn])
            advances = array("H", [widths[min(glyph, last)] for _, glyph in drawn])
            return cls(lines.ascent / units, -lines.descent / units, opened, units, points, advances, behind)

    def width(self, character: str) -> float:
        """Advance of one character."""
        if character not in self._widths:
            self._widths[character] = self._width(character)
        return self._widths[character]

    def _width(self, character: str) -> float:
        place = place_of(ord(character), self._points)
        if place is not None:
            return float(self._advances[place] / self._units)
        return self._behind().width(character) if self._behind else FULL_WIDTH

    def ink(self, characters: Iterable[str]) -> tuple[float, float]:
        """Lowest and highest inked point over the baseline among the characters."""
        bounds = self.bounds(characters)
        return min((low for low, _ in bounds), default=0.0), max((high for _, high in bounds), default=0.0)

    def bounds(self, characters: Iterable[str]) -> list[tuple[float, float]]:
        """Lowest and highest inked point of each character."""
        wanted = list(characters)
        if new := {each for each in wanted if each not in self._inks}:
            mine = {each for each in new if place_of(ord(each), self._points) is not None}
            rest = sorted(new - mine)
            self._inks |= self._drawn(sorted(mine)) if mine else {}
            self._inks |= zip(
                rest, self._behind().bounds(rest) if self._behind else [(0.0, 0.0)] * len(rest), strict=True
            )
        return [self._inks[each] for each in wanted]

    def _drawn(self, characters: Iterable[str]) -> dict[str, tuple[float, float]]:
        found = {}
        with self._open() as font:
            numbers = glyphs_of(font)
            if "glyf" in font:  # else the font names its glyphs itself
                font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
            glyphs = font.getGlyphSet()
            for each in characters:
                pen = BoundsPen(glyphs)
                glyphs[font.getGlyphName(numbers[ord(each)])].draw(pen)
                found[each] = (pen.bounds[1] / self._units, pen.bounds[3] / self._units) if pen.bounds else (0.0, 0.0)
        return found
