"""Count what several have decided, in exact integers; abstentions apart (approvals.md, decision rules)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflow.definition.approval import Decide, Rule, Threshold
from workflow.engine.snapshot import Turn
from workflow.engine.voting import Share

AGREE, REFUSE, ABSTAIN, ANSWER = "agree", "refuse", "abstain", "answer"
VERDICTS = {AGREE: "同意", REFUSE: "不同意", ABSTAIN: "弃权", ANSWER: "已答复"}


class Outcome(StrEnum):
    """Where a joint decision stands."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Count:
    """How many seats, or how much weight, have said what."""

    agree: int = 0
    refuse: int = 0
    abstain: int = 0
    undecided: int = 0

    @property
    def total(self) -> int:
        """Everybody asked."""
        return self.agree + self.refuse + self.abstain + self.undecided


def count(rule: Decide, seats: Sequence[Turn]) -> Count:
    """The count over the seats that were not withdrawn; by weight where the rule says so."""
    sums = dict.fromkeys((AGREE, REFUSE, ABSTAIN, None), 0)
    for seat in seats:
        if seat.verdict is not None or not seat.is_closed:
            sums[seat.verdict] += seat.weight if rule.rule is Rule.WEIGHT else 1
    return Count(sums[AGREE], sums[REFUSE], sums[ABSTAIN], sums[None])


def outcome(rule: Decide, seats: Sequence[Turn]) -> Outcome:
    """Whether the decision is taken. With `hear_all` not before everybody has decided."""
    counted = count(rule, seats)
    if counted.undecided and rule.hear_all:
        return Outcome.OPEN
    if _passes(rule, counted.agree, counted.total):
        return Outcome.PASSED
    hopeless = not _passes(rule, counted.agree + counted.undecided, counted.total)
    refused = rule.fail_at is not None and _reaches(rule.fail_at, counted.refuse, counted.total)
    return Outcome.FAILED if hopeless or refused else Outcome.OPEN


def allows_abstaining(rule: Decide) -> bool:
    """Whether somebody may abstain: where all have to agree, an abstention would only be a refusal by another name."""
    return rule.rule in (Rule.PERCENT, Rule.COUNT, Rule.WEIGHT)


def next_seats(rule: Decide, seats: Sequence[Turn]) -> tuple[int, ...]:
    """Ids of the seats whose turn it becomes: in a sequence the first that is undecided, else none waits."""
    waiting = [each for each in seats if each.verdict is None and not each.is_closed]
    if rule.rule is not Rule.SEQUENCE or not waiting:
        return ()
    first = min(waiting, key=lambda each: each.position)
    return (first.id,) if first.is_waiting else ()


def _passes(rule: Decide, agree: int, total: int) -> bool:
    if total == 0:
        return False
    if rule.pass_at is None:
        return agree == total
    return _reaches(rule.pass_at, agree, total)


def _reaches(threshold: Threshold, part: int, total: int) -> bool:
    if isinstance(threshold, int):
        return part >= threshold
    return Share(*threshold, inclusive=True).met_by(part, total)


def in_words(rule: Decide) -> str:
    """The rule as the page of a case says it."""
    words = {
        Rule.ANY: "一人办理即可",
        Rule.ALL: "全部同意为通过",
        Rule.SEQUENCE: "依次办理，全部同意为通过",
        Rule.BALLOT: "会议票决",
    }
    if isinstance(rule.pass_at, tuple):
        said = f"同意{Share(*rule.pass_at, inclusive=True).of('应办理人数')}为通过"
    else:
        said = words.get(rule.rule) or f"同意达到{rule.pass_at}{'分' if rule.rule is Rule.WEIGHT else '人'}为通过"
    return f"{said}，听取全部意见后确定" if rule.hear_all else said
