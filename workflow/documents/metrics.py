"""Character widths and inked height of one font, as typesetting needs them."""

from __future__ import annotations

from collections.abc import Iterable
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
    _widths: dict[str, float] = field(default_factory=dict)
    _inks: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, font: Any) -> Metrics:
        """Measures of an open fontTools font."""
        units = font["head"].unitsPerEm
        return cls(font["hhea"].ascent / units, -font["hhea"].descent / units, font, font.getBestCmap())

    @property
    def characters(self) -> frozenset[int]:
        """Code points that the font draws."""
        return frozenset(self._names)

    def width(self, character: str) -> float:
        """Advance of one character."""
        if character not in self._widths:
            name = self._names.get(ord(character))
            units = self._font["head"].unitsPerEm
            self._widths[character] = self._font["hmtx"][name][0] / units if name else FULL_WIDTH
        return self._widths[character]

    def ink(self, characters: Iterable[str]) -> tuple[float, float]:
        """Lowest and highest inked point over the baseline among the characters."""
        bounds = [self._bounds(character) for character in characters]
        return min((low for low, _ in bounds), default=0.0), max((high for _, high in bounds), default=0.0)

    def _bounds(self, character: str) -> tuple[float, float]:
        if character not in self._inks:
            name = self._names.get(ord(character))
            pen = BoundsPen(self._font.getGlyphSet())
            if name:
                self._font.getGlyphSet()[name].draw(pen)
            units = self._font["head"].unitsPerEm
            self._inks[character] = (pen.bounds[1] / units, pen.bounds[3] / units) if pen.bounds else (0.0, 0.0)
        return self._inks[character]
