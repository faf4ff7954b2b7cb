"""Small TrueType fonts made at set-up from the installed ones: what names and official texts need, and nothing else.

`python -m workflow.documents.subsets FOLDER CHARACTERS` fills FOLDER/subset. A font so made is read, subset and
compressed faster than the one it comes from, and its outlines take fewer bytes in a paper; the one it comes from
stays behind it for every other character. Licensed fonts are left as they are.
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
TOLERANCE = 0.5
HAN = 0x2E80  #: characters below it are few: all of them are taken
#: Lines of the style of a font that go over, in its own units.
HEIGHTS = ("ascent", "descent", "lineGap")
STYLE = ("usWeightClass", "usWidthClass", "fsSelection", "fsType")
TYPOGRAPHIC = ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent", "yStrikeoutPosition")
NAMES = (1, 2, 3, 4, 5, 6)


def wanted_characters(listed: str) -> list[int]:
    """Common Han characters, signs, rarer ones of GB 2312, and what is listed after the remarks (#).

    In this order they get their places in a font: a paper carries the tables up to the last place that it uses.
    """
    rest = (each for line in listed.splitlines() if not line.startswith("#") for each in line.strip())
    return list(dict.fromkeys([*_rows(16, 56), *_rows(1, 10), *_rows(56, 88), *map(ord, rest)]))


def _rows(first: int, end: int) -> list[int]:
    """Characters of rows of GB 2312; its third row holds signs of full width, comma and colon among them."""
    codes = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(first, end) for cell in range(1, 95))
    return [ord(each) for code in codes for each in code.decode("gb2312", "ignore")]


def make_subsets(own: Path, wanted: Sequence[int], system: Sequence[Path] = SYSTEM_FONTS) -> Path:
    """Write the fonts into a folder of their own; it takes the place of the one made before when it is complete."""
    faces = installed_faces(own, tuple(system))
    shares = {name: share for name, share in _shares(faces, wanted).items() if share}
    made, folder = own / f"{PARTS}.new", own / PARTS
    rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    with ProcessPoolExecutor(max_workers=2) as pool:
        for each in [pool.submit(_write, faces[name], share, made) for name, share in shares.items()]:
            each.result()
    rmtree(folder, ignore_errors=True)
    return made.rename(folder)


def _shares(faces: dict[str, Face], wanted: Sequence[int]) -> dict[str, list[int]]:
    """What each font has to draw: the first of a typeface what it can, each behind it what is lacking so far."""
    shares: dict[str, list[int]] = {}
    for names in CANDIDATES.values():
        left: Sequence[int] | None = None
        for name in (each for each in names if each in faces):
            drawn = sorted(_opened(faces[name]).getBestCmap())
            have = frozenset(drawn)
            if left is None:
                few, left = [each for each in drawn if each < HAN], wanted
            else:
                few = []
            if not name.startswith(LICENSED):
                share = [*shares.get(name, ()), *few, *(each for each in left if each in have)]
                shares[name] = list(dict.fromkeys(share))
            left = [each for each in left if each not in have]
    return shares


def _write(face: Face, characters: Sequence[int], folder: Path) -> None:
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
    made.save(folder / f"{face.postscript}.ttf")


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
    make_subsets(Path(sys.argv[1]), wanted_characters(Path(sys.argv[2]).read_text(encoding="utf-8")))
