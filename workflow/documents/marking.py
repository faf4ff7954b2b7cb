"""The code of verification on the first page: a QR code drawn as rectangles, where the letterhead has room for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pydyf
import segno

MILLIMETRE = 72 / 25.4
ERROR_CORRECTION = "M"  #: a fold or a stamp may cover an eighth of it
MASK = 4  #: readers take any of the eight; to find the evenest takes longer than all the rest of the code


def layout_of(html: str) -> str:
    """Which layout a paper has: the words of its body's class."""
    found = re.search(r'<body class="([^"]*)"', html)
    return found[1].strip() if found else ""


def runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Modules along a side, and the dark runs as (column, row, length), rows from the top."""
    code = segno.make(text, error=ERROR_CORRECTION, micro=False, boost_error=False, mask=MASK)
    rows = [bytes(row) for row in code.matrix]
    return len(rows), [run for number, row in enumerate(rows) for run in _runs_of(number, row)]


def _runs_of(number: int, row: bytes) -> Iterator[tuple[int, int, int]]:
    for found in re.finditer(b"\x01+", row):
        yield found.start(), number, len(found[0])


def draw_code(pdf: pydyf.PDF, text: str, place: Mapping[str, float]) -> None:
    """Draw the code on the first page over what stands there; `place` is in millimetres from the upper left corner."""
    pages = [each for each in pdf.objects if isinstance(each, dict) and each.get("Type") == "/Page"]
    page = pages[0]
    height = float(page["MediaBox"][3])
    side, dark = runs(text)
    module = place["size"] * MILLIMETRE / side
    left, top = place["left"] * MILLIMETRE, height - place["top"] * MILLIMETRE
    squares = "\n".join(
        f"{left + column * module:.3f} {top - (row + 1) * module:.3f} {length * module:.3f} {module:.3f} re"
        for column, row, length in dark
    )
    before, after = pydyf.Stream(["q"]), pydyf.Stream([f"Q q 0 0 0 rg\n{squares}\nf Q"], compress=True)
    for each in (before, after):
        pdf.add_object(each)
    page["Contents"] = pydyf.Array([before.reference, page["Contents"], after.reference])


def place_of(numbers: Mapping[str, Any], layout: str) -> Mapping[str, float]:
    """Where the letterhead has the code: of the whole layout, of its first word, or as on most papers."""
    places: Mapping[str, Mapping[str, float]] = numbers["verify_code"]
    for name in (layout, layout.partition(" ")[0]):
        if name in places:
            return places[name]
    return places["default"]
