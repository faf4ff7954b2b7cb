"""Assessment in exact numbers: weighted score, veto, grade, rank and quota (domain.md sections 3.5 and 6.3).

Weights, bands, shares and caps come from the definitions. Ties at the border of a quota are reported, never decided:
the committee votes on them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

Number = int | str | Decimal | Fraction

FULL = Fraction(100)
_WRITTEN = re.compile(r"([+-]?\d{1,15}(?:\.\d{1,15}|/[1-9]\d{0,14})?)(%?)", re.ASCII)


def exact(value: Number) -> Fraction:
    """The number itself, from 92, "92.5", "1/3", "30%", Decimal or Fraction. A float is refused: it is not exact."""
    if isinstance(value, bool | float):
        raise TypeError(f"{value!r} is not an exact number")
    if not isinstance(value, str):
        return Fraction(value)
    written = _WRITTEN.fullmatch(value)
    if not written:
        raise ValueError(f"“{value}”不是数字，请写成 92、92.5、1/3 或 30% 的样子。")
    return Fraction(written[1]) / (FULL if written[2] else 1)


def rounded(value: Fraction, places: int) -> Decimal:
    """The value to so many decimal places, halves away from zero, as people round by hand."""
    scaled = int(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(scaled if value >= 0 else -scaled).scaleb(-places)


def out_of_hundred(value: Number, full: Number) -> Fraction:
    """A mark on another scale, such as an appraisal's 10 points, brought to 100."""
    return exact(value) * FULL / exact(full)


@dataclass(frozen=True, slots=True)
class Formula:
    """Named parts and their weights in percent, adding up to 100."""

    weights: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        if sum(self.weights.values()) != FULL or min(self.weights.values()) <= 0:
            raise ValueError(f"考核各部分权重须为正数且合计 100：{', '.join(map(str, self.weights.values()))}。")


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the least score that earns it."""

    grade: str
    at_least: Fraction


@dataclass(frozen=True, slots=True)
class MarkFault:
    """Why marks cannot be scored: a stable code, the part, and a sentence."""

    code: str
    part: str
    message: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """A score with everything needed to follow it by hand."""

    score: Decimal  #: rounded, 0 to 100; the grade is taken from this, as it is printed
    parts: Mapping[str, Fraction]  #: points that each part contributed
    adjustments: tuple[Fraction, ...]  #: bonus (positive) and penalty (negative)
    grade: str
    earned_grade: str  #: by the score alone
    vetoes: tuple[str, ...]


def bands(grades: Sequence[str], least: Sequence[Number]) -> tuple[Band, ...]:
    """Grade bands from parallel lists, best first; the last grade takes whatever is below."""
    limits = [exact(limit) for limit in least]
    if not limits or limits[-1] != 0 or any(upper <= lower for upper, lower in pairwise(limits)):
        raise ValueError(f"考核等次分数线须由高到低，最后一档为 0：{', '.join(map(str, limits))}。")
    return tuple(Band(grade, limit) for grade, limit in zip(grades, limits, strict=True))


def mark_faults(shape: Formula, marks: Mapping[str, Number]) -> tuple[MarkFault, ...]:
    """What is missing, unknown or outside 0 to 100 among the marks of the parts."""
    missing = [MarkFault("missing", part, f"“{part}”还没有打分。") for part in shape.weights if part not in marks]
    unknown = [MarkFault("unknown", part, f"“{part}”不在考核项目中。") for part in marks if part not in shape.weights]
    outside = [
        MarkFault("outside", part, f"“{part}”的得分 {mark} 不在 0 到 100 之间。")
        for part, mark in marks.items()
        if not 0 <= exact(mark) <= FULL
    ]
    return (*missing, *unknown, *outside)


def assess(
    shape: Formula,
    marks: Mapping[str, Number],
    grade_bands: Sequence[Band],
    *,
    adjustments: Sequence[Fraction] = (),
    vetoes: Sequence[str] = (),
    cap: str,
    places: int,
) -> Assessment:
    """Σ weight·mark, plus and minus the adjustments, clamped to 0–100; a veto caps the grade at `cap`.

    Marks are out of 100 and must have no faults. The score is rounded to `places` before the grade is taken.
    """
    if faults := mark_faults(shape, marks):
        raise ValueError("".join(fault.message for fault in faults))
    parts = {part: weight * exact(marks[part]) / FULL for part, weight in shape.weights.items()}
    total = sum(parts.values()) + sum(adjustments)
    score = rounded(min(max(Fraction(total), Fraction(0)), FULL), places)
    earned = next(band.grade for band in grade_bands if Fraction(score) >= band.at_least)
    order = [band.grade for band in grade_bands]
    grade = max(earned, cap, key=order.index) if vetoes else earned
    return Assessment(score, parts, tuple(adjustments), grade, earned, tuple(vetoes))


def quota(number: int, share: Number, minimum: int = 0) -> int:
    """floor(number × share), at least `minimum` where there are that many."""
    return min(number, max(number * exact(share) // 1, minimum))
