"""The tally of an appraisal: counts, percentages that add up, satisfied rate, score, and what must stay hidden.

Rules: domain.md sections 6.1 and 6.2, R45 (Party members and other staff, together and apart). Only totals leave this
module; who voted how is never known here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from workflow.engine.scoring import rounded

ALL = "all"  #: the group of everybody
WHOLE = 10_000  #: hundredths of a percent in the whole
PLACES = 2  #: decimal places of rates and scores as printed


@dataclass(frozen=True, slots=True)
class Option:
    """One grade of the ballot's scale."""

    name: str
    points: int
    satisfied: bool  #: counts towards the satisfied rate


Scale = tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Ballots added up, before anything is hidden. Counts of several batches, digital and paper, can be added."""

    valid: Mapping[str, int]  #: group → valid ballots
    void: int
    answers: Mapping[tuple[str, str, str], int]  #: (group, item, option) → ballots

    def __add__(self, other: Counts) -> Counts:
        valid, answers = Counter(self.valid), Counter(self.answers)
        valid.update(other.valid)
        answers.update(other.answers)
        return Counts(valid, self.void + other.void, answers)


@dataclass(frozen=True, slots=True)
class Figures:
    """One row as printed: counts and percentages by option; the last percentage is that of the answers left blank."""

    valid: int
    counts: tuple[int, ...]
    blank: int
    percents: tuple[Decimal, ...]  #: options, then blank; they add up to exactly 100.00
    satisfied: int
    satisfied_rate: Fraction
    score: Fraction

    @property
    def satisfied_percent(self) -> Decimal:
        """The satisfied rate as printed."""
        return rounded(self.satisfied_rate * 100, PLACES)

    @property
    def printed_score(self) -> Decimal:
        """The score as printed."""
        return rounded(self.score, PLACES)


@dataclass(frozen=True, slots=True)
class Row:
    """One item (None: all items together) in one group. Without figures it is hidden to protect the voters."""

    item: str | None
    group: str
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Tally:
    """The whole result, in the order of items and groups."""

    scale: Scale
    groups: tuple[str, ...]  #: ALL comes last
    valid: Mapping[str, int]
    void: int
    rows: tuple[Row, ...]

    def row(self, group: str, item: str | None = None) -> Row:
        """The row of an item, or of all items together."""
        return next(row for row in self.rows if row.group == group and row.item == item)


def make_scale(names: Sequence[str], points: Sequence[int], satisfied: Collection[str]) -> Scale:
    """A scale from parallel lists, as campaign parameters hold them, and the names that count as satisfied."""
    if len(set(names)) != len(names) or not set(satisfied) <= set(names):
        raise ValueError(f"评议等次重复，或“满意”的等次不在其中：{'、'.join(names)}；{'、'.join(satisfied)}。")
    return tuple(Option(name, score, name in satisfied) for name, score in zip(names, points, strict=True))


def count(scale: Scale, items: Sequence[str], ballots: Iterable[tuple[str, Mapping[str, str]]]) -> Counts:
    """Adds up ballots of (group, item → option). One that is empty or names an unknown item or option is void."""
    options, asked = {option.name for option in scale}, set(items)
    valid: Counter[str] = Counter()
    answers: Counter[tuple[str, str, str]] = Counter()
    void = 0
    for group, chosen in ballots:
        if not chosen or not chosen.keys() <= asked or not options.issuperset(chosen.values()):
            void += 1
            continue
        valid[group] += 1
        answers.update((group, item, option) for item, option in chosen.items())
    return Counts(valid, void, answers)


def tally(scale: Scale, items: Sequence[str], groups: Sequence[str], counts: Counts, minimum_cell: int) -> Tally:
    """The printed result: every item and all items together, by group and for all, with small groups hidden."""
    if strange := counts.valid.keys() - set(groups):
        raise ValueError(f"ballots of a group that was not asked: {', '.join(sorted(strange))}")
    sizes = {group: counts.valid.get(group, 0) for group in groups}
    hidden = hidden_groups(sizes, minimum_cell)
    sizes[ALL] = sum(sizes.values())
    rows = []
    for item in (*items, None):
        asked = items if item is None else (item,)
        for group in (*groups, ALL):
            members = groups if group == ALL else (group,)
            totals = [sum(counts.answers.get((m, i, o.name), 0) for m in members for i in asked) for o in scale]
            shown = group not in hidden
            rows.append(Row(item, group, _figures(scale, sizes[group], len(asked), totals) if shown else None))
    return Tally(scale, (*groups, ALL), sizes, counts.void, tuple(rows))


def hidden_groups(sizes: Mapping[str, int], minimum: int) -> frozenset[str]:
    """The groups whose figures must not be shown: too few ballots, or derivable as all minus what is shown.

    An empty group has nothing to hide. Fewer ballots than the minimum in all hide everything.
    """
    filled = sorted((group for group in sizes if sizes[group]), key=lambda group: sizes[group])
    if 0 < sum(sizes.values()) < minimum:
        return frozenset((*filled, ALL))
    hidden = [group for group in filled if sizes[group] < minimum]
    others = [group for group in filled if sizes[group] >= minimum]
    while hidden and others and (len(hidden) == 1 or sum(sizes[group] for group in hidden) < minimum):
        hidden.append(others.pop(0))
    return frozenset(hidden)


def percentages(counts: Sequence[int]) -> tuple[Decimal, ...]:
    """Percentages to two places that add up to exactly 100.00, by the largest remainder; all zero for nothing."""
    total = sum(counts)
    if total == 0:
        return tuple(Decimal("0.00") for _ in counts)
    shares = [divmod(each * WHOLE, total) for each in counts]
    missing = WHOLE - sum(whole for whole, _ in shares)
    largest = sorted(range(len(counts)), key=lambda i: (-shares[i][1], -counts[i], i))[:missing]
    return tuple(Decimal(whole + (i in largest)).scaleb(-PLACES) for i, (whole, _) in enumerate(shares))


def _figures(scale: Scale, ballots: int, asked: int, totals: Sequence[int]) -> Figures:
    """Figures of a row whose base is every valid ballot times the items asked."""
    base = ballots * asked
    blank = base - sum(totals)
    satisfied = sum(total for option, total in zip(scale, totals, strict=True) if option.satisfied)
    points = sum(total * option.points for option, total in zip(scale, totals, strict=True))
    return Figures(
        valid=ballots,
        counts=tuple(totals),
        blank=blank,
        percents=percentages((*totals, blank)),
        satisfied=satisfied,
        satisfied_rate=Fraction(satisfied, base or 1),
        score=Fraction(points, base or 1),
    )
