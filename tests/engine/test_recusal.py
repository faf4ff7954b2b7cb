"""Nobody decides on himself, and no case waits for nobody: recusal, stand-ins, replacements (domain.md §2.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.engine.asking import Asked, check
from tests.engine.cast import (
    ASSESSOR,
    BRANCH,
    CLERK,
    LEADER,
    MEMBER,
    ORGANISER,
    SECRETARY,
    WORKER,
    change,
    child,
    definition,
    refusal,
    related,
    snapshot,
)
from workflow.engine.routing import Address
from workflow.engine.snapshot import Snapshot

#: A branch too small for a committee: its secretary and two more full members.
SMALL: Mapping[Address, tuple[int, ...]] = {
    (BRANCH, "branch_secretary"): (SECRETARY,),
    (BRANCH, "full_member"): (SECRETARY, ORGANISER, MEMBER),
}


def in_small_branch(facts: Snapshot) -> Snapshot:
    """The same case where the secretary holds the only office."""
    return replace(facts, holders=holders_in(SMALL))


def holders_in(posts: Mapping[Address, tuple[int, ...]]) -> Callable[[Sequence[Address]], list[int]]:
    return lambda addresses: sorted({person for address in addresses for person in posts.get(address, ())})


def test_in_a_small_branch_another_member_reviews_the_secretarys_plan() -> None:
    facts = in_small_branch(snapshot("plan"))
    assert change("name_reviewer", facts, "P01", actor=SECRETARY).data["stand_in"] == [ORGANISER, MEMBER]
    assert change("name_reviewer", snapshot("plan"), "P01", actor=SECRETARY).data["stand_in"] == []


def test_in_a_small_branch_somebody_else_drafts_reviews_and_seals() -> None:
    issue = in_small_branch(snapshot("document_issue", data={"drafter": SECRETARY, "upward": True}))
    hands = change("name_hands", issue, "D01", actor=None).data
    assert (hands["drafter"], hands["signatory"]) == ([ORGANISER, MEMBER], [SECRETARY])
    signed = in_small_branch(snapshot("document_issue", data={"drafter": SECRETARY, "signed_on": "2012-03-05"}))
    assert change("name_hands", signed, "D01", actor=None).data["reviewer"] == [ORGANISER, MEMBER]
    assert change("name_keeper", signed, "D01", actor=None).data["keeper"] == [ORGANISER, MEMBER]
    assert change("name_keeper", snapshot("document_issue"), "D01", actor=None).data["keeper"] == []


def test_where_every_recorder_is_concerned_the_roster_keeps_the_record() -> None:
    meeting = in_small_branch(snapshot("vote_session", data={"matter": "assembly"}))
    assert change("convene_body", meeting, "V01", actor=None).data["stand_in"] == [SECRETARY, ORGANISER, MEMBER]
    mine = in_small_branch(snapshot("vote_session", data={"matter": "assembly", "recused": [SECRETARY]}))
    assert change("convene_body", mine, "V01", actor=None).data["stand_in"] == [ORGANISER, MEMBER]
    usual = snapshot("vote_session", data={"matter": "assembly"})
    assert change("convene_body", usual, "V01", actor=None).data["stand_in"] == []


def test_any_member_presides_where_the_secretary_may_not_and_there_is_no_deputy() -> None:
    data = {"matter": "assembly", "roster": [SECRETARY, ORGANISER, MEMBER], "attendees": [SECRETARY, ORGANISER, MEMBER],
            "recused": [SECRETARY]}  # fmt: skip
    meeting = in_small_branch(snapshot("vote_session", data=data))
    assert refusal("presider_takes_part", meeting, "V01", values={"presider": MEMBER}) is None
    with_committee = snapshot("vote_session", data=data)
    assert refusal("presider_takes_part", with_committee, "V01", values={"presider": ORGANISER}) is None
    assert "委员到会" in (refusal("presider_takes_part", with_committee, "V01", values={"presider": MEMBER}) or "")


SHEET: dict[str, Any] = {"subject": "member"}

ASKED = [
    ("leader_comment", Asked("handler_is_not_target", "C14", {"actor": SECRETARY}, "须回避", {"actor": CLERK})),
    ("leader_comment", Asked("handler_is_not_target", "C18", {"actor": MEMBER}, "须回避", {"actor": ORGANISER},
                             {"subject": "member"})),
    ("assessment", Asked("actor_is_not_assessed", "K16", {"actor": SECRETARY}, "自己负责", {"actor": LEADER})),
    ("assessment", Asked("no_assessment_is_running", "K01",
                         {"related": [related("assessment", "scored", final=False, same_person=True)]}, "还没有审定",
                         {"related": [related("assessment", "notified", final=False, same_person=True),
                                      related("assessment", "scored", final=False)]}, SHEET)),
    ("assessment", Asked("correction_vote_is_not_open", "K27",
                         {"children": [child("correction_vote", "voting", final=False)]}, "等待表决",
                         {"children": [child("correction_vote", "rejected")]})),
    ("document_issue", Asked("hands_are_separate", "D16", {"data": {"signatory": SECRETARY}}, "各有其人",
                             {"data": {"signatory": LEADER}}, {"data": {"drafter": SECRETARY, "reviewer": ORGANISER}})),
]  # fmt: skip


@pytest.mark.parametrize(("stage", "asked"), ASKED, ids=lambda each: getattr(each, "guard", each))
def test_guard(stage: str, asked: Asked) -> None:
    check(stage, asked)


@pytest.mark.parametrize(("transition", "opened"), [("K09", True), ("K24", True), ("K14", False), ("K18", False)])
def test_a_vote_is_held_on_a_grade_that_was_weighed_anew(transition: str, opened: bool) -> None:
    assert (refusal("grade_is_put_to_vote", snapshot("assessment"), transition) is None) is opened


def test_the_assessed_and_their_leaders_withdraw_from_the_vote() -> None:
    assert change("name_concerned", snapshot("assessment", subject="member"), "K09").data == {"concerned": [MEMBER]}
    assert change("name_concerned", snapshot("rectification"), "Z38").data == {"concerned": [SECRETARY]}
    for stage, name in (
        ("assessment", "vote"),
        ("assessment", "correction_vote"),
        ("rectification", "escalation_vote"),
    ):
        assert definition(stage).children[name].carry == {"recused": "concerned"}


#: Persons named in the data of a case, the states that wait for them, and who replaces them when they leave.
NAMED = [
    ("assessment", "verifying", ("first_assessor", "second_assessor", "recusal")),
    ("mass_appraisal", "ballot_closed", ("scrutineer", "teller")),
    ("mass_appraisal", "counting", ("scrutineer", "teller")),
    ("vote_session", "checked_in", ("presider",)),
    ("vote_session", "deliberating", ("presider",)),
    ("vote_session", "voting", ("scrutineer", "teller")),
    ("rectification", "under_acceptance", ("team",)),
    ("document_receipt", "circulating", ("unread",)),
    ("document_receipt", "handling", ("handler",)),
    ("document_issue", "drafting", ("drafter", "reviewer", "signatory")),
    ("document_issue", "awaiting_signature", ("drafter", "reviewer", "signatory")),
]


@pytest.mark.parametrize(("stage", "state", "asked"), NAMED)
def test_whoever_is_named_and_leaves_is_replaced(stage: str, state: str, asked: tuple[str, ...]) -> None:
    replaces = definition(stage).find("reassign", state)
    assert replaces is not None
    assert (replaces.ask, replaces.reason, replaces.to) == (asked, True, "same")


def test_new_assessors_are_as_independent_as_the_first() -> None:
    facts = snapshot("assessment", "verifying", subject="member", data={"first_assessor": ASSESSOR})
    kept = {"first_assessor": ASSESSOR, "second_assessor": ASSESSOR}
    assert "不能是同一人" in (
        refusal("assessors_are_two_and_independent", facts, "K26", actor=CLERK, values=kept) or ""
    )
    strange = {"first_assessor": ASSESSOR, "second_assessor": WORKER}
    assert refusal("assessors_are_two_and_independent", facts, "K26", actor=CLERK, values=strange)
    of_branch = {"first_assessor": SECRETARY, "second_assessor": ORGANISER}
    assert refusal("assessors_are_two_and_independent", facts, "K26", actor=CLERK, values=of_branch) is None
