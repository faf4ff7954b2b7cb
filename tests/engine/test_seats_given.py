"""Who is asked where a role names persons, where somebody stands in, and where nobody of a post may decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.engine.cast import BRANCH, CE_LG, COMMITTEE, ENTERPRISE, member
from tests.engine.test_seats import ALL, CHIEF, FIRST, FULL, HEAD, OPENER, SECOND, THIRD, UP, UPPER, asked, case, vacant
from tests.engine.test_turns_taken import waiting_for_nobody
from workflow.engine.routing import Address
from workflow.engine.seats import VACANT, Seat, initiators, seats, turn_seat
from workflow.engine.snapshot import Snapshot

STANDING = "任职空缺，由指定的人员代为办理"
PASSED_UP = "重机党委没有可以办理的人员，由上级华岳党委办理"
SECRETARY = (f"o{COMMITTEE}:party_secretary",)
DEPUTY_FOR: Mapping[Address, tuple[int, ...]] = {**FULL, (BRANCH, "branch_secretary"): (SECOND,)}
BY_DEPUTY = (f"o{BRANCH}:branch_secretary",)
NOBODY_THERE = {each: people for each, people in DEPUTY_FOR.items() if each[0] != COMMITTEE}


def naming(facts: Snapshot, *people: int) -> Snapshot:
    return replace(facts, case=replace(facts.case, data={"note": list(people)}))


# -- seats of several


def test_each_person_whom_a_role_names_has_a_seat_but_the_initiator() -> None:
    facts = naming(case(by="named.note"), HEAD, OPENER, SECOND)
    assert seats(facts) == (Seat((f"p{HEAD}",)), Seat((f"p{SECOND}",)))
    about = case(by="self", person=member(THIRD))
    assert seats(about) == (), "nobody decides on themselves"
    assert seats(naming(case(by=["named.note", "sup.secretary"]), HEAD)) == (Seat((f"p{HEAD}",)), Seat(SECRETARY))


def test_a_state_that_waits_for_nobody_of_its_kind_gives_no_seat() -> None:
    assert seats(waiting_for_nobody(case())) == ()
    assert turn_seat(waiting_for_nobody(case(None))) is None


def test_a_role_that_this_case_has_not_gives_no_seat() -> None:
    facts = case(by=["sup.secretary", "partner.secretary"])
    assert seats(facts) == (Seat(SECRETARY),)


def test_who_stands_in_is_asked_before_it_goes_up() -> None:
    standing = Seat(BY_DEPUTY, note=STANDING)
    for climbs in ([], ["vacant"]):
        facts = case(by="sup.secretary", held=NOBODY_THERE, stand_in=["own.secretary"], climbs=climbs)
        assert seats(facts) == (standing,)
    began = case(by="sup.secretary", held=NOBODY_THERE, stand_in=["own.secretary"], climbs=["vacant"], opener=SECOND)
    assert asked(began) == [(f"o{ENTERPRISE}:party_secretary",)], "who began it stands in for nobody"


def test_a_vacancy_that_climbs_is_told_to_each_who_is_asked_instead() -> None:
    held = {each: people for each, people in FULL.items() if each[0] != COMMITTEE}
    chief, *others = seats(case(held=held, climbs=["vacant"]))
    assert (chief.addresses, chief.note) == ((f"o{ENTERPRISE}:party_secretary",), PASSED_UP)
    assert {each.note for each in others} == {PASSED_UP}


def test_on_the_way_up_only_who_follows_a_vacancy_is_told_of_it() -> None:
    three = {"rule": "sequence", "up": {"role": "secretary", "levels": 3}}
    assert [each.note for each in seats(case(three))] == ["", "", ""]
    skipped = seats(case(three, held=vacant((COMMITTEE, "party_secretary")), climbs=["vacant"]))
    assert [each.note for each in skipped] == ["重机党委没有可以办理的人员，由上级办理", ""]
    [waits] = seats(case(UP, held={}, climbs=["vacant"]))
    assert waits.note == VACANT
    top = case(three)
    assert seats(replace(top, case=replace(top.case, bodies={"own": CE_LG}))) == (), (
        "above the highest body there is nobody to ask"
    )


# -- the one turn of others


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ({}, Seat(SECRETARY)),
        ({"climbs": ["initiator"]}, Seat(SECRETARY)),
        ({"climbs": ["vacant"]}, Seat(SECRETARY)),
        ({"stand_in": ["own.secretary"]}, Seat(SECRETARY)),
        ({"follow": "person"}, Seat((f"p{HEAD}",))),
        ({"follow": "person", "climbs": ["initiator"]}, Seat((f"p{HEAD}",))),
    ],
)
def test_a_turn_stays_with_the_post_or_with_the_person(state: dict[str, object], found: Seat) -> None:
    assert turn_seat(case(None, by="sup.secretary", held=DEPUTY_FOR, **state)) == found


@pytest.mark.parametrize(
    ("climbs", "follow", "found"),
    [
        ([], "person", (f"p{FIRST}", f"p{HEAD}")),
        (["initiator"], "person", (f"p{HEAD}",)),
        (["vacant"], "person", (f"p{FIRST}", f"p{HEAD}")),
    ],
)
def test_who_began_it_is_left_out_of_a_turn_only_where_the_state_says_so(
    climbs: list[str], follow: str, found: tuple[str, ...]
) -> None:
    held = {(COMMITTEE, "party_secretary"): (HEAD,), (COMMITTEE, "committee_member"): (FIRST,)}
    seat = turn_seat(case(None, held=held, climbs=climbs, follow=follow, opener=FIRST))
    assert seat is not None
    assert sorted(seat.addresses) == sorted(found)


def test_a_vacant_turn_goes_to_who_stands_in_then_up_then_waits() -> None:
    def turn(**more: object) -> Seat | None:
        return turn_seat(case(None, **{"by": "sup.secretary", "held": NOBODY_THERE, **more}))  # type: ignore[arg-type]

    above = Seat((f"o{ENTERPRISE}:party_secretary",), note=PASSED_UP)
    assert turn(stand_in=["own.secretary"], climbs=["vacant"]) == Seat(BY_DEPUTY, note=STANDING)
    assert turn(stand_in=["own.secretary"], climbs=["vacant"], held=vacant((COMMITTEE, "party_secretary"))) == above
    assert turn(stand_in=["own.secretary"], held=FULL | {(COMMITTEE, "party_secretary"): ()}) == Seat(SECRETARY)
    assert turn(climbs=["initiator"]) == Seat(SECRETARY), "a vacancy is not passed up as one's own case is"
    assert turn(climbs=["vacant"]) == above
    own = case(None, by="sup.secretary", climbs=["initiator"], opener=HEAD, held=FULL)
    assert turn_seat(own) == above
    several = turn(by=["sup.secretary", "sup.leader"], climbs=["vacant"])
    assert several is not None
    assert len(several.addresses) == len(set(several.addresses)) > 1


def test_who_returned_it_is_asked_again_while_in_office() -> None:
    facts = case(None)
    returned = replace(facts, case=replace(facts.case, asked=FIRST))
    assert turn_seat(returned) == Seat((f"p{FIRST}",))
    left = replace(facts, case=replace(facts.case, asked=UPPER))
    assert turn_seat(left) == turn_seat(facts)
    own = replace(facts, case=replace(facts.case, asked=FIRST, opened_by=FIRST))
    assert turn_seat(own) == turn_seat(facts)


def test_a_case_that_the_system_opened_has_no_initiator() -> None:
    facts = case()
    alone = replace(facts, case=replace(facts.case, opened_by=None))
    assert initiators(alone) == frozenset()
    assert initiators(replace(alone, case=replace(alone.case, person=member(CHIEF)))) == {CHIEF}
    assert asked(case(ALL, opener=HEAD))[0] != SECRETARY
