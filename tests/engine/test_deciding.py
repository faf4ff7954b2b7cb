"""Decision rules in exact integers: what decides, when, and what cannot change it (approvals.md, decision rules)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import hypothesis.strategies as st
import pytest
from hypothesis import given

from workflow.definition.approval import Decide, Rule
from workflow.engine.deciding import (
    ABSTAIN,
    AGREE,
    REFUSE,
    Count,
    Outcome,
    allows_abstaining,
    count,
    in_words,
    next_seats,
    outcome,
)
from workflow.engine.snapshot import Turn

Verdict = str | None
MOST = 12  #: seats of a drawn vote
HUGE = 10**18
WORDS = {"passes": "approve", "fails": "refuse"}


def rule(name: str, **more: object) -> Decide:
    return Decide.model_validate({"rule": name, **WORDS, **more})


def seats(verdicts: Sequence[Verdict], weights: Sequence[int] = ()) -> list[Turn]:
    return [
        Turn(number + 1, "seat", (f"p{number}",), position=number, verdict=verdict, is_closed=verdict is not None,
             weight=weights[number] if weights else 1)
        for number, verdict in enumerate(verdicts)
    ]  # fmt: skip


def said(agree: int, refuse: int = 0, abstain: int = 0, undecided: int = 0) -> list[Turn]:
    return seats([AGREE] * agree + [REFUSE] * refuse + [ABSTAIN] * abstain + [None] * undecided)


SHARES = st.tuples(st.integers(1, 7), st.integers(1, 7)).map(lambda each: (min(each), max(each)))
COUNTED = st.one_of(
    st.builds(lambda share, hear: rule("percent", pass_at=share, hear_all=hear), SHARES, st.booleans()),
    st.builds(lambda least, hear: rule("count", pass_at=least, hear_all=hear), st.integers(1, MOST), st.booleans()),
    st.builds(lambda least, hear: rule("weight", pass_at=least, hear_all=hear), st.integers(1, 30), st.booleans()),
)
EVERY_RULE = st.one_of(COUNTED, st.builds(lambda hear: rule("all", hear_all=hear), st.booleans()))
VERDICTS = st.lists(st.sampled_from([AGREE, REFUSE, ABSTAIN]), min_size=1, max_size=MOST)
PARTIAL = st.lists(st.sampled_from([AGREE, REFUSE, ABSTAIN, None]), min_size=1, max_size=MOST)
WEIGHTS = st.lists(st.integers(1, 5), min_size=MOST, max_size=MOST)


@pytest.mark.parametrize(
    ("share", "asked", "agree", "passed"),
    [
        ((1, 2), 10, 5, True), ((1, 2), 9, 5, True), ((1, 2), 9, 4, False), ((2, 3), 9, 6, True), ((2, 3), 9, 5, False),
        ((2, 3), 7, 5, True), ((2, 3), 7, 4, False), ((4, 5), 10, 8, True), ((4, 5), 10, 7, False),
        ((4, 5), 100, 79, False), ((1, 1), 3, 3, True), ((1, 1), 3, 2, False), ((1, 2), 1, 1, True),
    ],
)  # fmt: skip
def test_shares_of_section_14_2(share: tuple[int, int], asked: int, agree: int, passed: bool) -> None:
    found = outcome(rule("percent", pass_at=share), said(agree, asked - agree))
    assert found is (Outcome.PASSED if passed else Outcome.FAILED)


def test_no_rounding_however_large_the_numbers() -> None:
    """A third of 3·10¹⁸ is exactly 10¹⁸; a float could not tell it from one less."""
    third = rule("weight", pass_at=HUGE)
    assert outcome(third, seats([AGREE, REFUSE], [HUGE, 2 * HUGE])) is Outcome.PASSED
    assert outcome(third, seats([AGREE, REFUSE], [HUGE - 1, 2 * HUGE])) is Outcome.FAILED


@given(SHARES, st.integers(0, MOST), st.integers(0, MOST))
def test_a_share_is_what_fractions_say(share: tuple[int, int], agree: int, refuse: int) -> None:
    if agree + refuse == 0:
        return
    passed = Fraction(agree, agree + refuse) >= Fraction(*share)
    assert (outcome(rule("percent", pass_at=share), said(agree, refuse)) is Outcome.PASSED) == passed


@given(EVERY_RULE, VERDICTS, WEIGHTS)
def test_when_everybody_has_decided_there_is_an_outcome(
    given_rule: Decide, verdicts: list[Verdict], weights: list[int]
) -> None:
    assert outcome(given_rule, seats(verdicts, weights)) is not Outcome.OPEN


@given(EVERY_RULE, PARTIAL, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_seats_means_nothing(
    given_rule: Decide, verdicts: list[Verdict], weights: list[int], random: object
) -> None:
    straight = seats(verdicts, weights)
    shuffled = list(straight)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert outcome(given_rule, straight) is outcome(given_rule, shuffled)


def course(given_rule: Decide, order: Sequence[int], verdicts: Sequence[Verdict], weights: Sequence[int]) -> Outcome:
    """The outcome when people decide in that order, and nobody after it is certain."""
    shown: list[Verdict] = [None] * len(verdicts)
    for number in order:
        shown[number] = verdicts[number]
        if (found := outcome(given_rule, seats(shown, weights))) is not Outcome.OPEN:
            return found
    raise AssertionError("everybody has decided, and nothing is decided")


@given(EVERY_RULE, VERDICTS, WEIGHTS, st.data())
def test_who_is_first_means_nothing(
    given_rule: Decide, verdicts: list[Verdict], weights: list[int], data: st.DataObject
) -> None:
    numbers = range(len(verdicts))
    orders = [data.draw(st.permutations(numbers)) for _ in range(2)]
    assert len({course(given_rule, order, verdicts, weights) for order in orders}) == 1


@given(EVERY_RULE, PARTIAL, WEIGHTS, st.integers(0, MOST - 1))
def test_another_agreement_never_turns_a_pass_into_less(
    given_rule: Decide, verdicts: list[Verdict], weights: list[int], which: int
) -> None:
    better = list(verdicts)
    better[which % len(better)] = AGREE
    ranks = {Outcome.FAILED: 0, Outcome.OPEN: 1, Outcome.PASSED: 2}
    before, after = (outcome(given_rule, seats(each, weights)) for each in (verdicts, better))
    heard = given_rule.hear_all and None in verdicts  # what was open because somebody was not heard may close
    assert ranks[after] >= ranks[before] or heard


@given(EVERY_RULE.filter(lambda each: not each.hear_all), PARTIAL.filter(lambda each: len(each) <= 6), WEIGHTS)
def test_it_is_decided_exactly_when_it_is_certain(
    given_rule: Decide, verdicts: list[Verdict], weights: list[int]
) -> None:
    open_ones = [number for number, each in enumerate(verdicts) if each is None]
    ends = set()
    for rest in product([AGREE, REFUSE, ABSTAIN], repeat=len(open_ones)):
        full = list(verdicts)
        for number, verdict in zip(open_ones, rest, strict=True):
            full[number] = verdict
        ends.add(outcome(given_rule, seats(full, weights)))
    found = outcome(given_rule, seats(verdicts, weights))
    assert found is (ends.pop() if len(ends) == 1 else Outcome.OPEN)


@given(COUNTED, VERDICTS, WEIGHTS)
def test_an_abstention_is_no_refusal(given_rule: Decide, verdicts: list[Verdict], weights: list[int]) -> None:
    counted = count(given_rule, seats(verdicts, weights))
    others = count(given_rule, seats([each for each in verdicts if each != ABSTAIN], weights * 2))
    assert counted.abstain == 0 or counted.refuse <= counted.total - counted.abstain
    if given_rule.rule is not Rule.WEIGHT:
        assert (counted.agree, counted.refuse) == (others.agree, others.refuse)
        assert counted.abstain == verdicts.count(ABSTAIN)


def test_abstentions_do_not_reach_the_threshold_of_failing() -> None:
    given_rule = rule("count", pass_at=3, fail_at=2)
    assert outcome(given_rule, said(0, 1, 1, 3)) is Outcome.OPEN
    assert outcome(given_rule, said(0, 2, 0, 3)) is Outcome.FAILED


def test_a_share_of_refusals_fails_of_everybody_asked() -> None:
    given_rule = rule("percent", pass_at=[2, 3], fail_at=[1, 4])
    assert outcome(given_rule, said(0, 1, 0, 4)) is Outcome.OPEN
    assert outcome(given_rule, said(0, 1, 0, 3)) is Outcome.FAILED


def test_passing_and_failing_at_once_is_passing() -> None:
    """Thresholds that overlap: what has been reached first counts, and reaching both at once passes."""
    assert outcome(rule("count", pass_at=2, fail_at=1), said(2, 1)) is Outcome.PASSED


def test_all_are_heard_before_anything_is_decided() -> None:
    heard = rule("all", hear_all=True)
    assert outcome(heard, said(0, 2, 0, 1)) is Outcome.OPEN
    assert outcome(heard, said(1, 2)) is Outcome.FAILED
    assert outcome(rule("all"), said(0, 1, 0, 2)) is Outcome.FAILED


def test_a_withdrawn_seat_counts_for_nobody() -> None:
    withdrawn = replace(said(0, 0, 0, 1)[0], is_closed=True)
    assert count(rule("all"), [*said(2), withdrawn]) == Count(agree=2)
    assert outcome(rule("all"), [*said(2), withdrawn]) is Outcome.PASSED
    assert outcome(rule("all"), [withdrawn]) is Outcome.FAILED, "nobody at all never agrees"


def test_in_a_sequence_one_turn_follows_another() -> None:
    given_rule = rule("sequence")
    first, second, third = (replace(each, is_waiting=each.position > 0) for each in said(0, 0, 0, 3))
    assert next_seats(given_rule, [first, second, third]) == ()
    done = replace(first, verdict=AGREE, is_closed=True)
    assert next_seats(given_rule, [third, done, second]) == (second.id,)
    assert next_seats(given_rule, [done, replace(second, is_waiting=False), third]) == ()
    assert next_seats(rule("all"), [second, third]) == ()
    withdrawn = replace(first, is_closed=True, is_waiting=True)
    assert next_seats(given_rule, [withdrawn, second, third]) == (second.id,)
    assert next_seats(given_rule, [done]) == ()


def test_whoever_must_agree_cannot_abstain() -> None:
    assert [each for each in ("all", "sequence") if allows_abstaining(rule(each))] == []
    assert allows_abstaining(rule("count", pass_at=1))


def test_a_rule_says_itself() -> None:
    assert in_words(rule("percent", pass_at=[2, 3])) == "同意达到应办理人数的三分之二为通过"
    assert in_words(rule("count", pass_at=3, hear_all=True)) == "同意达到3人为通过，听取全部意见后确定"
    assert in_words(rule("weight", pass_at=6)) == "同意达到6分为通过"
    assert in_words(rule("all")) == "全部同意为通过"
    assert in_words(rule("any")) == "一人办理即可"
    assert in_words(rule("ballot")) == "会议票决"
    assert in_words(rule("sequence", hear_all=True)) == "依次办理，全部同意为通过，听取全部意见后确定"
