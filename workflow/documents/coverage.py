"""Which characters no installed font can draw, known from the fonts' own tables before anything is rendered."""

from __future__ import annotations

import unicodedata
from array import array
from functools import lru_cache
from pathlib import Path

from workflow.documents.fonts import resolve_fonts
from workflow.documents.tables import glyphs_of, opened, place_of

#: Spaces, controls and marks of formatting need no glyph; private and unassigned characters do.
INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def uncovered(text: str) -> list[str]:
    """The characters of a text that would print as a blank, each once, in order."""
    faces = {(face.path, face.index) for choice in resolve_fonts().choices for face in choice.faces}
    missing = dict.fromkeys(each for each in text if unicodedata.category(each) not in INVISIBLE)
    for path, index in sorted(faces):
        drawn = _characters(path, index)
        missing = {each: None for each in missing if place_of(ord(each), drawn) is None}
        if not missing:
            break
    return list(missing)


@lru_cache(maxsize=64)
def _characters(path: Path, index: int) -> array[int]:
    with opened(path, index) as font:
        return array("I", sorted(glyphs_of(font)))
