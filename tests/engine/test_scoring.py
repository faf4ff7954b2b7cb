"""Assessment: domain.md sections 3.5, 6.3 and the vectors of section 14.3."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from workflow.engine.scoring import (
    Assessment,
    Formula,
    Number,
    assess,
    bands,
    exact,
    mark_faults,
    out_of_hundred,
    quota,
    rounded,
)


def formula(names: Sequence[str], weights: Sequence[int]) -> Formula:
    return Formula({name: Fraction(weight) for name, weight in zip(names, weights, strict=True)})


ORGANIZATION = formula(("indicators", "appraisal", "comment", "pledge", "self"), (40, 25, 20, 10, 5))
MEMBER = formula(("pledge_and_post", "appraisal", "branch_comment", "self"), (40, 30, 20, 10))
BANDS = bands(("优秀", "达标", "不达标"), (90, 76, 0))


def organization(*marks: int | str, **extra: Any) -> Assessment:
    given_marks: dict[str, Number] = dict(zip(ORGANIZATION.weights, marks, strict=True))
    return assess(ORGANIZATION, given_marks, BANDS, **{"cap": "达标", "places": 2, **extra})


def test_the_default_formula_of_an_organization() -> None:
    result = organization(95, "92.5", 90, 100, 80)
    assert result.parts == {
        "indicators": 38,
        "appraisal": Fraction("23.125"),
        "comment": 18,
        "pledge": 10,
        "self": 4,
    }
    assert (result.score, result.grade, result.earned_grade) == (Decimal("93.13"), "优秀", "优秀")


def test_the_default_formula_of_a_member() -> None:
    marks: dict[str, Number] = {
        "pledge_and_post": 90,
        "appraisal": out_of_hundred("8.5", 10),
        "branch_comment": 80,
        "self": 100,
    }
    assert assess(MEMBER, marks, BANDS, cap="达标", places=1).score == Decimal("87.5")


@pytest.mark.parametrize(
    ("mark", "grade"),
    [
        (90, "优秀"),
        ("89.99", "达标"),
        ("89.995", "优秀"),
        (76, "达标"),
        ("75.99", "不达标"),
        (75, "不达标"),
        (0, "不达标"),
    ],
)
def test_bands_are_taken_from_the_printed_score(mark: int | str, grade: str) -> None:
    assert organization(mark, mark, mark, mark, mark).grade == grade


def test_bonus_and_penalty_stay_within_0_and_100() -> None:
    bonus, penalty = Fraction(3), Fraction(-5)
    assert organization(90, 90, 90, 90, 90, adjustments=[bonus, penalty]).score == Decimal("88.00")
    assert organization(99, 99, 99, 99, 99, adjustments=[bonus]).score == Decimal("100.00")
    assert organization(1, 1, 1, 1, 1, adjustments=[penalty]).score == Decimal("0.00")


def test_a_veto_caps_the_grade_but_not_the_score() -> None:
    result = organization(95, 95, 95, 95, 95, vetoes=["发生较大安全生产事故"])
    assert (result.score, result.earned_grade, result.grade) == (Decimal("95.00"), "优秀", "达标")
    assert organization(60, 60, 60, 60, 60, vetoes=["弄虚作假"]).grade == "不达标"  # a cap never lifts


def test_marks_must_be_complete_known_and_within_100() -> None:
    marks: dict[str, Number] = {"pledge_and_post": 101, "appraisal": -1, "self": 100, "luck": 50}
    assert [(fault.code, fault.part) for fault in mark_faults(MEMBER, marks)] == [
        ("missing", "branch_comment"),
        ("unknown", "luck"),
        ("outside", "pledge_and_post"),
        ("outside", "appraisal"),
    ]
    with pytest.raises(ValueError, match=r"^“branch_comment”还没有打分。“luck”不在考核项目中。“pledge_and_post”的得分"):
        assess(MEMBER, marks, BANDS, cap="达标", places=2)


@pytest.mark.parametrize(("value", "number"), [(92, 92), ("92.5", "185/2"), ("1/3", "1/3"), ("30%", "3/10")])
def test_numbers_are_read_exactly(value: int | str, number: int | str) -> None:
    assert exact(value) == Fraction(number)


@pytest.mark.parametrize("value", ["", "九十", "1e9", "1e999999999", "nan", "1/0", " 9", "9" * 16])
def test_text_that_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="不是数字"):
        exact(value)


@pytest.mark.parametrize("value", [0.1, True])
def test_inexact_numbers_are_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        exact(value)


def test_weights_and_bands_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="合计 100"):
        formula(("a", "b"), (60, 30))
    with pytest.raises(ValueError, match=r"^考核各部分权重须为正数且合计 100：110, -10。$"):
        formula(("a", "b"), (110, -10))
    with pytest.raises(ValueError, match="正数"):
        formula(("a", "b"), (100, 0))
    assert formula(("a", "b"), (99, 1)).weights["b"] == 1
    with pytest.raises(ValueError, match="由高到低"):
        bands(("优秀", "达标"), (76, 90))
    with pytest.raises(ValueError, match=r"^考核等次分数线须由高到低，最后一档为 0：90, 76。$"):
        bands(("优秀", "达标"), (90, 76))
    with pytest.raises(ValueError, match="由高到低"):
        bands(("优秀", "良好", "达标"), (90, 90, 0))
    for limits in ((90,), (0,), (90, 76, 0)):
        with pytest.raises(ValueError, match=r"zip|最后一档"):
            bands(("优秀", "达标"), limits)
    assert quota(10, "30%") == 3
    assert quota(2, "30%") == 0, "no least number unless one is asked for"


@pytest.mark.parametrize(
    ("number", "share", "minimum", "places"),
    [(20, "1/3", 0, 6), (2, "1/3", 0, 0), (2, "1/3", 1, 1), (0, "1/3", 1, 0), (10, "30%", 0, 3), (9, "1/3", 0, 3)],
)
def test_quota(number: int, share: str, minimum: int, places: int) -> None:
    assert quota(number, share, minimum) == places


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_rounding_is_to_the_nearest(value: Fraction, places: int) -> None:
    assert abs(Fraction(rounded(value, places)) - value) <= Fraction(1, 2 * 10**places)
    assert rounded(-value, places) == -rounded(value, places)
