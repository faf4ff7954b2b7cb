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
        glyphs = self._font.getGlyphSet()
        low, high = 0.0, 0.0
        for character in characters:
            if name := self._names.get(ord(character)):
                pen = BoundsPen(glyphs)
                glyphs[name].draw(pen)
                if pen.bounds:
                    low, high = min(low, pen.bounds[1]), max(high, pen.bounds[3])
        units = self._font["head"].unitsPerEm
        return low / units, high / units
