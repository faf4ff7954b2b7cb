"""Policies of a state on both databases: vacancy, the initiator, the same approver again, whom a turn follows."""

from __future__ import annotations

import pytest

from tests.enterprise import place, who
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE, Desk
from workflow.errors import NotAllowed
from workflow.operations.organization.appointing import Seat, end_post, find_post, person
from workflow.store.session import writing

BRANCH, BRANCH_SECRETARY = "HY-11", "HY020"
ABOVE, FURTHER_UP = "HY016", "HY001"


def leave(desk: Desk, number: str, body: str, post: str) -> None:
    """Somebody's post ends today."""
    with writing(desk.installation.engine) as session:
        seat = Seat(place(session, body), post)
        held = find_post(session, person(session, number), seat, desk.today)
        end_post(session, desk.installation, held, desk.today)


def from_the_branch(desk: Desk) -> int:
    case = desk.open(BRANCH_SECRETARY, "consent", BRANCH, text="请批准采购")
    desk.do(case, "submit")
    desk.do(case, "pass_on", by=BRANCH_SECRETARY)
    return case


def test_a_vacancy_holds_unless_the_definition_lets_it_climb(sit: Sit) -> None:
    desk = sit(by="sup.secretary")
    leave(desk, ABOVE, "HY-1", "party_secretary")
    case = from_the_branch(desk)
    with pytest.raises(NotAllowed):
        desk.agree(case, FURTHER_UP)
    assert desk.state(case) == "deciding"


@pytest.mark.parametrize("decide", [None, {"rule": "all"}])
def test_a_vacancy_climbs_and_is_recorded(sit: Sit, decide: dict[str, str] | None) -> None:
    desk = sit(decide, by="sup.secretary", climbs="vacant")
    leave(desk, ABOVE, "HY-1", "party_secretary")
    case = from_the_branch(desk)
    assert "climbed" in desk.facts(case)
    assert "由上级恒岳集团党委办理" in desk.tasks(case)[0].note
    assert desk.agree(case, FURTHER_UP) == "approved"


@pytest.mark.parametrize("decide", [None, {"rule": "all"}])
def test_a_named_stand_in_is_asked_first(sit: Sit, decide: dict[str, str] | None) -> None:
    desk = sit(decide, by="sup.secretary", climbs="vacant", stand_in="sup.committee")
    leave(desk, ABOVE, "HY-1", "party_secretary")
    case = from_the_branch(desk)
    with pytest.raises(NotAllowed):
        desk.agree(case, FURTHER_UP)
    assert desk.agree(case, "HY017") == "approved"


def test_who_opened_a_case_does_not_decide_on_it(sit: Sit) -> None:
    desk = sit({"rule": "all"}, by="own.secretary")
    case = from_the_branch(desk)
    with pytest.raises(NotAllowed):
        desk.agree(case, BRANCH_SECRETARY)
    assert "climbed" in desk.facts(case)
    assert desk.agree(case, ABOVE) == "approved"


def test_a_turn_that_follows_the_post_is_the_successors(sit: Sit) -> None:
    desk = sit()
    case = desk.begin()
    leave(desk, "HY002", "HY", "deputy_secretary")
    with pytest.raises(NotAllowed):
        desk.agree(case, "HY002")


def test_a_turn_that_follows_the_person_stays(sit: Sit) -> None:
    desk = sit(by="sup.secretary", follow="person")
    case = desk.begin()
    assert desk.asked(case) == [("turn", f"p{desk.person(COMMITTEE[0])}")]


def test_the_same_approver_is_not_asked_twice_where_the_definition_says_so(sit: Sit) -> None:
    desk = sit(by="own.secretary", same_approver="consecutive")
    case = desk.open("HY019", "consent", "HY-1", text="请批准采购")
    desk.do(case, "submit")
    desk.do(case, "pass_on", by="HY016")
    assert desk.state(case) == "approved"
    assert desk.facts(case).count("moved") == 3


def test_rights_are_looked_at_in_the_moment_of_the_act(sit: Sit) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()
    with writing(desk.installation.engine) as session:
        stale = who(session, "HY001")
    leave(desk, "HY001", "HY", "party_secretary")
    with pytest.raises(NotAllowed):
        desk.act(case, stale, "approve", {})
