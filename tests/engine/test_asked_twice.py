"""Who has several seats in one decision, and is asked once (approvals.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.cast import COMMITTEE
from tests.engine.test_seats import HEAD
from tests.engine.test_turns import SEQUENCE, do, seated


@pytest.mark.parametrize(("policy", "said"), [("off", [1]), ("once", [1, 3]), ("consecutive", [1])])
def test_the_same_person_is_asked_again_as_the_definition_says(policy: str, said: list[int]) -> None:
    facts = seated(SEQUENCE, same_approver=policy)
    turns = [replace(each, addresses=(f"p{HEAD}",)) if each.id == 3 else each for each in facts.turns]
    step = do(replace(facts, turns=[replace(each, asked_by=HEAD) for each in turns]), HEAD)
    assert [each.turn for each in step.decided] == said
    beside = [replace(each, addresses=(f"p{HEAD}",)) if each.id == 2 else each for each in facts.turns]
    two = do(replace(facts, turns=[replace(each, asked_by=HEAD) for each in beside]), HEAD)
    assert [each.turn for each in two.decided] == ([1] if policy == "off" else [1, 2])
    assert [each.because for each in two.decided[1:]] == ["同一人已表示同意"] * (policy != "off")
    assert do(facts, HEAD, "refuse", "不妥").decided[0].because == ""


def test_a_refusal_is_said_once_and_repeats_nowhere() -> None:
    facts = seated({"rule": "count", "pass_at": 1, "hear_all": True}, same_approver="once")
    twice = [replace(each, addresses=(f"p{HEAD}",), asked_by=HEAD) if each.id == 3 else each for each in facts.turns]
    assert [each.turn for each in do(replace(facts, turns=twice), HEAD, "refuse", "不妥").decided] == [1]
    assert [each.turn for each in do(replace(facts, turns=twice), HEAD).decided] == [1, 3]


def test_what_is_repeated_has_no_opinion_of_its_own() -> None:
    facts = seated(SEQUENCE, same_approver="once")
    twice = [replace(each, addresses=(f"p{HEAD}",), asked_by=HEAD) if each.id == 3 else each for each in facts.turns]
    own, again = do(replace(facts, turns=twice), HEAD, "approve", "同意").decided
    assert (own.opinion, own.because) == ("同意", "")
    assert (again.verdict, again.actor, again.transition) == ("agree", own.actor, own.transition)
    assert (again.opinion, again.values, again.because) == ("", {}, "同一人已表示同意")


def test_somebody_is_known_again_by_the_post_and_past_the_seats_of_others_that_are_no_later() -> None:
    facts = seated({"rule": "count", "pass_at": 4}, same_approver="consecutive")
    by_post = [replace(each, addresses=(f"o{COMMITTEE}:party_secretary",)) if each.id == 3 else each
               for each in facts.turns]  # fmt: skip
    assert [each.turn for each in do(replace(facts, turns=by_post), HEAD).decided] == [1, 3]
