"""Turns that nobody can take: who may, to whom they go, and who is told of it (approvals.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.engine.cast import (
    ASSESSOR,
    BRANCH,
    CE_LG,
    COMMITTEE,
    ENTERPRISE,
    LEADING_GROUP,
    OFFICE,
    OTHER_ASSESSOR,
    TREE,
    snapshot,
)
from tests.engine.test_seats import ALL, CHIEF, FIRST, FULL, HEAD, OPENER, SECOND, THIRD, case, vacant
from workflow.engine.rights import task_addresses
from workflow.engine.routing import Tree
from workflow.engine.seats import Seat, seats
from workflow.engine.snapshot import Snapshot, Turn
from workflow.engine.vacancies import passed_on, posts_in_words, replacing, responsible, takers

SECRETARY_POST, MEMBER_POST = (COMMITTEE, "party_secretary"), (COMMITTEE, "committee_member")
SECRETARY = f"o{COMMITTEE}:party_secretary"
STRANGER = 499


def turn(*addresses: str, kind: str = "turn", **more: Any) -> Turn:
    return Turn(more.pop("id", 1), kind, addresses, **more)


def seated(**about: Any) -> Snapshot:
    facts = case(ALL, **about)
    given = [Turn(number, "seat", each.addresses) for number, each in enumerate(seats(facts), 1)]
    return replace(facts, turns=given)


def test_whoever_a_turn_reaches_may_take_it_but_nobody_decides_on_the_own_case() -> None:
    assert takers(case(None), turn(SECRETARY)) == {HEAD}
    assert takers(case(None, opener=HEAD), turn(SECRETARY)) == {HEAD}
    assert takers(case(None, opener=HEAD, climbs=["initiator"]), turn(SECRETARY)) == frozenset()
    assert takers(case(ALL, opener=HEAD), turn(SECRETARY, kind="seat")) == frozenset()


def test_what_was_handed_on_ends_with_the_right_of_who_handed_it_on() -> None:
    facts = case(None)
    assert takers(facts, turn(f"p{STRANGER}", asked_by=HEAD)) == {STRANGER}
    assert takers(facts, turn(f"p{STRANGER}", asked_by=CHIEF)) == frozenset()
    assert takers(facts, turn(f"p{FIRST}")) == {FIRST}, "came straight back to somebody who holds a post"
    assert takers(facts, turn(f"p{STRANGER}", f"o{COMMITTEE}:party_secretary")) == {STRANGER, HEAD}
    assert takers(facts, turn(f"p{STRANGER}", kind="seat")) == {STRANGER}
    nobody = replace(facts, case=replace(facts.case, bodies={"own": BRANCH}))
    assert takers(nobody, turn(f"p{STRANGER}", asked_by=CHIEF)) == {STRANGER}


def test_one_turn_goes_where_the_definition_now_sends_it() -> None:
    gone = vacant(SECRETARY_POST, MEMBER_POST)
    facts = case(None, held=gone, climbs=["vacant"])
    blocked = turn(SECRETARY)
    ((passed, seat),) = passed_on(facts, [blocked])
    assert passed is blocked
    assert seat is not None
    assert f"o{ENTERPRISE}:party_secretary" in seat.addresses
    assert passed_on(facts, [turn(*seat.addresses)]) == [], "it is there already"
    homeless = replace(facts, case=replace(facts.case, bodies={"own": BRANCH}))
    assert passed_on(homeless, [blocked]) == []


def test_a_seat_of_who_left_goes_to_who_came() -> None:
    facts, came = seated(), 431
    held = {**FULL, MEMBER_POST: (FIRST, SECOND, came)}
    now = replace(facts, holders=case(ALL, held=held).holders)
    blocked = [each for each in facts.turns if each.addresses == (f"p{THIRD}",)]
    assert passed_on(now, blocked) == [(blocked[0], Seat((f"p{came}",)))]
    nobody = replace(facts, holders=case(ALL, held={**FULL, MEMBER_POST: (FIRST, SECOND)}).holders)
    assert passed_on(nobody, blocked) == [(blocked[0], None)], "nobody came: the seat is dropped"


def test_an_empty_post_is_asked_no_more_where_others_decide_and_waited_for_where_nobody_does() -> None:
    facts = seated()
    blocked = [each for each in facts.turns if each.addresses == (SECRETARY,)]
    empty = replace(facts, holders=case(ALL, held=vacant(SECRETARY_POST)).holders)
    assert passed_on(empty, blocked) == [(blocked[0], None)]
    deserted = replace(facts, holders=case(ALL, held=vacant(SECRETARY_POST, MEMBER_POST)).holders)
    assert passed_on(deserted, blocked) == []


def test_a_seat_that_was_handed_on_comes_home() -> None:
    facts = seated()
    handed = [turn(f"p{STRANGER}", kind="seat", id=each.id, asked_by=HEAD) if each.addresses == (SECRETARY,) else each
              for each in facts.turns]  # fmt: skip
    now = replace(facts, turns=handed)
    assert passed_on(now, handed[:1]) == [(handed[0], Seat((SECRETARY,)))]
    by_stranger = replace(handed[0], asked_by=STRANGER)
    assert passed_on(replace(now, turns=[by_stranger, *handed[1:]]), [by_stranger]) == []


def test_a_seat_that_somebody_else_has_taken_is_no_home() -> None:
    facts = seated()
    handed = turn(f"p{STRANGER}", kind="seat", asked_by=HEAD)
    taken = turn(SECRETARY, kind="seat", id=9)

    def home(other: Turn) -> list[Any]:
        return passed_on(replace(facts, turns=[handed, other, *facts.turns[1:]]), [handed])

    assert home(taken) == []
    assert home(replace(taken, verdict="agree", is_closed=True)) == []
    assert home(replace(taken, is_closed=True)) == [(handed, Seat((SECRETARY,)))], "it was dropped before"
    assert home(replace(taken, kind="consulted")) == [(handed, Seat((SECRETARY,)))]


def test_who_was_only_consulted_may_still_have_a_seat() -> None:
    facts, came = seated(), 431
    now = replace(facts, holders=case(ALL, held={**FULL, MEMBER_POST: (FIRST, SECOND, came)}).holders)
    asked = replace(now, turns=[*now.turns, turn(f"p{came}", kind="consulted", id=9)])
    blocked = [each for each in facts.turns if each.addresses == (f"p{THIRD}",)]
    assert passed_on(asked, blocked) == [(blocked[0], Seat((f"p{came}",)))]


def test_a_turn_of_the_system_s_posts_is_taken_by_who_holds_them() -> None:
    nobody = replace(case(None), case=replace(case(None).case, bodies={"own": BRANCH}))
    assert takers(nobody, turn(SECRETARY)) == {HEAD}


def test_the_first_responsible_person_of_the_body_or_of_the_nearest_above_is_told() -> None:
    told = turn(f"o{COMMITTEE}:committee_member")
    assert responsible(case(ALL), told) == (SECRETARY,)
    assert responsible(case(ALL, held=vacant(SECRETARY_POST)), told) == (f"o{ENTERPRISE}:party_secretary",)
    assert responsible(case(ALL, opener=HEAD), told) == (f"o{ENTERPRISE}:party_secretary",)
    nobody = vacant(SECRETARY_POST, (ENTERPRISE, "party_secretary"), (CE_LG, "lg_head"))
    assert responsible(case(ALL, held=nobody), told) == ()


def test_a_working_body_is_told_of_by_the_body_that_it_serves() -> None:
    assert responsible(case(ALL), turn(f"o{OFFICE}:lg_office_staff")) == (f"o{ENTERPRISE}:party_secretary",)
    assert responsible(case(ALL), turn(f"p{STRANGER}")) == (SECRETARY,), "a person: of the case's own body, and above"
    another = replace(TREE, organs={COMMITTEE: (77,), **TREE.organs})
    served = replace(case(ALL), tree=another)
    assert responsible(served, turn(f"o{OFFICE}:lg_office_staff")) == (f"o{ENTERPRISE}:party_secretary",)
    astray = Tree(TREE.bodies, TREE.leads)
    assert responsible(replace(case(ALL), tree=astray), turn(f"o{LEADING_GROUP}:lg_head")) == ()
    assert responsible(case(ALL), turn("o99:party_secretary", f"o{ENTERPRISE}:deputy_secretary"))[0][1] == "2"


def test_the_posts_that_are_asked_are_named() -> None:
    facts = case(ALL)
    words = facts.vocabulary.posts
    both = turn(SECRETARY, f"o{COMMITTEE}:committee_member", f"p{FIRST}", "o99:party_secretary")
    secretary, member = (words[each].title for each in ("party_secretary", "committee_member"))
    assert posts_in_words(facts, both) == f"重机{secretary}、重机{member}"
    assert posts_in_words(facts, turn(f"p{OPENER}")) == "指定的人员"


def scoring(first: int, second: int, *turns: Turn) -> Snapshot:
    """Two assessors are to score; who is no stranger is in office."""
    data = {"first_assessor": first, "second_assessor": second}
    return snapshot("assessment", "verifying", data=data, turns=turns)


def test_an_office_names_others_where_those_who_were_named_have_left() -> None:
    asked = turn(f"p{OTHER_ASSESSOR}", f"p{STRANGER}", id=7)
    (found,) = replacing(scoring(OTHER_ASSESSOR, STRANGER, turn(f"p{OTHER_ASSESSOR}", id=5), asked))
    assert (found.turn, found.transition.id, found.people) == (7, "K26", (STRANGER,))
    assert found.addresses == task_addresses(scoring(OTHER_ASSESSOR, STRANGER), ["sup.office"])
    assert replacing(scoring(OTHER_ASSESSOR, ASSESSOR, turn(f"p{OTHER_ASSESSOR}", f"p{ASSESSOR}"))) == []
    (both,) = replacing(scoring(STRANGER + 1, STRANGER, asked))
    assert both.people == (STRANGER, STRANGER + 1)


def test_nobody_is_asked_to_name_others_for_what_waits_for_somebody_else() -> None:
    assert replacing(scoring(OTHER_ASSESSOR, STRANGER)) == [], "nothing waits"
    for other in (turn(f"p{STRANGER}", asked_by=ASSESSOR), turn(f"p{STRANGER}", kind="seat"), turn("o1:x")):
        assert replacing(scoring(OTHER_ASSESSOR, STRANGER, other)) == []
    nobody = replace(scoring(OTHER_ASSESSOR, STRANGER, turn(f"p{STRANGER}")), holders=lambda _: [])
    assert replacing(nobody) == [], "the office itself is empty"
    elsewhere = snapshot("assessment", "scored", data={"first_assessor": STRANGER}, turns=[turn(f"p{STRANGER}")])
    assert replacing(elsewhere) == []
    facts = scoring(OTHER_ASSESSOR, STRANGER, turn(f"p{STRANGER}"))
    states = facts.definition.states
    others = states["verifying"].model_copy(update={"waits_for": {}})
    definition = facts.definition.model_copy(update={"states": {**states, "verifying": others}})
    assert replacing(replace(facts, definition=definition)) == [], "the state waits for nobody"
