"""Who votes in an appraisal and as which group; who decides on it where the secretary is appraised (R45, §6.2)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.engine.cast import (
    CLERK,
    COMMITTEE,
    LEADER,
    MEMBER,
    ORGANISER,
    PROBATIONER,
    SECRETARY,
    STAFF,
    WORKER,
    change,
    member,
    refusal,
    situation,
)
from tests.engine.test_guards_mass_appraisal import appraisal
from workflow.engine.roster import MERGED, Roster, draw_up
from workflow.engine.snapshot import Ballots


def test_in_a_committee_the_members_of_its_branches_vote() -> None:
    below = (SECRETARY, ORGANISER, MEMBER, PROBATIONER, CLERK, LEADER)
    facts = appraisal("approved", own=COMMITTEE, members_below=below, holders=employed_by(COMMITTEE))
    roster = change("draw_up_roster", facts, "A03").roster or ()
    assert {person for person, group in roster if group == "party"} == {*below} - {LEADER}  # who leads it is appraised


@pytest.mark.parametrize(("party", "staff", "merged"), [(1, 10, True), (4, 10, True), (10, 1, True), (5, 5, False),
                                                        (0, 10, False), (10, 0, False)])  # fmt: skip
def test_a_group_of_few_votes_together_with_the_other(party: int, staff: int, merged: bool) -> None:
    drawn = Roster(tuple(range(party)), tuple(range(100, 100 + staff)), staff, 5)
    assert drawn.is_merged is merged
    assert drawn.size == party + staff
    assert ({group for _, group in drawn.entries} == {MERGED}) is merged


def test_all_employees_outside_the_party_are_there_to_choose_from() -> None:
    chosen = situation(appraisal("approved"), "A03", values={"staff_voters": [WORKER]})
    assert (draw_up(chosen).staff, draw_up(chosen).staff_available) == ((WORKER,), len((WORKER, *STAFF)))


def employed_by(body: int) -> Any:
    """The posts of the cast, with ten employees in that body."""

    def holders(addresses: Any) -> tuple[int, ...]:
        return STAFF if (body, "employee") in addresses else appraisal().holders(addresses)

    return holders


@pytest.mark.parametrize(
    ("members", "groups"), [(5, {"party": 5, "staff": 10}), (4, {"merged": 14}), (0, {"merged": 13})]
)
def test_a_group_of_few_voters_does_not_vote_as_a_group(members: int, groups: dict[str, int]) -> None:
    """Domain.md §6.2: a ballot of a group of one or two would tell who cast it."""
    facts = appraisal(
        "approved", own=COMMITTEE, members_below=range(901, 901 + members), holders=employed_by(COMMITTEE)
    )
    drawn = change("draw_up_roster", facts, "A03")
    assert dict(Counter(group for _, group in drawn.roster or ())) == groups
    assert drawn.data["roster_staff"] == 10  # R45 is judged on the groups as they are


def test_merged_ballots_are_counted_together_and_printed_once() -> None:
    items: Any = change("set_items", appraisal(), "A01").data["items"]
    answers = [("merged", {row["code"]: "satisfied" for row in items})] * 7
    box_of_all = Ballots({"merged": 8}, 7, 7, answers=answers)
    found = change(
        "compute_tally", appraisal("counting", {"items": items}, ballots=box_of_all), "A11", actor=CLERK
    ).data
    tally: Any = found["tally"]
    assert [(group["title"], group["collected"]) for group in tally["groups"]] == [("全部参评人员", 7)]
    assert found["satisfied_percent"] == "100.00"


def test_an_appraised_secretary_decides_nothing_and_others_do() -> None:
    """A01, A12, A13, A16, A17: the appraised branch secretary is replaced by others of the committee."""
    own = appraisal(subject="member", person=member(SECRETARY))
    assert change("name_decider", own, "A01").data["decider"] == [ORGANISER]
    assert "须回避" in (refusal("decider_is_not_appraised", own, "A13", actor=SECRETARY) or "")
    assert refusal("decider_is_not_appraised", own, "A13", actor=ORGANISER) is None
    assert "不在委员会" in (refusal("decider_is_not_appraised", own, "A13", actor=WORKER) or "")
    assert change("name_decider", appraisal(subject="member"), "A01").data["decider"] == []
    for named, told in (([], None), ([SECRETARY], None), ([ORGANISER], "没有变化")):
        facts = appraisal("under_objection", {"decider": named}, subject="member", person=member(SECRETARY))
        said = refusal("decider_is_outdated", facts, "A32", actor=CLERK)
        assert said is None if told is None else told in (said or "")
