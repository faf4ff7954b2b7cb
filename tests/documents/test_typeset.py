"""Lines of the grid: widths, forbidden beginnings and ends, justification (domain.md §10.2)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.documents.typeset import NOT_FIRST, NOT_LAST, Measure, Run, may_break, set_lines

WIDTH = 156 * 72 / 25.4
GRID = Measure(15.75, WIDTH, 28, lambda character, _: 0.5 if character.isascii() else 1.0)
TEXT = st.text("创先争优活动党员群众，。、；：“”（）《》〔〕2012AB %——……", min_size=1, max_size=200).map(str.strip)


def width(line: str, spacing: float) -> float:
    ink = sum(GRID.advance(each, "") * GRID.size for each in line)
    return ink + spacing * (len(line) - 1)


def test_28_characters_make_a_line_and_the_29th_begins_the_next() -> None:
    lines = set_lines([Run("学" * 58)], GRID)
    assert [len(line.text) for line in lines] == [28, 28, 2]
    assert lines[0].spacing is None


def test_an_indented_line_has_26() -> None:
    assert [len(line.text) for line in set_lines([Run("学" * 54)], GRID, 2)] == [26, 28]


@given(TEXT)
def test_lines_stay_inside_the_type_area_and_lose_nothing(text: str) -> None:
    lines = set_lines([Run(text)], GRID)
    for line in lines:
        assert width(line.text, GRID.spacing if line.spacing is None else line.spacing) <= WIDTH + 0.5
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")


@given(TEXT)
def test_no_line_begins_or_ends_where_it_must_not(text: str) -> None:
    lines = set_lines([Run(text)], GRID)
    for before, after in pairwise(lines):
        if len(before.text) < 20:
            continue  # a string of punctuation longer than a line has to break somewhere
        assert may_break(before.text[-1], after.text[0]) or len(after.text) >= 26 or " " in text


def test_a_full_stop_draws_its_character_to_the_next_line_and_the_line_is_spread() -> None:
    first, second = set_lines([Run("学" * 28 + "。" + "学" * 5)], GRID)
    assert (len(first.text), second.text[:2]) == (27, "学。")
    assert first.spacing is not None
    assert width(first.text, first.spacing) == pytest.approx(WIDTH, abs=0.1)


def test_no_character_is_left_alone_on_the_last_line() -> None:
    assert [len(line.text) for line in set_lines([Run("学" * 57)], GRID)] == [28, 27, 2]


def test_numbers_words_and_double_marks_are_not_torn() -> None:
    for torn in ("2012", "——", "……", "50%"):
        text = "学" * 27 + torn + "学" * 4
        assert any(torn in line.text for line in set_lines([Run(text)], GRID))


def test_typefaces_keep_their_stretches() -> None:
    (line,) = set_lines([Run("（一）学习。", "kaiti"), Run("认真组织。")], GRID, 2)
    assert line.runs == (Run("（一）学习。", "kaiti"), Run("认真组织。"))


def test_forbidden_sets_do_not_overlap() -> None:
    assert not NOT_FIRST & NOT_LAST
