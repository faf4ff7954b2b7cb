"""In which post somebody is recorded as acting who acts as a person named for a duty."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.engine import cast
from tests.engine.test_truth_table import BRANCH, GUIDE, OFFICE, case
from workflow.engine.actor import Actor, Stand
from workflow.engine.capacity import capacities, capacity, office, office_for
from workflow.engine.rights import post_address, post_addresses
from workflow.engine.snapshot import Turn


def test_a_post_in_a_guiding_body_is_named_only_where_there_is_no_other() -> None:
    """R57: nobody shall read that a guide decided, though the same person has a higher post there."""
    facts = case("pledge", "organization", "branch", "draft")
    both = frozenset({(GUIDE, "party_secretary"), (OFFICE, "lg_office_staff")})
    guided = replace(facts, case=replace(facts.case, bodies={**facts.case.bodies, "own": BRANCH}))
    words = cast.vocabulary().posts
    assert office(guided, Actor(1, "某人", both))[0] == words["lg_office_staff"].title
    only = frozenset({(GUIDE, "party_secretary")})
    assert office(guided, Actor(1, "某人", only))[0] == words["party_secretary"].title


def acting(*posts: tuple[int, str], **more: Any) -> Actor:
    return Actor(more.pop("person", 7), "某人", frozenset(posts), **more)


SECRETARY, DEPUTY = (cast.BRANCH, "branch_secretary"), (cast.BRANCH, "branch_org_member")
TITLES = {post: each.title for post, each in cast.vocabulary().posts.items()}
NAME = cast.TREE.bodies[cast.BRANCH].name


def reviewing(stage: str = "plan", state: str = "internal_review", move: str = "P03", **more: Any) -> Any:
    facts = cast.snapshot(stage, state, **more)
    return facts, next(each for each in facts.definition.transitions if each.id == move)


def test_somebody_with_several_posts_chooses_and_the_first_serves_without_a_choice() -> None:
    facts, move = reviewing()
    meant = post_addresses(facts, "own.reviewer")
    assert len(meant) > 1
    found = capacities(facts, acting(*meant), move)
    assert [each.actor.seat for each in found] == list(meant)
    assert [each.key for each in found] == [f":{body}:{post}" for body, post in meant]
    assert found[0].title == f"总装支部{TITLES[meant[0][1]]}".replace("支部支部", "支部")
    assert capacity(facts, acting(*meant), move) == (TITLES[meant[0][1]], NAME)
    assert capacity(facts, found[1].actor, move) == (TITLES[meant[1][1]], NAME)
    elsewhere = acting(*meant, seat=(cast.COMMITTEE, "party_secretary"))
    assert capacity(facts, elsewhere, move) == (TITLES[meant[0][1]], NAME)
    assert capacities(facts, acting((cast.COMMITTEE, "party_secretary")), move) == []


def test_a_substitute_acts_in_the_principal_s_post() -> None:
    facts, move = reviewing()
    stand = Stand(8, "李书记", frozenset({SECRETARY}), ("plan",))
    (found,) = capacities(facts, acting(stands=(stand,)), move)
    assert found.key == f"8:{cast.BRANCH}:branch_secretary"
    assert found.title.endswith("（代李书记）")
    assert (found.actor.principal_id, found.actor.seat) == (8, SECRETARY)
    assert capacities(facts, acting(stands=(Stand(8, "李书记", frozenset({SECRETARY}), ("pledge",)),)), move) == []


def test_several_stands_for_one_principal_are_one() -> None:
    stands = (
        Stand(8, "李书记", frozenset({SECRETARY})),
        Stand(9, "赵书记", frozenset({DEPUTY}), ("plan",)),
        Stand(8, "李书记", frozenset({DEPUTY}), ("plan",)),
        Stand(7, "钱书记", frozenset({DEPUTY}), ("pledge",)),
    )
    himself, for_one, for_another = acting(stands=stands).capacities("plan")
    assert himself == acting(stands=stands)
    assert for_one == acting(SECRETARY, DEPUTY, principal_id=8, principal="李书记")
    assert for_another == acting(DEPUTY, principal_id=9, principal="赵书记")


def test_where_the_state_waits_for_nobody_of_its_kind_the_highest_post_speaks() -> None:
    facts, _ = reviewing()
    states = facts.definition.states
    other = states["internal_review"].model_copy(update={"waits_for": {"member": ("self",)}})
    definition = facts.definition.model_copy(update={"states": {**states, "internal_review": other}})
    turn = Turn(1, "turn", ("p7",))
    assert office_for(replace(facts, definition=definition), acting(SECRETARY), turn) == (
        TITLES["branch_secretary"],
        NAME,
    )


def test_the_member_acts_as_himself() -> None:
    facts, move = reviewing("pledge", "draft", "L01", subject="member")
    himself = acting(SECRETARY, person=cast.MEMBER)
    assert capacities(facts, himself, move) == []
    assert capacity(facts, himself, move) == ("本人", NAME)
    assert capacity(facts, acting((cast.COMMITTEE, "party_secretary")), move)[0] == TITLES["party_secretary"]


def test_the_highest_post_speaks_for_whoever_acts_as_a_person() -> None:
    facts, _ = reviewing()
    highest = min((SECRETARY, DEPUTY), key=lambda each: cast.vocabulary().posts[each[1]].rank)
    assert office(facts, acting(SECRETARY, DEPUTY)) == (TITLES[highest[1]], NAME)
    assert office(facts, acting((99, "party_secretary"), (cast.BRANCH, "nobody"))) == ("", "")


def test_a_turn_is_taken_in_the_post_that_it_is_given_to() -> None:
    facts, _ = reviewing()
    first, second = post_addresses(facts, "own.reviewer")[:2]
    both, upper = acting(first, second), (cast.COMMITTEE, "party_secretary")
    given = Turn(1, "turn", (post_address(second),))
    assert office_for(facts, both, given) == (TITLES[second[1]], NAME)
    assert office_for(facts, both, replace(given, addresses=("p7",))) == (TITLES[first[1]], NAME)
    assert office_for(facts, acting(upper), given)[0] == TITLES["party_secretary"]
    reviewed, _ = reviewing(own=cast.COMMITTEE)
    asked = post_addresses(reviewed, "own.reviewer")
    assert [each for _, each in asked] == ["party_dept_head", "deputy_secretary"]
    of_both = Turn(1, "turn", tuple(map(post_address, asked)))
    assert office_for(reviewed, acting(*asked), of_both)[0] == TITLES["party_dept_head"], "not the highest: the first"
    assert office_for(facts, acting(upper, second), given) == (TITLES[second[1]], NAME)
    assert office_for(facts, acting(upper, second), None) == office(facts, acting(upper, second))
