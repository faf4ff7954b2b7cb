"""Small TrueType fonts made at set-up from the installed ones: what names and official texts need, and nothing else.

`python -m workflow.documents.subsets FOLDER COMMON CHARACTERS` fills FOLDER/subset: of every font one with what most
papers need, one with the other common characters, one with rare ones. A font so made is read, subset and compressed
faster than the one it comes from, and its outlines take fewer bytes in a paper; the one it comes from stays behind it
for every other character. Licensed fonts are left as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from shutil import rmtree

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.roundTools import otRound
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.filterPen import DecomposingFilterPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from workflow.documents.fonts import CANDIDATES, LICENSED, PARTS, SYSTEM_FONTS, Face, installed_faces

#: Units in an em: in the text of a paper one is 14 micrometres, a third of a dot of an office printer.
UNITS = 400
#: How far a quadratic curve may leave the cubic one, in these units.
TOLERANCE = 0.8
HAN = 0x2E80  #: characters below it are few: all of them are taken
#: Of every font: the layout draws the space behind a character with the font of that character.
SPACES = (0x20, 0xA0, 0x3000)
#: Lines of the style of a font that go over, in its own units.
HEIGHTS = ("ascent", "descent", "lineGap")
STYLE = ("usWeightClass", "usWidthClass", "fsSelection", "fsType")
TYPOGRAPHIC = ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent", "yStrikeoutPosition")
NAMES = (1, 2, 3, 4, 5, 6)


def portions(common: str, listed: str) -> list[list[int]]:
    """Signs and the most common Han characters; the others of the common rows; rare ones of GB 2312 and those listed.

    In this order they get their places in a font: a paper carries the tables up to the last place that it uses.
    """
    found: list[list[int]] = []
    taken: set[int] = set()
    for each in (
        [*_rows(1, 2), *_rows(3, 4), *_lines(common), *_rows(2, 3)],
        [*_rows(16, 56), *_rows(4, 10)],
        [*_rows(56, 88), *_lines(listed)],
    ):
        found.append([point for point in dict.fromkeys(each) if point not in taken])
        taken.update(found[-1])
    return found


def _lines(listed: str) -> list[int]:
    """Code points of a list, without its remarks (#)."""
    return [ord(each) for line in listed.splitlines() if not line.startswith("#") for each in line.strip()]


def _rows(first: int, end: int) -> list[int]:
    """Characters of rows of GB 2312; its third row holds signs of full width, comma and colon among them."""
    codes = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(first, end) for cell in range(1, 95))
    return [ord(each) for code in codes for each in code.decode("gb2312", "ignore")]


def make_subsets(own: Path, wanted: Sequence[Sequence[int]], system: Sequence[Path] = SYSTEM_FONTS) -> Path:
    """Write the fonts into a folder of their own; it takes the place of the one made before when it is complete."""
    faces = installed_faces(own, tuple(system))
    shares = _shares(faces, wanted)
    made, folder = own / f"{PARTS}.new", own / PARTS
    rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    with ProcessPoolExecutor(max_workers=2) as pool:
        orders = [pool.submit(_write, faces[name], share, made / f"{name}.{number}.ttf")
                  for (name, number), share in shares.items()]  # fmt: skip
        for each in orders:
            each.result()
    rmtree(folder, ignore_errors=True)
    return made.rename(folder)


def _shares(faces: dict[str, Face], wanted: Sequence[Sequence[int]]) -> dict[tuple[str, int], list[int]]:
    """What each font has to draw of each portion, from 1: the first of a typeface what it can, each behind it what is
    lacking so far. The first font carries its own letters and signs with the first portion."""
    shares: dict[tuple[str, int], list[int]] = {}
    for names in CANDIDATES.values():
        present = [name for name in names if name in faces]
        for number, portion in enumerate(wanted, 1):
            left: Sequence[int] = portion
            for name in present:
                drawn = _opened(faces[name]).getBestCmap()
                few = sorted(each for each in drawn if each < HAN) if name == present[0] and number == 1 else []
                share = [*few, *(each for each in left if each in drawn)]
                if share and not name.startswith(LICENSED):
                    spaces = [each for each in SPACES if each in drawn]
                    shares[name, number] = list(dict.fromkeys([*shares.get((name, number), ()), *spaces, *share]))
                left = [each for each in left if each not in drawn]
    return shares


def _write(face: Face, characters: Sequence[int], path: Path) -> None:
    font = _opened(face)
    cmap, scale = font.getBestCmap(), UNITS / font["head"].unitsPerEm
    order = list(dict.fromkeys([font.getGlyphOrder()[0], *(cmap[each] for each in characters)]))
    made = FontBuilder(UNITS, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap({each: cmap[each] for each in characters})
    made.setupGlyf(_outlines(font, order, scale))
    sides, widths = made.font["glyf"].glyphs, font["hmtx"]
    made.setupHorizontalMetrics({name: (otRound(widths[name][0] * scale), sides[name].xMin) for name in order})
    made.setupHorizontalHeader(**{each: otRound(getattr(font["hhea"], each) * scale) for each in HEIGHTS})
    made.setupNameTable({})
    made.font["name"].names = [each for each in font["name"].names if each.nameID in NAMES]
    kept = {each: getattr(font["OS/2"], each) for each in STYLE}
    made.setupOS2(**kept, **{each: otRound(getattr(font["OS/2"], each) * scale) for each in TYPOGRAPHIC})
    made.setupPost(keepGlyphNames=False)
    for each in ("macStyle", "created", "modified"):  # its times are the font's own: the same font gives the same bytes
        setattr(made.font["head"], each, getattr(font["head"], each))
    made.save(path)


def _outlines(font: TTFont, order: Sequence[str], scale: float) -> dict[str, object]:
    """Quadratic outlines on the coarser grid."""
    drawn, found = font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(None)
        quadratic = Cu2QuPen(pen, TOLERANCE, reverse_direction="CFF " in font)
        drawn[name].draw(DecomposingFilterPen(TransformPen(quadratic, (scale, 0, 0, scale, 0, 0)), drawn))
        found[name] = pen.glyph()
        found[name].recalcBounds(None)
    return found


def _opened(face: Face) -> TTFont:
    return TTFont(face.path, fontNumber=face.index, lazy=True)


if __name__ == "__main__":
    make_subsets(Path(sys.argv[1]), portions(*(Path(each).read_text(encoding="utf-8") for each in sys.argv[2:])))
