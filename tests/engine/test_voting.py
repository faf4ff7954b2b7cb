"""Votes in Party bodies: domain.md section 5 and its vectors (section 14.2)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from workflow.definition.campaign import VoteRuleText
from workflow.engine.voting import (
    Share,
    VoteCounts,
    VoteRule,
    adopted,
    can_pass,
    count_faults,
    decide,
    quorate,
    vote_rule,
    warnings,
)

RULES = {
    name: vote_rule(VoteRuleText.model_validate(stated))
    for name, stated in {
        "assembly": {"title": "支部党员大会", "quorum": (1, 2)},
        "branch_committee": {"title": "支委会", "quorum": (1, 2), "quorum_inclusive": False},
        "committee": {"title": "党委会", "quorum": (1, 2), "quorum_inclusive": False},
        "committee_weighty": {"title": "党委会（重要事项）", "quorum": (2, 3)},
        "election": {"title": "选举", "quorum": (4, 5)},
    }.items()
}
ASSEMBLY, WEIGHTY = RULES["assembly"], RULES["committee_weighty"]


def result(rule: VoteRule, expected: int, present: int, ayes: int) -> tuple[bool, bool, bool]:
    """Quorate, can pass, adopted."""
    outcome = decide(rule, VoteCounts(expected, present, ayes, against=present - ayes))
    return outcome.quorate, can_pass(rule, expected, present), outcome.adopted


@pytest.mark.parametrize(
    ("rule", "expected", "present", "ayes", "outcome"),
    [
        ("assembly", 10, 5, 5, (True, False, False)),
        ("assembly", 10, 6, 6, (True, True, True)),
        ("assembly", 10, 10, 5, (True, True, False)),
        ("assembly", 9, 5, 5, (True, True, True)),
        ("assembly", 9, 4, 4, (False, False, False)),
        ("committee_weighty", 9, 6, 5, (True, True, True)),
        ("committee_weighty", 9, 5, 5, (False, False, False)),
        ("committee_weighty", 7, 5, 4, (True, True, True)),
        ("committee_weighty", 7, 4, 4, (False, False, False)),
        ("branch_committee", 10, 5, 5, (False, False, False)),
        ("branch_committee", 5, 3, 3, (True, True, True)),
        ("committee", 8, 5, 4, (True, True, False)),
        ("election", 10, 8, 6, (True, True, True)),
        ("election", 10, 7, 7, (False, False, False)),
        ("election", 100, 79, 79, (False, False, False)),
        ("assembly", 1, 1, 1, (True, True, True)),
        ("assembly", 0, 0, 0, (False, False, False)),
    ],
)
def test_vectors(rule: str, expected: int, present: int, ayes: int, outcome: tuple[bool, bool, bool]) -> None:
    assert result(RULES[rule], expected, present, ayes) == outcome


def test_abstaining_and_staying_away_work_as_no() -> None:
    assert decide(ASSEMBLY, VoteCounts(20, 11, ayes=10, abstain=1)).adopted is False
    assert decide(ASSEMBLY, VoteCounts(20, 11, ayes=11)).adopted is True


def test_the_chair_is_warned_that_exactly_half_can_never_pass() -> None:
    (said,) = warnings(ASSEMBLY, 10, 5)
    assert said == (
        "实到会 5 人已可表决，但赞成票须超过应到会 10 人的半数（至少 6 票），到会的人全部赞成也不能通过。"
        "建议待更多有表决权的人到会后再付表决。"
    )
    assert warnings(ASSEMBLY, 10, 6) == ()
    assert decide(ASSEMBLY, VoteCounts(10, 5, 5)).warnings == (said,)


def test_the_chair_is_told_how_many_are_missing() -> None:
    (said,) = warnings(WEIGHTY, 9, 5)
    assert "未达到应到会 9 人的三分之二（至少 6 人）" in said
    (said,) = warnings(RULES["committee"], 10, 5)
    assert "未超过应到会 10 人的半数（至少 6 人）" in said
    assert warnings(ASSEMBLY, 0, 0) == ("应到会人数为 0，没有有表决权的人，不能表决。",)


def test_a_rule_reads_as_official_chinese() -> None:
    assert ASSEMBLY.text == "实到会人数达到应到会人数的半数方可表决，赞成票超过应到会人数的半数为通过"
    assert WEIGHTY.text == "实到会人数达到应到会人数的三分之二方可表决，赞成票超过应到会人数的半数为通过"
    assert Share(4, 5, True).of("应到会人数") == "达到应到会人数的五分之四"
    assert Share(2, 4, False).of("应到会人数") == "超过应到会人数的半数"
    assert Share(1, 1, True).of("应到会人数") == "达到应到会人数"
    assert Share(7, 20, True).of("应到会人数") == "达到应到会人数的7/20"
    assert Share(1, 10, True).of("应到会人数") == "达到应到会人数的十分之一"
    assert Share(1, 11, True).of("应到会人数") == "达到应到会人数的1/11"


def test_a_result_names_its_rule() -> None:
    made = vote_rule(VoteRuleText(title="党委会", quorum=(2, 3)))
    assert (made.title, made.majority) == ("党委会", Share(1, 2, inclusive=False))
    assert decide(made, SOUND).rule is made
    assert not adopted(made, 0, 1), "where nobody is entitled, nothing is adopted"


SOUND = VoteCounts(20, 15, ayes=11, against=2, abstain=1, void=1, issued=15, collected=15)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ayes": -1}, "negative"),
        ({"issued": -1}, "negative"),
        ({"expected": 0}, "nobody_entitled"),
        ({"expected": 14}, "present_over_expected"),
        ({"ayes": 12}, "cast_over_present"),
        ({"collected": None}, "ballots_incomplete"),
        ({"issued": 16}, "issued_over_present"),
        ({"issued": 14}, "collected_over_issued"),
        ({"void": 0}, "cast_not_collected"),
    ],
)
def test_counts_that_cannot_be_right_void_the_vote(change: dict[str, int | None], code: str) -> None:
    outcome = decide(ASSEMBLY, replace(SOUND, **change))  # type: ignore[arg-type]
    assert code in [fault.code for fault in outcome.faults]
    assert not outcome.valid
    assert not outcome.adopted
    assert outcome.warnings == ()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("expected", "应到会"), ("present", "实到会"), ("ayes", "赞成"), ("against", "反对"), ("abstain", "弃权"),
        ("void", "无效"), ("issued", "发出"), ("collected", "收回"),
    ],
)  # fmt: skip
def test_no_number_of_a_vote_is_negative(name: str, title: str) -> None:
    found = [fault.message for fault in count_faults(replace(SOUND, **{name: -1})) if fault.code == "negative"]  # type: ignore[arg-type]
    assert found == [f"{title} -1 不能是负数，请核对。"]


def test_ballots_are_told_together() -> None:
    (fault,) = count_faults(replace(SOUND, issued=None))
    assert fault.message == "发出票数和收回票数须同时填写。"


def test_sound_counts_have_no_fault() -> None:
    outcome = decide(ASSEMBLY, SOUND)
    assert (outcome.valid, outcome.quorate, outcome.adopted, outcome.ayes_needed) == (True, True, True, 11)
    assert count_faults(VoteCounts(20, 15, ayes=11, against=2)) == ()  # a show of hands; two did not vote
    assert count_faults(replace(SOUND, issued=15, collected=14, void=0)) == ()  # one ballot was not returned


@pytest.mark.parametrize(
    ("quorum", "majority"), [((3, 2), (1, 2)), ((0, 2), (1, 2)), ((1, 2), (1, 1)), ((1, 0), (1, 2))]
)
def test_a_rule_that_makes_no_sense_is_refused(quorum: tuple[int, int], majority: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"a share lies|more than the whole"):
        vote_rule(VoteRuleText(title="怪", quorum=quorum, majority=majority))


SHARES = st.builds(
    lambda denominator, rest, inclusive: Share(max(denominator - rest, 1), denominator, inclusive),
    st.integers(2, 40),
    st.integers(1, 39),
    st.booleans(),
)


@given(SHARES, st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_share_is_the_exact_fraction(share: Share, part: int, whole: int) -> None:
    need = Fraction(share.numerator, share.denominator) * whole
    assert share.met_by(part, whole) == (part >= need if share.inclusive else part > need)


@given(SHARES, st.integers(1, 10_000))
def test_the_least_number_is_just_enough(share: Share, whole: int) -> None:
    least = share.least(whole)
    assert share.met_by(least, whole)
    assert not share.met_by(least - 1, whole)


@given(st.sampled_from(sorted(RULES)), st.integers(1, 500), st.integers(0, 500), st.integers(0, 500))
def test_adoption_never_contradicts_what_was_possible(name: str, expected: int, present: int, ayes: int) -> None:
    rule = RULES[name]
    present = min(present, expected)
    ayes = min(ayes, present)
    outcome = decide(rule, VoteCounts(expected, present, ayes))
    assert outcome.adopted == (quorate(rule, expected, present) and adopted(rule, expected, ayes))
    assert outcome.adopted <= can_pass(rule, expected, present)
    assert bool(outcome.warnings) != can_pass(rule, expected, present)
    assert not outcome.adopted or 2 * ayes > expected
