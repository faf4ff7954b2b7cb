"""The tally of an appraisal: domain.md sections 6.1, 6.2 and the vector of section 14.1."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from workflow.engine.tally import (
    ALL,
    Counts,
    Figures,
    Tally,
    count,
    hidden_groups,
    make_scale,
    percentages,
    tally,
)
from workflow.engine.voting import Share

NAMES = ("满意", "比较满意", "基本满意", "不满意")
SCALE = make_scale(NAMES, (10, 7, 5, 2), ("满意", "比较满意"))
GROUPS = ("party", "staff")
TURNOUT = Share(2, 3, inclusive=True)


def ballots(group: str, item: str, counts: Sequence[int]) -> list[tuple[str, dict[str, str]]]:
    return [(group, {item: name}) for name, number in zip(NAMES, counts, strict=False) for _ in range(number)]


def figures(result: Tally, group: str, item: str | None = None) -> Figures:
    shown = result.row(group, item).figures
    assert shown is not None
    return shown


@pytest.mark.parametrize(
    ("counts", "percents"),
    [
        ((134, 4, 3), ("95.03", "2.84", "2.13")),
        ((134, 5, 2), ("95.03", "3.55", "1.42")),
        ((127, 8, 6), ("90.07", "5.67", "4.26")),
        ((126, 9, 6), ("89.36", "6.38", "4.26")),
        ((132, 7, 2), ("93.62", "4.96", "1.42")),
    ],
)
def test_percentages_of_141_ballots_add_up(counts: tuple[int, ...], percents: tuple[str, ...]) -> None:
    row = figures(tally(SCALE, ("a",), GROUPS, count(SCALE, ("a",), ballots("staff", "a", counts)), 5), ALL, "a")
    assert row.counts == (*counts, 0)
    assert row.percents == (*map(Decimal, percents), Decimal("0.00"), Decimal("0.00"))
    assert sum(row.percents) == Decimal("100.00")


def test_of_equal_remainders_the_greater_count_is_rounded_up() -> None:
    assert percentages((3, 29)) == (Decimal("9.37"), Decimal("90.63"))
    assert percentages((1, 1, 1)) == (Decimal("33.34"), Decimal("33.33"), Decimal("33.33")), "else the first"


def test_rate_and_score_are_exact() -> None:
    row = figures(tally(SCALE, ("a",), GROUPS, count(SCALE, ("a",), ballots("staff", "a", (6, 2, 1, 1))), 5), ALL)
    assert (row.satisfied, row.satisfied_rate, row.satisfied_percent) == (8, Fraction(4, 5), Decimal("80.00"))
    assert (row.score, row.printed_score) == (Fraction(81, 10), Decimal("8.10"))


def test_groups_are_tallied_apart_and_together() -> None:
    given_ballots = ballots("party", "a", (5, 1, 0, 0)) + ballots("staff", "a", (2, 2, 2, 4))
    result = tally(SCALE, ("a",), GROUPS, count(SCALE, ("a",), given_ballots), 5)
    assert result.valid == {"party": 6, "staff": 10, ALL: 16}
    assert figures(result, "party", "a").counts == (5, 1, 0, 0)
    assert figures(result, "staff", "a").counts == (2, 2, 2, 4)
    assert figures(result, ALL, "a").counts == (7, 3, 2, 4)
    assert figures(result, ALL).satisfied_rate == Fraction(10, 16)


def test_items_together_are_pooled_over_valid_ballots() -> None:
    both = [("staff", {"a": "满意", "b": "不满意"})] * 3 + [("staff", {"a": "满意"})] * 2
    result = tally(SCALE, ("a", "b"), GROUPS, count(SCALE, ("a", "b"), both), 5)
    assert figures(result, ALL, "b").counts == (0, 0, 0, 3)
    assert figures(result, ALL, "b").blank == 2
    assert figures(result, ALL, "b").percents[-1] == Decimal("40.00")
    assert figures(result, ALL).satisfied_rate == Fraction(5, 10)
    assert figures(result, ALL).score == Fraction(5 * 10 + 3 * 2, 10)


def test_a_spoilt_ballot_is_void_and_counts_nowhere() -> None:
    spoilt = [
        ("party", {}),
        ("party", {"a": "好极了"}),
        ("party", {"z": "满意"}),
        ("party", {"a": "满意", "z": "满意"}),
    ]
    counts = count(SCALE, ("a",), spoilt + ballots("party", "a", (5, 0, 0, 0)))
    result = tally(SCALE, ("a",), GROUPS, counts, 5)
    assert (result.void, result.valid["party"]) == (4, 5)
    assert figures(result, "party", "a").counts == (5, 0, 0, 0)


def test_paper_batches_are_added_before_anything_is_hidden() -> None:
    digital = count(SCALE, ("a",), ballots("party", "a", (3, 0, 0, 0)) + ballots("staff", "a", (9, 0, 0, 0)))
    paper = Counts({"party": 2}, 1, {("party", "a", "不满意"): 2})
    assert tally(SCALE, ("a",), GROUPS, digital, 5).row("party", "a").figures is None
    merged = tally(SCALE, ("a",), GROUPS, digital + paper, 5)
    assert figures(merged, "party", "a").counts == (3, 0, 0, 2)
    assert merged.void == 1


def test_a_small_group_is_hidden_with_its_complement() -> None:
    given_ballots = ballots("party", "a", (4, 0, 0, 0)) + ballots("staff", "a", (30, 0, 0, 0))
    result = tally(SCALE, ("a",), GROUPS, count(SCALE, ("a",), given_ballots), 5)
    assert result.row("party", "a").figures is None
    assert result.row("staff", "a").figures is None
    assert figures(result, ALL, "a").counts == (34, 0, 0, 0)


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"party": 5, "staff": 5}, set()),
        ({"party": 4, "staff": 5}, {"party", "staff"}),
        ({"party": 0, "staff": 30}, set()),
        ({"party": 0, "staff": 4}, {"staff", ALL}),
        ({"party": 2, "staff": 2}, {"party", "staff", ALL}),
        ({"party": 3, "staff": 3}, {"party", "staff"}),
        ({"a": 4, "b": 9, "c": 7}, {"a", "c"}),
        ({"a": 2, "b": 2, "c": 7, "d": 9}, {"a", "b", "c"}),
        ({"a": 4, "b": 4, "c": 9}, {"a", "b"}),
        ({"a": 3, "b": 2, "c": 9}, {"a", "b"}),
        ({}, set()),
    ],
)
def test_what_is_hidden(sizes: dict[str, int], hidden: set[str]) -> None:
    assert hidden_groups(sizes, 5) == hidden


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 20)), st.integers(2, 8))
def test_nothing_hidden_can_be_worked_out(sizes: dict[str, int], minimum: int) -> None:
    hidden = hidden_groups(sizes, minimum)
    concealed = [sizes[group] for group in hidden if group != ALL]
    assert all(sizes[group] == 0 or sizes[group] >= minimum for group in sizes if group not in hidden)
    if concealed and ALL not in hidden:  # all minus what is shown is a sum over at least two groups, large enough
        assert len(concealed) > 1
        assert sum(concealed) >= minimum


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=8))
def test_percentages_always_add_up_and_stay_within_a_hundredth(counts: list[int]) -> None:
    percents = percentages(counts)
    if sum(counts) == 0:
        assert set(percents) == {Decimal("0.00")}
        return
    assert sum(percents) == Decimal("100.00")
    for number, percent in zip(counts, percents, strict=True):
        assert abs(Fraction(percent) - Fraction(number * 100, sum(counts))) < Fraction(1, 100)
        assert number > 0 or percent == 0


@given(st.lists(st.tuples(st.sampled_from(GROUPS), st.dictionaries(st.sampled_from("ab"), st.sampled_from(NAMES)))))
def test_every_ballot_is_counted_once(given_ballots: list[tuple[str, dict[str, str]]]) -> None:
    counts = count(SCALE, ("a", "b"), given_ballots)
    assert sum(counts.valid.values()) + counts.void == len(given_ballots)
    if sum(counts.valid.values()) >= 5:
        row = figures(tally(SCALE, ("a", "b"), GROUPS, counts, 5), ALL)
        assert sum(row.counts) + row.blank == row.valid * 2
        assert 0 <= row.score <= 10


def test_nobody_voted() -> None:
    row = figures(tally(SCALE, ("a",), GROUPS, Counts({}, 0, {}), 5), ALL, "a")
    assert row.valid == row.satisfied_rate == row.score == 0


def test_ballots_of_a_strange_group_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^ballots of a group that was not asked: guests, others$"):
        tally(SCALE, ("a",), GROUPS, Counts({"others": 1, "guests": 1}, 0, {}), 5)


def test_a_scale_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="评议等次重复"):
        make_scale(("满意", "满意"), (10, 7), ("满意",))
    with pytest.raises(ValueError, match=r"^评议等次重复，或“满意”的等次不在其中：满意、不满意；优秀、良好。$"):
        make_scale(("满意", "不满意"), (10, 2), ("优秀", "良好"))
    for points in ((10,), (10, 7, 5)):
        with pytest.raises(ValueError, match="zip"):
            make_scale(("满意", "不满意"), points, ("满意",))
    assert [each.satisfied for each in make_scale(("满意", "较满意"), (10, 7), ("较满意", "满意"))] == [True, True]


def test_a_single_ballot_is_hidden() -> None:
    assert hidden_groups({"party": 1, "staff": 0}, 5) == {"party", ALL}
    assert hidden_groups({"party": 0, "staff": 0}, 5) == frozenset()
