"""Who is asked: a seat for each, never the initiator, up the tree to where the definition says (approvals.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from tests.engine.cast import BRANCH, CE_LG, COMMITTEE, ENTERPRISE, LEADING_GROUP, TREE, snapshot
from tests.operations.approving.consent import consent
from workflow.engine.routing import Address
from workflow.engine.seats import VACANT, Seat, initiators, seats, turn_seat
from workflow.engine.snapshot import Member, Snapshot

HEAD, FIRST, SECOND, THIRD = range(401, 405)
CHIEF, UPPER, UPPER_TOO, GROUP_HEAD = range(411, 415)
OPENER = 421

FULL: Mapping[Address, tuple[int, ...]] = {
    (COMMITTEE, "party_secretary"): (HEAD,),
    (COMMITTEE, "committee_member"): (FIRST, SECOND, THIRD),
    (ENTERPRISE, "party_secretary"): (CHIEF,),
    (ENTERPRISE, "committee_member"): (UPPER, UPPER_TOO),
    (CE_LG, "lg_head"): (GROUP_HEAD,),
}
ALL = {"rule": "all"}
UP = {"rule": "sequence", "up": {"role": "secretary", "until": ["ent_committee"]}}


def case(
    decide: Mapping[str, Any] | None = ALL, *, held: Mapping[Address, Sequence[int]] = FULL, opener: int = OPENER,
    person: Member | None = None, own: int = BRANCH, **state: Any,
) -> Snapshot:  # fmt: skip
    """A case of the branch before its committee, where these people hold these posts."""

    def holders(asked: Sequence[Address]) -> Sequence[int]:
        return sorted({each for address in asked for each in held.get(address, ())})

    facts = snapshot("plan", own=own, holders=holders)
    about = replace(facts.case, stage="consent", state="deciding", opened_by=opener, person=person)
    return replace(facts, definition=consent(decide, **state), case=about)


def vacant(*posts: Address) -> Mapping[Address, tuple[int, ...]]:
    return {address: people for address, people in FULL.items() if address not in posts}


def asked(facts: Snapshot) -> list[tuple[str, ...]]:
    return [each.addresses for each in seats(facts)]


def test_one_seat_for_a_single_post_and_one_for_each_holder_of_another() -> None:
    members = [(f"p{each}",) for each in (FIRST, SECOND, THIRD)]
    assert asked(case()) == [(f"o{COMMITTEE}:party_secretary",), *members]


def test_frozen_seats_name_everybody() -> None:
    assert asked(case(follow="person"))[0] == (f"p{HEAD}",)


def test_without_a_joint_decision_there_is_one_turn() -> None:
    facts = case(None)
    assert seats(facts) == ()
    found = turn_seat(facts)
    assert found is not None
    assert f"o{COMMITTEE}:party_secretary" in found.addresses


def test_whoever_has_two_posts_has_one_seat() -> None:
    held = {**FULL, (COMMITTEE, "deputy_secretary"): (FIRST,)}
    assert sorted(asked(case(held=held))).count((f"p{FIRST}",)) == 1


def test_nobody_decides_on_their_own_case() -> None:
    assert (f"p{SECOND}",) not in asked(case(opener=SECOND))
    assert initiators(case(person=Member(THIRD, "某人", "full"))) == {THIRD, OPENER}
    assert (f"p{THIRD}",) not in asked(case(person=Member(THIRD, "某人", "full")))


def test_what_only_the_initiator_could_decide_goes_up() -> None:
    facts = case(by="sup.secretary", opener=HEAD)
    found = seats(facts)
    assert [each.addresses for each in found] == [(f"o{ENTERPRISE}:party_secretary",)]
    assert "由上级华岳党委办理" in found[0].note


def test_a_vacancy_climbs_where_the_definition_lets_it() -> None:
    held = vacant((COMMITTEE, "party_secretary"))
    climbing = seats(case(by="sup.secretary", held=held, climbs=["vacant"]))
    assert [each.addresses for each in climbing] == [(f"o{ENTERPRISE}:party_secretary",)]
    holding = seats(case(by="sup.secretary", held=held))
    assert [(each.addresses, each.note) for each in holding] == [((f"o{COMMITTEE}:party_secretary",), VACANT)]


def test_where_a_committee_is_vacant_each_member_of_the_next_decides() -> None:
    held = {address: people for address, people in FULL.items() if address[0] != COMMITTEE}
    found = seats(case(held=held, climbs=["vacant"]))
    members = [(f"p{UPPER}",), (f"p{UPPER_TOO}",)]
    assert [each.addresses for each in found] == [(f"o{ENTERPRISE}:party_secretary",), *members]


def test_a_vacancy_climbs_over_two_levels() -> None:
    held = vacant((COMMITTEE, "party_secretary"), (ENTERPRISE, "party_secretary"))
    found = seats(case(by="sup.secretary", held=held, climbs=["vacant"]))
    assert [each.addresses for each in found] == [(f"o{CE_LG}:lg_head",)]


def test_where_nobody_is_to_be_found_the_seat_stays_with_the_post() -> None:
    [found] = seats(case(by="sup.secretary", held={}, climbs=["vacant"]))
    assert (found.addresses, found.note) == ((f"o{COMMITTEE}:party_secretary",), VACANT)
    assert asked(case(UP, held={}, climbs=["vacant"])) == [(f"o{ENTERPRISE}:party_secretary",)]
    only = turn_seat(case(None, by="sup.secretary", held={}, climbs=["vacant"]))
    assert only is not None
    assert only.addresses == (f"o{COMMITTEE}:party_secretary",), "the turn waits for whoever is appointed"


def test_a_single_turn_climbs_as_well() -> None:
    held = vacant((COMMITTEE, "party_secretary"))
    found = turn_seat(case(None, by="sup.secretary", held=held, climbs=["vacant"]))
    assert found is not None
    assert found.addresses == (f"o{ENTERPRISE}:party_secretary",)
    barred = turn_seat(case(None, by="sup.secretary", opener=HEAD, climbs=["initiator"]))
    assert barred is not None
    assert barred.addresses == (f"o{ENTERPRISE}:party_secretary",)


def test_up_the_tree_to_a_kind_of_body() -> None:
    found = seats(case(UP))
    assert [each.addresses for each in found] == [
        (f"o{COMMITTEE}:party_secretary",), (f"o{ENTERPRISE}:party_secretary",)]  # fmt: skip
    assert [each.position for each in found] == [0, 1]


def test_up_the_tree_so_many_levels() -> None:
    two = {"rule": "sequence", "up": {"role": "secretary", "levels": 2}}
    assert len(asked(case(two))) == 2
    assert len(asked(case({"rule": "sequence", "up": {"role": "secretary", "levels": 1}}))) == 1
    assert len(asked(case({"rule": "sequence", "up": {"role": "secretary", "levels": 9}}))) == 3, "no higher than it is"


def test_a_vacancy_on_the_way_up_is_skipped_and_told_to_the_next() -> None:
    held = vacant((COMMITTEE, "party_secretary"))
    found = seats(case(UP, held=held, climbs=["vacant"]))
    assert [each.addresses for each in found] == [(f"o{ENTERPRISE}:party_secretary",)]
    assert "重机党委没有可以办理的人员" in found[0].note
    assert len(asked(case(UP, held=held))) == 2, "without the policy the vacancy holds the case"


def test_weights_go_by_role() -> None:
    weighed = {"rule": "weight", "pass_at": 5, "weights": {"sup.secretary": 3}}
    found = seats(case(weighed, by=["sup.secretary", "sup.committee"]))
    assert [each.weight for each in found] == [3, 1, 1, 1]


PEOPLE = st.lists(st.sampled_from([HEAD, FIRST, SECOND, OPENER]), max_size=3, unique=True)
WORLDS = st.fixed_dictionaries({
    (COMMITTEE, "party_secretary"): PEOPLE.map(lambda each: each[:1]),
    (COMMITTEE, "deputy_secretary"): PEOPLE,
    (COMMITTEE, "committee_member"): PEOPLE,
    (ENTERPRISE, "party_secretary"): PEOPLE.map(lambda each: each[:1]),
    (ENTERPRISE, "committee_member"): PEOPLE,
    (LEADING_GROUP, "lg_member"): PEOPLE,
})  # fmt: skip
POLICIES = st.lists(st.sampled_from(["vacant", "initiator"]), unique=True)


def persons(facts: Snapshot, seat: Seat) -> set[int]:
    posts = [(int(each[1:].partition(":")[0]), each.partition(":")[2]) for each in seat.addresses if each[0] == "o"]
    return {int(each[1:]) for each in seat.addresses if each[0] == "p"} | set(facts.holders(posts))


@given(WORLDS, POLICIES, st.sampled_from(["post", "person"]), st.sampled_from([ALL, UP, {"rule": "sequence"}]))
def test_whoever_holds_what(
    held: Mapping[Address, Sequence[int]], climbs: list[str], follow: str, rule: Mapping[str, Any]
) -> None:
    """No address twice, nobody named who began the case, positions without a gap, and climbing is told."""
    facts = case(rule, held=held, climbs=climbs, follow=follow)
    found = seats(facts)
    every = [each for seat in found for each in seat.addresses]
    assert len(every) == len(set(every))
    assert f"p{OPENER}" not in every
    if rule["rule"] == "sequence":
        assert [seat.position for seat in found] == list(range(len(found)))
    for seat in found:
        above = any(each.startswith(f"o{ENTERPRISE}:") for each in seat.addresses) and rule is not UP
        assert not above or "由上级" in seat.note
    assert found, "a seat waits even where nobody is to be found"


@given(WORLDS, POLICIES)
def test_who_looks_changes_nothing(held: Mapping[Address, Sequence[int]], climbs: list[str]) -> None:
    """Invariant 7: seats come from the tree and the posts alone; a snapshot knows no viewer."""
    assert seats(case(held=held, climbs=climbs)) == seats(case(held=held, climbs=climbs))
    assert not [each for each in Snapshot.__dataclass_fields__ if each in ("actor", "viewer", "user")]
    assert TREE.leading_superior(BRANCH) == COMMITTEE
