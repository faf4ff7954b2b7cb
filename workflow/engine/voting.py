"""Votes of Party bodies in exact integers: quorum and majority over those who should attend (domain.md section 5).

E = 应到会, people entitled to vote who should attend; P = 实到会, those of them present. The base of the majority is E,
so abstaining and staying away both work as a vote against. Every share comes from the definitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from workflow.definition.campaign import VoteRuleText

_NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_NOBODY_ENTITLED = "应到会人数为 0，没有有表决权的人，不能表决。"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole that must be reached (以上, inclusive) or exceeded (超过)."""

    numerator: int
    denominator: int
    inclusive: bool

    def __post_init__(self) -> None:
        if not 0 < self.numerator <= self.denominator:
            raise ValueError(f"a share lies between 0 and 1, not {self.numerator}/{self.denominator}")
        if self.numerator == self.denominator and not self.inclusive:
            raise ValueError("more than the whole can never be met")

    def met_by(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` is enough."""
        have, need = part * self.denominator, whole * self.numerator
        return have >= need if self.inclusive else have > need

    def least(self, whole: int) -> int:
        """The smallest number that is enough."""
        exact = self.numerator * whole
        return -(-exact // self.denominator) if self.inclusive else exact // self.denominator + 1

    def of(self, whole: str) -> str:
        """The condition in official Chinese: 达到应到会人数的三分之二, 超过应到会人数的半数."""
        verb = "达到" if self.inclusive else "超过"
        if self.numerator == self.denominator:
            return f"{verb}{whole}"
        return f"{verb}{whole}的{_fraction_title(Fraction(self.numerator, self.denominator))}"


@dataclass(frozen=True, slots=True)
class VoteRule:
    """When a body may vote, and when a motion is adopted."""

    title: str
    quorum: Share  #: of E that must be present
    majority: Share  #: of E that must vote for

    @property
    def text(self) -> str:
        """The rule as a minute states it."""
        return f"实到会人数{self.quorum.of('应到会人数')}方可表决，赞成票{self.majority.of('应到会人数')}为通过"


@dataclass(frozen=True, slots=True)
class VoteCounts:
    """What the tellers report for one item. Ballots issued and collected are None for a show of hands."""

    expected: int  #: E 应到会
    present: int  #: P 实到会
    ayes: int
    against: int = 0
    abstain: int = 0
    void: int = 0
    issued: int | None = None
    collected: int | None = None

    @property
    def cast(self) -> int:
        """All votes counted, void ones included."""
        return self.ayes + self.against + self.abstain + self.void


@dataclass(frozen=True, slots=True)
class CountFault:
    """Why counts cannot be right: a stable code, and a sentence for the tellers."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class VoteResult:
    """What a count means under a rule. A count with faults is void and adopts nothing."""

    rule: VoteRule
    counts: VoteCounts
    faults: tuple[CountFault, ...]
    quorate: bool
    adopted: bool
    ayes_needed: int
    warnings: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Whether the count itself is sound."""
        return not self.faults


def vote_rule(stated: VoteRuleText) -> VoteRule:
    """A rule as organization.yaml states it; a majority is always more than its share (超过半数)."""
    quorum = Share(*stated.quorum, inclusive=stated.quorum_inclusive)
    return VoteRule(stated.title, quorum, Share(*stated.majority, inclusive=False))


def quorate(rule: VoteRule, expected: int, present: int) -> bool:
    """Whether enough of those who should attend are present for the body to vote."""
    return expected > 0 and rule.quorum.met_by(present, expected)


def adopted(rule: VoteRule, expected: int, ayes: int) -> bool:
    """Whether so many ayes adopt a motion, whoever was present."""
    return expected > 0 and rule.majority.met_by(ayes, expected)


def can_pass(rule: VoteRule, expected: int, present: int) -> bool:
    """Whether a motion could still be adopted if everybody present voted for it."""
    return quorate(rule, expected, present) and adopted(rule, expected, present)


def warnings(rule: VoteRule, expected: int, present: int) -> tuple[str, ...]:
    """What the chair should know before calling the vote, in Chinese."""
    said = _warning(rule, expected, present)
    return (said,) if said else ()


def count_faults(counts: VoteCounts) -> tuple[CountFault, ...]:
    """Everything about the counts that contradicts itself; empty when they can stand."""
    return tuple(CountFault(code, message) for code, message in _faults(counts))


def decide(rule: VoteRule, counts: VoteCounts) -> VoteResult:
    """The outcome of one item: adopted only by a sound count of a quorate body."""
    faults = count_faults(counts)
    present_enough = quorate(rule, counts.expected, counts.present)
    return VoteResult(
        rule=rule,
        counts=counts,
        faults=faults,
        quorate=present_enough,
        adopted=not faults and present_enough and adopted(rule, counts.expected, counts.ayes),
        ayes_needed=rule.majority.least(counts.expected),
        warnings=() if faults else warnings(rule, counts.expected, counts.present),
    )


def _warning(rule: VoteRule, expected: int, present: int) -> str:
    if expected == 0:
        return _NOBODY_ENTITLED
    whole = f"应到会 {expected} 人"
    if not quorate(rule, expected, present):
        missing = f"未{rule.quorum.of(whole)}（至少 {rule.quorum.least(expected)} 人）"
        return f"实到会 {present} 人，{missing}，不能表决。请改期召开，或待人数达到后再付表决。"
    if not can_pass(rule, expected, present):
        needed = f"须{rule.majority.of(whole)}（至少 {rule.majority.least(expected)} 票）"
        return (
            f"实到会 {present} 人已可表决，但赞成票{needed}，到会的人全部赞成也不能通过。"
            "建议待更多有表决权的人到会后再付表决。"
        )
    return ""


def _faults(counts: VoteCounts) -> Iterator[tuple[str, str]]:
    numbers = {
        "应到会": counts.expected,
        "实到会": counts.present,
        "赞成": counts.ayes,
        "反对": counts.against,
        "弃权": counts.abstain,
        "无效": counts.void,
        "发出": counts.issued or 0,
        "收回": counts.collected or 0,
    }
    for name, number in numbers.items():
        if number < 0:
            yield "negative", f"{name} {number} 不能是负数，请核对。"
    if counts.expected == 0:
        yield "nobody_entitled", _NOBODY_ENTITLED
    if counts.present > counts.expected:
        yield "present_over_expected", f"实到会 {counts.present} 人多于应到会 {counts.expected} 人，请核对到会名单。"
    if counts.cast > counts.present:
        yield "cast_over_present", f"各项票数合计 {counts.cast} 票，多于实到会 {counts.present} 人，请重新计票。"
    yield from _ballot_faults(counts)


def _ballot_faults(counts: VoteCounts) -> Iterator[tuple[str, str]]:
    if (counts.issued is None) != (counts.collected is None):
        yield "ballots_incomplete", "发出票数和收回票数须同时填写。"
    if counts.issued is None or counts.collected is None:
        return
    if counts.issued > counts.present:
        yield "issued_over_present", f"发出 {counts.issued} 票，多于实到会 {counts.present} 人，请核对。"
    if counts.collected > counts.issued:
        yield (
            "collected_over_issued",
            f"收回 {counts.collected} 票，多于发出 {counts.issued} 票，本次表决无效，须重新投票。",
        )
    if counts.cast != counts.collected:
        yield "cast_not_collected", f"各项票数合计 {counts.cast} 票，与收回 {counts.collected} 票不符，请重新计票。"


def _fraction_title(part: Fraction) -> str:
    if part == Fraction(1, 2):
        return "半数"
    if part.denominator < len(_NUMERALS):
        return f"{_NUMERALS[part.denominator]}分之{_NUMERALS[part.numerator]}"
    return f"{part.numerator}/{part.denominator}"
