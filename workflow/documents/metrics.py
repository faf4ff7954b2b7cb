"""Character widths and inked height of one font, as typesetting needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from fontTools.pens.boundsPen import BoundsPen

FULL_WIDTH = 1.0


@dataclass(slots=True)
class Metrics:
    """Measures in em. A character the font lacks counts as one full width: its fallback is a Chinese font too."""

    ascent: float
    descent: float
    _font: Any
    _names: dict[int, str]
    _behind: Callable[[], Metrics] | None = None  #: asked late: it may be a large font
    _widths: dict[str, float] = field(default_factory=dict)
    _inks: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, font: Any, behind: Callable[[], Metrics] | None = None) -> Metrics:
        """Measures of an open fontTools font; what it lacks is asked of the one behind it."""
        units = font["head"].unitsPerEm
        return cls(font["hhea"].ascent / units, -font["hhea"].descent / units, font, font.getBestCmap(), behind)

    def width(self, character: str) -> float:
        """Advance of one character."""
        if character not in self._widths:
            self._widths[character] = self._width(character)
        return self._widths[character]

    def _width(self, character: str) -> float:
        if name := self._names.get(ord(character)):
            return float(self._font["hmtx"][name][0] / self._font["head"].unitsPerEm)
        return self._behind().width(character) if self._behind else FULL_WIDTH

    def ink(self, characters: Iterable[str]) -> tuple[float, float]:
        """Lowest and highest inked point over the baseline among the characters."""
        bounds = [self.bounds(character) for character in characters]
        return min((low for low, _ in bounds), default=0.0), max((high for _, high in bounds), default=0.0)

    def bounds(self, character: str) -> tuple[float, float]:
        """Lowest and highest inked point of one character."""
        if character not in self._inks:
            self._inks[character] = self._ink(character)
        return self._inks[character]

    def _ink(self, character: str) -> tuple[float, float]:
        name = self._names.get(ord(character))
        if name is None:
            return self._behind().bounds(character) if self._behind else (0.0, 0.0)
        glyphs, units = self._font.getGlyphSet(), self._font["head"].unitsPerEm
        pen = BoundsPen(glyphs)
        glyphs[name].draw(pen)
        return (pen.bounds[1] / units, pen.bounds[3] / units) if pen.bounds else (0.0, 0.0)
