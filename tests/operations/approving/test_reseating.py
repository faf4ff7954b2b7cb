"""Seats follow the post: whoever leaves is asked no more, whoever comes is, and nobody waits for who has gone."""

from __future__ import annotations

from functools import partial

import pytest

from tests.enterprise import place, who
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE, Desk
from tests.operations.approving.holding import Holding
from tests.operations.racing import race
from tests.operations.test_disabled_accounts import disable
from tests.operations.test_health import dismiss
from workflow.errors import NotAllowed, Refused
from workflow.operations.approving.reseating import reseat_all
from workflow.operations.organization.appointing import Seat, appoint, person
from workflow.operations.organization.handing_over import Handing, hand_over
from workflow.operations.upkeep.stuck import stuck_cases
from workflow.store.session import reading, writing

HEAD, DEPUTY, DISCIPLINE, FOURTH, FIFTH = COMMITTEE
CLERK, CLERK_BELOW = "HY007", "HY021"
POSTS = {DEPUTY: "deputy_secretary", DISCIPLINE: "discipline_secretary", FOURTH: "committee_member",
         FIFTH: "committee_member"}  # fmt: skip

STAFF = {"HY006": ("HY", "party_dept_head"), CLERK: ("HY", "party_dept_staff"), "HY008": ("HY-B", "lg_office_director"),
         "HY009": ("HY-B", "lg_office_staff")}  # fmt: skip


def look(desk: Desk) -> int:
    """What the service does every minute."""
    changed = reseat_all(desk.installation.engine, desk.installation)
    assert reseat_all(desk.installation.engine, desk.installation) == 0, "a second look finds nothing to do"
    return changed


def leave(desk: Desk, *numbers: str) -> None:
    for number in numbers:
        dismiss(desk, number, "HY", POSTS[number])


def come(desk: Desk, number: str, post: str = "committee_member") -> None:
    with writing(desk.installation.engine) as session:
        seat = Seat(place(session, "HY"), post)
        appoint(session, desk.installation, person(session, number), seat, desk.today)


def sound(desk: Desk, case: int) -> None:
    with reading(desk.installation.engine) as session:
        Holding(session, desk.installation, case, desk.today).check()


def seats(desk: Desk, case: int) -> set[str]:
    return {address for kind, address in desk.asked(case) if kind == "seat"}


def test_nobody_waits_for_who_has_gone(sit: Sit) -> None:
    desk = sit({"rule": "all"}, due=None)
    case = desk.begin()
    for number in (HEAD, DEPUTY, DISCIPLINE, FIFTH):
        desk.agree(case, number)
    leave(desk, FOURTH)
    assert desk.state(case) == "deciding"
    assert look(desk) == 1
    assert desk.state(case) == "approved"
    assert "reseated" in desk.facts(case)
    assert "已不再担任有关职务" in {each.closed_reason for each in desk.tasks(case, open_only=False)}
    sound(desk, case)


def test_whoever_comes_to_the_post_has_the_seat(sit: Sit) -> None:
    desk = sit({"rule": "all"}, due=None)
    case = desk.begin()
    desk.agree(case, FIFTH)
    leave(desk, FOURTH)
    come(desk, CLERK)
    assert look(desk) == 1
    assert f"p{desk.person(CLERK)}" in seats(desk, case)
    assert f"p{desk.person(FOURTH)}" not in seats(desk, case)
    for number in (HEAD, DEPUTY, DISCIPLINE, CLERK):
        desk.agree(case, number)
    assert desk.state(case) == "approved"
    sound(desk, case)


def test_a_disabled_account_leaves_its_seat(sit: Sit) -> None:
    desk = sit({"rule": "percent", "pass_at": [2, 3]}, due=None)
    case = desk.begin()
    for number in (HEAD, DEPUTY, DISCIPLINE):
        desk.agree(case, number)
    assert desk.state(case) == "deciding", "three of five are not enough"
    with writing(desk.installation.engine) as session:
        disable(session, FOURTH)
    look(desk)
    assert desk.state(case) == "approved", "three of four are"
    sound(desk, case)


def test_a_decision_stays_a_decision(sit: Sit) -> None:
    desk = sit({"rule": "all"}, due=None)
    case = desk.begin()
    desk.agree(case, FOURTH)
    leave(desk, FOURTH)
    assert look(desk) == 0
    assert desk.decisions(case) == ["agree"]
    assert len(seats(desk, case)) == len(COMMITTEE) - 1


def test_who_comes_without_a_seat_having_gone_is_not_asked(sit: Sit) -> None:
    desk = sit({"rule": "all"}, due=None)
    case = desk.begin()
    come(desk, CLERK)
    assert look(desk) == 0
    with pytest.raises(NotAllowed):
        desk.agree(case, CLERK)


def test_a_frozen_seat_stays(sit: Sit) -> None:
    desk = sit({"rule": "all"}, due=None, follow="person")
    case = desk.begin()
    leave(desk, FOURTH)
    assert look(desk) == 0
    assert f"p{desk.person(FOURTH)}" in seats(desk, case)


def test_in_a_sequence_the_next_has_the_turn(sit: Sit) -> None:
    desk = sit({"rule": "sequence"}, due=None)
    case = desk.begin()
    desk.agree(case, HEAD)
    assert seats(desk, case) == {f"p{desk.person(DEPUTY)}"}
    leave(desk, DEPUTY, FOURTH)
    look(desk)
    assert seats(desk, case) == {f"p{desk.person(DISCIPLINE)}"}
    desk.agree(case, DISCIPLINE)
    assert desk.agree(case, FIFTH) == "approved"
    sound(desk, case)


def test_nobody_s_going_makes_a_decision_fail(sit: Sit) -> None:
    desk = sit({"rule": "count", "pass_at": 5}, due=None)
    case = desk.begin()
    desk.agree(case, HEAD)
    leave(desk, FOURTH)
    look(desk)
    assert desk.state(case) == "deciding"
    sound(desk, case)


def test_where_all_have_gone_the_seat_waits_and_the_case_is_told(sit: Sit) -> None:
    desk = sit({"rule": "all"}, by="sup.staff", due=None)
    case = desk.begin()
    assert seats(desk, case) == {f"p{desk.person(each)}" for each in STAFF}
    for number, (body, post) in STAFF.items():
        dismiss(desk, number, body, post)
    look(desk)
    with reading(desk.installation.engine) as session:
        assert [each.number for each in stuck_cases(session, desk.installation)] == [desk.row(case).number]
    come(desk, "HY010", "party_dept_head")
    assert desk.agree(case, "HY010") == "approved"
    sound(desk, case)


def test_who_opened_the_case_inherits_no_seat_on_it(sit: Sit) -> None:
    desk = sit({"rule": "all"}, due=None)
    case = desk.begin(staff=CLERK_BELOW)
    with writing(desk.installation.engine) as session:
        both = (person(session, FOURTH), person(session, CLERK_BELOW))
        given = Handing(*both, (Seat(place(session, "HY"), "committee_member"),), desk.today, "班子调整")
        made = hand_over(session, desk.installation, who(session, "CE05"), given)
        assert "是这件事项的发起人，不参加表决" in str(made.moved["stays"])
    look(desk)
    assert len(seats(desk, case)) == len(COMMITTEE) - 1
    with pytest.raises(NotAllowed, match="须由他人决定"):
        desk.agree(case, CLERK_BELOW)
    for number in (HEAD, DEPUTY, DISCIPLINE, FIFTH):
        desk.agree(case, number)
    assert desk.state(case) == "approved"
    sound(desk, case)


@pytest.mark.parametrize("comes", [True, False])
def test_what_was_asked_beside_a_seat_goes_or_ends_with_it(sit: Sit, comes: bool) -> None:
    desk = sit({"rule": "all"}, due=None)
    case = desk.begin()
    desk.take(case, FOURTH, "add_signer", people=[desk.person("HY006")], place="before")
    leave(desk, FOURTH)
    if comes:
        come(desk, CLERK)
    look(desk)
    assert (("before", f"p{desk.person('HY006')}") in desk.asked(case)) == comes
    if comes:
        with pytest.raises(Refused, match="须先由贺青云办理"):
            desk.agree(case, CLERK)
    sound(desk, case)


@pytest.mark.parametrize("_round", range(2))
def test_the_last_vote_against_the_look(sit: Sit, _round: int) -> None:
    desk = sit({"rule": "all"}, due=None)
    case = desk.begin()
    for number in (HEAD, DEPUTY, DISCIPLINE):
        desk.agree(case, number)
    leave(desk, FOURTH)
    engine = desk.installation.engine
    finishes = race(partial(desk.agree, case, FIFTH), partial(reseat_all, engine, desk.installation))
    assert all(each.won for each in finishes)
    assert desk.state(case) == "approved"
    assert desk.facts(case).count("moved") == 3
    sound(desk, case)
