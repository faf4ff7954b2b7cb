"""Every paper of the catalogue, measured in its pages to half a millimetre (GB/T 9704-2012; domain.md §10)."""

from __future__ import annotations

import re

import pytest

from tests.documents.measuring import (
    BOTTOM,
    LANDSCAPE,
    LEFT,
    PALETTE,
    RIGHT,
    TOLERANCE,
    colours,
    layout,
    lines,
    pitch,
    sheets,
    stray,
    words_of,
    written,
)
from tests.documents.papers import MILLIMETRE, TEMPLATES, Ink, name_of, rendered, sample, text

NAMES = [name_of(path) for path in TEMPLATES]
ON_THE_GRID = [name for name in NAMES if layout(name) in {"red-head", "letter", "minutes", "bulletin"}]
RED_HEADS = [name for name in NAMES if layout(name) == "red-head"]
SINGLE = [name for name in RED_HEADS if not sample(name)["document"].get("joint")]
LETTERS = [name for name in NAMES if layout(name) == "letter"]
GRID = 29.62  #: points from line to line; closer only where an imprint needs the room (7.3.5.5)
LINES = 22


def test_every_paper_of_the_catalogue_has_a_template_of_its_own() -> None:
    stated = {sample(name)["document"]["catalogue"] for name in NAMES}
    assert {f"T{number:02}" for number in range(1, 44)} <= stated


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_a4_and_has_ink_only_where_the_format_puts_it(name: str) -> None:
    expected = (297, 210) if layout(name) in LANDSCAPE else (210, 297)
    for number, page in enumerate(sheets(name)):
        assert (page.width / MILLIMETRE, page.height / MILLIMETRE) == pytest.approx(expected, abs=TOLERANCE)
        assert stray(name, number) is None, f"page {number + 1}"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_painted_but_in_the_colours_of_the_palette(name: str) -> None:
    assert colours(name) <= PALETTE


@pytest.mark.parametrize("name", ON_THE_GRID)
def test_no_page_has_more_than_22_lines_and_no_line_more_than_28_characters(name: str) -> None:
    for page in sheets(name):
        step = pitch(page)
        within = [row for row in lines(page) if row[0]["bottom"] / MILLIMETRE < BOTTOM + TOLERANCE]
        most = LINES if step > GRID - 0.2 or not step else int((LINES - 1) * GRID / step) + 1
        assert len(within) <= most
        for row in within:
            full_width = sum(each["text"] > "\u2e80" for each in row)
            assert full_width <= 28
            assert min(each["x0"] for each in row) / MILLIMETRE >= LEFT - TOLERANCE
            assert max(each["x1"] for each in row) / MILLIMETRE <= RIGHT + TOLERANCE


@pytest.mark.parametrize("name", SINGLE)
def test_a_red_head_stands_72_millimetres_from_the_edge_over_its_line(name: str) -> None:
    ink = Ink(rendered(name), 0, scale=6)
    _, top, _, bottom = ink.red(0, 60, 210, 105) or pytest.fail("no mark")
    assert top == pytest.approx(72, abs=TOLERANCE)
    left, line, right, _ = ink.red(0, 105, 210, 130) or pytest.fail("no red line")
    assert (left, right) == (pytest.approx(LEFT, abs=TOLERANCE), pytest.approx(RIGHT, abs=TOLERANCE))
    _, first, _, last = ink.box(0, bottom + 1, 210, line - 0.5) or pytest.fail("no number")
    assert line - last == pytest.approx(4, abs=TOLERANCE)
    assert first - bottom > 2 * 10.4  # two empty lines


@pytest.mark.parametrize("name", [name for name in ON_THE_GRID if layout(name) != "letter"])
def test_the_line_of_the_page_number_stands_at_269_on_the_outer_side(name: str) -> None:
    for number, page in enumerate(sheets(name), start=1):
        assert words_of(page, 264, 275) == f"— {number} —"
        rule = next(each for each in page.chars if each["text"] == "—" and each["top"] / MILLIMETRE > 263)
        box = Ink(rendered(name), number - 1, scale=6).box(45 if number % 2 else 0, 264, 210, 275)
        assert box is not None
        assert (box[1] + box[3]) / 2 == pytest.approx(269, abs=TOLERANCE)
        outer = RIGHT - box[2] if number % 2 else box[0] - LEFT
        assert outer == pytest.approx(14 / MILLIMETRE, abs=0.8)  # one character of size four, less the side of a dash
        assert rule["size"] == pytest.approx(14, abs=0.1)


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_has_double_lines_of_170_millimetres_at_both_ends(name: str) -> None:
    ink = Ink(rendered(name), 0, scale=6)
    _, top, _, bottom = ink.red(0, 20, 210, 46) or pytest.fail("no mark")
    assert top == pytest.approx(30, abs=TOLERANCE)
    for above, below, edge, expected in ((bottom + 1, 60, 1, bottom + 4), (265, 290, 3, 277)):
        left, upper, right, lower = box = ink.red(0, above, 210, below) or pytest.fail("no line")
        assert box[edge] == pytest.approx(expected, abs=TOLERANCE)
        assert (left, right) == (pytest.approx(20, abs=TOLERANCE), pytest.approx(190, abs=TOLERANCE))
        assert lower - upper == pytest.approx(1.4, abs=TOLERANCE)
    first, *further = sheets(name)
    assert "—" not in words_of(first, 264, 276)
    for number, page in enumerate(further, start=2):
        assert f"— {number} —" in words_of(page, 264, 276)


@pytest.mark.parametrize("name", NAMES)
def test_a_program_reads_the_same_characters_as_a_person(name: str) -> None:
    document, read = sample(name)["document"], text(rendered(name))
    assert written(name) <= set(read)
    assert not re.search("[\ue000-\uf8ff\ufffd]", read)
    if document["kind"]:
        stated = [document["title"], document["number"], document["issuer"], *document["main"]]
        assert [each for each in stated if "".join(each.split()) not in read] == []
