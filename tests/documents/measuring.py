"""What the format allows on a page, and what stands on it: rulers for every paper of the catalogue."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from itertools import pairwise
from typing import Any

import yaml

from tests.documents.papers import DEFINITIONS, MILLIMETRE, Ink, folder, pages, rendered, sample
from workflow.documents.render import render_html

Box = tuple[float, float, float, float]  #: left, top, right, bottom in millimetres from the upper left corner
TOLERANCE = 0.5
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
#: Layout → where its text may stand: 版心 of the standard for documents, the form's own elsewhere (domain.md §10.1).
AREAS: dict[str, Box] = {
    "red-head": (LEFT, TOP, RIGHT, BOTTOM),
    "letter": (LEFT, TOP, RIGHT, BOTTOM),
    "minutes": (LEFT, TOP, RIGHT, BOTTOM),
    "bulletin": (LEFT, TOP, RIGHT, BOTTOM),
    "notice": (LEFT, 32.0, RIGHT, 271.0),
    "form": (25.0, 22.0, 190.0, 277.0),
    "form wide": (18.0, 13.0, 279.0, 197.0),
    "certificate": (11.0, 11.0, 286.0, 199.0),
    "casefile": (28.0, 25.0, 192.0, 275.0),
}
LANDSCAPE = {"form wide", "certificate"}
#: What the format puts outside the area, on every page: the line of the page number, the footer of a form.
OUTSIDE: dict[str, tuple[Box, ...]] = {
    "red-head": ((LEFT, 266.0, RIGHT, 272.0),),
    "minutes": ((LEFT, 266.0, RIGHT, 272.0),),
    "bulletin": ((LEFT, 266.0, RIGHT, 272.0),),
    "letter": ((LEFT, 266.0, RIGHT, 272.0),),
    "form": ((25.0, 279.0, 190.0, 287.0),),
    "form wide": ((18.0, 199.0, 279.0, 206.0),),
}
#: And on the first page alone: the mark and the double lines of a letter (10.1).
FIRST: dict[str, tuple[Box, ...]] = {
    "letter": ((LEFT, 30.0, RIGHT, 44.0), (20.0, 45.0, 190.0, 50.0), (20.0, 276.0, 190.0, 279.0))
}
#: Black, the red of marks and lines and of a changed text, the red and gold of a certificate, greys of what is no text.
PALETTE = {
    "000000", "e60012", "c8102e", "b4191a", "a8231c", "b8923c", "fffdf6", "ffffff", "f3f1ea",
    "777777", "8a8a8a", "555555", "444444",
}  # fmt: skip


@cache
def layout(name: str) -> str:
    """The class of a paper's body, as its template or the one that it extends says."""
    template = (folder(name) / "template.html").read_text(encoding="utf-8")
    extended = re.search(r'extends "(letterhead/\w+\.html)"', template)
    base = (DEFINITIONS / extended[1]).read_text(encoding="utf-8") if extended else ""
    found = re.search(r"block layout %}([\w -]+){%", template) or re.search(r"block layout %}([\w -]+){%", base)
    assert found, name
    return found[1]


def written(name: str) -> set[str]:
    """The characters that a paper says."""
    html = render_html(folder(name), sample(name)).partition("<body")[2]
    return set(unescape(re.sub(r"<[^>]*>", "", "<" + html))) - set(" \u3000\xa0\n")


@cache
def sheets(name: str) -> list[Any]:
    """The pages of a paper, read once."""
    return pages(rendered(name))


@cache
def code_of(name: str) -> Box:
    """Where the code of verification stands on the first page."""
    places = yaml.safe_load((DEFINITIONS / "letterhead" / "letterhead.yaml").read_text(encoding="utf-8"))["verify_code"]
    own = layout(name)
    place = places.get(own) or places.get(own.partition(" ")[0]) or places["default"]
    return place["left"], place["top"], place["left"] + place["size"], place["top"] + place["size"]


def stray(name: str, page: int) -> Box | None:
    """Ink where the format has none."""
    own = layout(name)
    allowed = [AREAS[own], *OUTSIDE.get(own, ())]
    if page == 0:
        allowed += [*FIRST.get(own, ()), code_of(name)]
    ink = Ink(rendered(name), page, scale=4)
    for box in allowed:
        ink.blank(*(edge + side * TOLERANCE for edge, side in zip(box, (-1, -1, 1, 1), strict=True)))
    return ink.box(0, 0, *ink.size)


def lines(page: Any) -> list[list[dict[str, Any]]]:
    """Upright characters of size three by baseline, from the top."""
    rows: dict[float, list[dict[str, Any]]] = {}
    for character in page.chars:
        if 15 < character["size"] < 16.5 and character["text"].strip() and character["upright"]:
            rows.setdefault(round(character["matrix"][5], 0), []).append(character)
    return [rows[key] for key in sorted(rows, reverse=True)]


def pitch(page: Any) -> float:
    """Distance of the lines of a page in points, the most frequent one."""
    tops = sorted(row[0]["matrix"][5] for row in lines(page))
    gaps = [round(upper - lower, 1) for lower, upper in pairwise(tops)]
    return max(set(gaps), key=gaps.count) if gaps else 0.0


def colours(name: str) -> set[str]:
    """Every colour with which something is painted."""
    kinds = ("chars", "rects", "lines", "curves")
    painted = [each for page in sheets(name) for kind in kinds for each in getattr(page, kind)]
    found = {each["non_stroking_color"] for each in painted if each.get("fill", True)}
    found |= {each["stroking_color"] for each in painted if each.get("stroke")}
    return {_hex(each) for each in found if each is not None}


def _hex(colour: Any) -> str:
    values = tuple(colour) if isinstance(colour, list | tuple) else (colour,)
    channels = values * 3 if len(values) == 1 else values
    return "".join(f"{round(channel * 255):02x}" for channel in channels)


def words_of(page: Any, top: float, bottom: float) -> str:
    """Text between two heights."""
    found = page.crop((0, top * MILLIMETRE, page.width, bottom * MILLIMETRE)).extract_text()
    return str(found)
