"""Draws a few characters as outlines of a font, where a page shall carry them without a font of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from workflow.documents.fonts import Face, resolve_fonts

TYPEFACE = "宋体"
PLACES = 4  #: decimals of a coordinate in em


@dataclass(frozen=True, slots=True)
class Outline:
    """Characters as path operators of PDF, in em from the left end of the base line."""

    path: str
    width: float


class _PathPen(BasePen):  # type: ignore[misc] # fontTools has no types
    """Writes what it is told to draw as PDF operators; curves of either kind become cubic ones."""

    def __init__(self, glyphs: Any, units: int, offset: float) -> None:
        super().__init__(glyphs)
        self.operators: list[str] = []
        self._units, self._offset = units, offset

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - the name of the pen protocol
        self._write("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - as above
        self._write("l", pt)

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:  # noqa: N802
        self._write("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802 - as above
        self.operators.append("h")

    def _write(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = (
            f"{round(x / self._units + self._offset, PLACES):g} {round(y / self._units, PLACES):g}" for x, y in points
        )
        self.operators.append(f"{' '.join(numbers)} {operator}")


def outlined(text: str) -> Outline | None:
    """A text in the typeface of page numbers; None where no such font is installed."""
    face = next((each.faces[0] for each in resolve_fonts().choices if each.official == TYPEFACE and each.faces), None)
    if face is None:
        return None
    operators, width = [], 0.0
    for character in text:
        drawn, advance = _character(face, character, round(width, PLACES))
        operators.append(drawn)
        width += advance
    return Outline(" ".join(filter(None, operators)), width)


@lru_cache(maxsize=1024)
def _character(face: Face, character: str, offset: float) -> tuple[str, float]:
    font = _font(face)
    name = font.getBestCmap().get(ord(character), ".notdef")
    glyphs, units = font.getGlyphSet(), font["head"].unitsPerEm
    pen = _PathPen(glyphs, units, offset)
    glyphs[name].draw(pen)
    return " ".join(pen.operators), font["hmtx"][name][0] / units


@lru_cache(maxsize=2)
def _font(face: Face) -> TTFont:
    return TTFont(face.path, fontNumber=face.index, lazy=True)
