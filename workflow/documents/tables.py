"""What typesetting asks of a font file, read from its own tables (ISO/IEC 14496-22): which characters, how wide.

The library reads a table into an object a character, ten megabytes a font; two rows of numbers say the same.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from struct import iter_unpack, unpack_from
from typing import Any

from fontTools.ttLib import TTFont

UNICODE = {(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)}  #: platform and encoding of the tables that count
#: Formats of a table of characters: one for the first 65,536, one for all.
SEGMENTS, GROUPS = 4, 12
BEYOND = 0xFFFF


def place_of(point: int, points: array[int]) -> int | None:
    """Where a code point stands among sorted ones."""
    place = bisect_left(points, point)
    return place if place < len(points) and points[place] == point else None


def opened(path: Path, index: int) -> Any:
    """A font of a file, to be closed again."""
    return TTFont(path, fontNumber=index, lazy=True)


def glyphs_of(font: Any) -> dict[int, int]:
    """The number of the glyph of each character."""
    data = bytes(font.reader["cmap"])
    (tables,) = unpack_from(">H", data, 2)
    rows = [unpack_from(">HHL", data, 4 + 8 * number) for number in range(tables)]
    formats = {unpack_from(">H", data, row[2])[0]: row[2] for row in rows if row[:2] in UNICODE}
    start = formats.get(GROUPS, formats.get(SEGMENTS))
    if start is None:
        return {}
    drawn = _of_groups(data, start) if GROUPS in formats else _of_segments(data, start)
    return {point: glyph for point, glyph in drawn if glyph}


def _of_groups(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    (number,) = unpack_from(">L", data, start + 12)
    for first, last, glyph in iter_unpack(">LLL", data[start + 16 : start + 16 + 12 * number]):
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


def _of_segments(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    size = unpack_from(">H", data, start + 6)[0]
    ends, starts, deltas, offsets = start + 14, start + 16 + size, start + 16 + 2 * size, start + 16 + 3 * size
    for place in range(0, size, 2):
        last, first, delta, offset = (
            unpack_from(">H", data, row + place)[0] for row in (ends, starts, deltas, offsets)
        )
        for point in range(first, min(last, BEYOND - 1) + 1):
            glyph = unpack_from(">H", data, offsets + place + offset + 2 * (point - first))[0] if offset else point
            yield point, (glyph + delta) & BEYOND if glyph or not offset else 0


def advances_of(font: Any) -> array[int]:
    """How wide each glyph is; those behind the last are as wide as that."""
    (stated,) = unpack_from(">H", font.reader["hhea"], 34)
    found = array("H", bytes(font.reader["hmtx"])[: 4 * stated])
    if sys.byteorder == "little":
        found.byteswap()
    return found[::2]
