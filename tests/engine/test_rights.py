"""Who holds a role in a case, where a task for it is shown, and how it is said to a person (R57)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.engine.cast import (
    BRANCH,
    CE_LG,
    COMMITTEE,
    ENTERPRISE,
    LEADER,
    LOCAL_ENTERPRISE,
    MEMBER,
    ORGANISER,
    SECRETARY,
    definition,
    held_by,
    snapshot,
)
from workflow.engine.actor import Actor
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.rights import (
    holds,
    named_persons,
    persons_at,
    persons_of,
    post_addresses,
    posts_above,
    role_title,
    task_addresses,
    why_not,
)
from workflow.engine.routing import Address
from workflow.engine.snapshot import Snapshot

SECRETARY_OF = f"o{BRANCH}:branch_secretary"


def somebody(person: int) -> Actor:
    return Actor(person, "某人", held_by(person))


def with_named_role() -> Snapshot:
    """A case in whose vocabulary one role of a body is whoever the case's data names."""
    facts = snapshot("plan", data={"stand_in": [ORGANISER, MEMBER]})
    roles = facts.vocabulary.roles
    chosen = roles["secretary"].model_copy(update={"named": "stand_in", "title": "指定的人"})
    return replace(facts, vocabulary=facts.vocabulary.model_copy(update={"roles": {**roles, "chosen": chosen}}))


def test_what_the_data_names_is_read_whatever_its_shape() -> None:
    data = {"one": 7, "several": [7, 8], "mixed": (7, "八", None), "text": "七"}
    assert [named_persons(data, each) for each in (*data, "nobody")] == [(7,), (7, 8), (7,), (), ()]


def test_a_role_without_its_body_or_unknown_means_no_post() -> None:
    facts = snapshot("plan")
    assert post_addresses(facts, "own.secretary") == ((BRANCH, "branch_secretary"),)
    for role in ("partner.secretary", "own.gardener", "partner.gardener"):
        assert post_addresses(facts, role) == ()
        assert posts_above(facts, role) == frozenset()


def test_above_a_post_stand_those_of_every_leading_superior() -> None:
    found = {(BRANCH, "branch_secretary"), (COMMITTEE, "party_secretary"), (ENTERPRISE, "party_secretary")}
    assert posts_above(snapshot("plan"), "own.secretary") == {*found, (CE_LG, "lg_head")}


def test_the_system_holds_its_own_role_and_nobody_else_does() -> None:
    facts = snapshot("pledge", subject="member")
    assert holds(facts, SYSTEM_ACTOR, "system")
    assert not holds(facts, SYSTEM_ACTOR, "own.secretary")
    assert not holds(facts, somebody(SECRETARY), "system")
    assert persons_of(facts, "system") == ()


def test_oneself_is_whom_the_case_is_about() -> None:
    mine, of_the_body = snapshot("pledge", subject="member"), snapshot("pledge")
    assert holds(mine, somebody(MEMBER), "self")
    assert not holds(mine, somebody(SECRETARY), "self")
    assert not holds(of_the_body, somebody(MEMBER), "self")
    assert (persons_of(mine, "self"), persons_of(of_the_body, "self")) == ((MEMBER,), ())


@pytest.mark.parametrize("role", ["named.stand_in", "own.chosen"])
def test_a_named_role_is_held_by_whom_the_data_names(role: str) -> None:
    facts = with_named_role()
    assert holds(facts, somebody(MEMBER), role)
    assert not holds(facts, somebody(SECRETARY), role)
    assert persons_of(facts, role) == (ORGANISER, MEMBER)
    assert task_addresses(facts, ["system", role, "own.secretary"]) == (f"p{ORGANISER}", f"p{MEMBER}", SECRETARY_OF)


def test_a_post_is_held_by_whoever_has_it_now() -> None:
    facts = snapshot("plan")
    assert holds(facts, somebody(SECRETARY), "own.secretary")
    assert not holds(facts, somebody(LEADER), "own.secretary")
    assert persons_of(facts, "own.secretary") == (SECRETARY,)
    assert task_addresses(facts, ["self"]) == (), "the case is about nobody"


def test_nobody_is_looked_up_for_tasks_of_persons_alone() -> None:
    asked: list[Sequence[Address]] = []

    def holders(posts: Sequence[Address]) -> Sequence[int]:
        asked.append(posts)
        return [SECRETARY]

    facts = snapshot("plan", holders=holders)
    assert persons_at(facts, [f"p{MEMBER}"]) == {MEMBER}
    assert asked == []
    assert persons_at(facts, [f"p{MEMBER}", SECRETARY_OF]) == {MEMBER, SECRETARY}
    assert asked == [[(BRANCH, "branch_secretary")]]


def test_a_role_is_titled_with_its_body() -> None:
    facts = with_named_role()
    words = {
        "system": "系统", "self": "本人", "own.secretary": "总装支部主要负责人", "own.gardener": "总装支部gardener",
        "partner.secretary": "主要负责人", "partner.gardener": "gardener", "named.chosen": "指定的人",
        "named.stand_in": "代行审核人", "named.nobody": "指定人员",
    }  # fmt: skip
    assert {each: role_title(facts, each) for each in words} == words
    abroad = replace(facts, case=replace(facts.case, bodies={**facts.case.bodies, "partner": 99}))
    assert role_title(abroad, "partner.secretary") == "主要负责人", "a body that this tree does not know"


def test_whose_act_it_is_is_said_in_full() -> None:
    move = next(each for each in definition("plan").transitions if each.id == "P03")
    facts = snapshot("plan", "internal_review")
    several = move.model_copy(update={"by": {"organization": ("own.secretary", "sup.secretary", "own.secretary")}})
    assert why_not(facts, somebody(LEADER), several) == "这一步应由总装支部主要负责人、重机党委主要负责人办理"
    alone = move.model_copy(update={"by": {"organization": ("system",)}})
    assert why_not(facts, somebody(LEADER), alone) == "这一步由系统在条件具备时自动办理"


def test_a_guide_is_told_what_a_guide_may_do() -> None:
    move = next(each for each in definition("plan").transitions if each.id == "P03")
    facts, guide = (
        snapshot("plan", "internal_review", own=LOCAL_ENTERPRISE),
        Actor(900, "某人", frozenset({(CE_LG, "lg_head")})),
    )
    told = move.model_copy(update={"by": {"organization": ("own.secretary",)}})
    assert why_not(facts, guide, told) == (
        "央企创先争优领导小组对云电党委是指导关系，可以阅知和提出建议，不能批准、退回或规定期限"
        "（创先争优领导关系按党组织隶属关系确定）。应由云电党委主要负责人办理"
    )
    assert why_not(snapshot("plan", "internal_review"), guide, told) == "这一步应由总装支部主要负责人办理"
