"""Every (stage, state, trigger, role): allowed exactly when the specification says so.

A role is the posts that organization.yaml gives it, so every post of every body is tried by itself: a role is allowed
what one of its posts is. The facts come from machines.yaml; neither the stage definitions nor the engine's own reading
of roles is asked what to expect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from tests.engine import cast
from tests.engine.facts import FACTS, MACHINES, NAMED, SELF, SYSTEM, Fact
from workflow.engine.actor import Actor
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.options import options
from workflow.engine.routing import Address, Body, Tree
from workflow.engine.snapshot import Act, Snapshot
from workflow.engine.step import perform
from workflow.errors import NotAllowed

LG, LG_OFFICE, ENTERPRISE, GROUP, OFFICE, GENERAL_BRANCH, BRANCH, GUIDE = range(1, 9)
KINDS = {
    LG: "ce_lg", LG_OFFICE: "ce_lg_office", ENTERPRISE: "ent_committee", GROUP: "ent_lg", OFFICE: "ent_lg_office",
    GENERAL_BRANCH: "general_branch", BRANCH: "branch", GUIDE: "local_committee",
}  # fmt: skip
WITH_ORGANS = {LG: (LG, LG_OFFICE), ENTERPRISE: (ENTERPRISE, GROUP, OFFICE)}
TREE = Tree(
    bodies={id_: Body(id_, str(id_), f"{kind}{id_}", f"{kind}{id_}", kind) for id_, kind in KINDS.items()},
    leads={ENTERPRISE: (LG,), GENERAL_BRANCH: (ENTERPRISE,), BRANCH: (GENERAL_BRANCH,)},
    guides={BRANCH: (GUIDE,), ENTERPRISE: (GUIDE,)},
    organs={LG: (LG_OFFICE,), ENTERPRISE: (GROUP,), GROUP: (OFFICE,)},
)

#: Where a case may be: what its bases mean there (domain.md §2.3, §4).
PLACES: Mapping[str, Mapping[str, int]] = {
    "branch": {"own": BRANCH, "sup": GENERAL_BRANCH, "organiser": GENERAL_BRANCH, "gb": GENERAL_BRANCH,
               "com": ENTERPRISE, "award_level": ENTERPRISE},
    "enterprise": {"own": ENTERPRISE, "sup": LG, "organiser": LG, "com": ENTERPRISE, "award_level": ENTERPRISE},
}  # fmt: skip
SUBJECT_PERSON = 900
AT = datetime(2012, 3, 5, 2, tzinfo=UTC)
TODAY = cast.TODAY
REASONABLE = 6  #: characters of a sentence that says something


@dataclass(frozen=True)
class Person:
    """Somebody with one post in one body, or a person that the case itself names."""

    what: str
    actor: Actor
    duty: str = ""  #: self, or the field that names the person
    is_guide: bool = False


def posts(role: str, body: int) -> frozenset[Address]:
    """The posts of a role in a body and its organs, read off organization.yaml."""
    known = cast.vocabulary().roles[role].posts
    return frozenset((organ, post) for organ in WITH_ORGANS.get(body, (body,)) for post in known.get(KINDS[organ], ()))


def people(machine: str) -> Iterator[Person]:
    """Every post of every body, the persons named by the machine's facts, and a stranger."""
    number = 1000
    for body, kind in KINDS.items():
        for post in cast.vocabulary().kinds[kind].posts:
            number += 1
            yield Person(f"{post}@{kind}", Actor(number, "某人", frozenset({(body, post)})), is_guide=body == GUIDE)
    for number, duty in enumerate(duties(machine), SUBJECT_PERSON + 1):
        yield Person(f"named.{duty}", Actor(number, "某人"), duty)
    yield Person(SELF, Actor(SUBJECT_PERSON, "某人"), SELF)
    yield Person("stranger", Actor(999, "某人"))


def duties(stage: str) -> list[str]:
    """Fields that name persons for a duty in this machine."""
    roles = (role for fact in MACHINES[stage].transitions for by in fact.by.values() for role in by)
    return sorted({role.removeprefix(NAMED) for role in roles if role.startswith(NAMED)})


def case(stage: str, subject: str, place: str, state: str) -> Snapshot:
    """A case of the stage at that place, in that state; every duty has its person."""
    bases = dict(PLACES[place])
    if subject == "member":
        bases.update(sup=bases["own"], organiser=bases["own"])
        if stage == "commendation":
            bases["sup"] = PLACES[place]["sup"]
    data: dict[str, object] = {duty: number for number, duty in enumerate(duties(stage), SUBJECT_PERSON + 1)}
    data["matter"] = "committee"
    person = cast.member(SUBJECT_PERSON) if subject == "member" else None
    facts = cast.snapshot(stage, state, own=cast.BRANCH, subject=subject, data=data, person=person)
    return replace(facts, tree=TREE, holders=lambda _: (), case=replace(facts.case, bodies=bases))


def is_allowed(fact: Fact, subject: str, bases: Mapping[str, int], person: Person) -> bool:
    """What the specification says of this person."""
    for role in fact.persons(subject):
        base, _, name = role.partition(".")
        if role == SELF or role.startswith(NAMED):
            if person.duty == (SELF if role == SELF else name) and (role != SELF or subject == "member"):
                return True
        elif base in bases and not person.actor.posts.isdisjoint(posts(name, bases[base])):
            return True
    return False


def rows() -> Iterator[tuple[Fact, str, str]]:
    """Fact, subject, place: one test each."""
    for fact in FACTS.values():
        for subject in cast.definition(fact.stage).subject:
            for place in PLACES:
                yield fact, subject, place


@pytest.mark.parametrize(("fact", "subject", "place"), list(rows()), ids=lambda each: getattr(each, "id", each))
def test_each_role_may_do_exactly_what_the_specification_says(fact: Fact, subject: str, place: str) -> None:
    wrong = []
    for state in fact.sources:
        facts = case(fact.stage, subject, place, state)
        move = next(each for each in facts.definition.transitions if each.id == fact.id)
        for person in people(fact.stage):
            expected = is_allowed(fact, subject, facts.case.bodies, person)
            shown = {each.transition.id: each for each in options(facts, person.actor, AT, TODAY)}
            mine = fact.id in shown and shown[fact.id].mine
            if mine != expected:
                wrong.append((state, person.what, "expected" if expected else "not expected"))
            if not expected:
                with pytest.raises(NotAllowed) as refused:
                    perform(facts, Act(move, person.actor, {}, AT, TODAY))
                assert len(str(refused.value.facts["reason"])) >= REASONABLE
    assert wrong == []


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.id)
def test_a_guide_never_does_what_belongs_to_the_superior(fact: Fact) -> None:
    """R57: guides read and advise; they never approve, return or set a deadline."""
    for subject in cast.definition(fact.stage).subject:
        if not any(role.startswith("sup.") for role in fact.persons(subject)):
            continue
        for place in PLACES:
            facts = case(fact.stage, subject, place, fact.sources[0])
            move = next(each for each in facts.definition.transitions if each.id == fact.id)
            for person in people(fact.stage):
                if person.is_guide:
                    with pytest.raises(NotAllowed, match="指导关系"):
                        perform(facts, Act(move, person.actor, {}, AT, TODAY))


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.id)
def test_the_system_does_nothing_that_a_person_has_to_do(fact: Fact) -> None:
    for subject in cast.definition(fact.stage).subject:
        facts = case(fact.stage, subject, "branch", fact.sources[0])
        move = next(each for each in facts.definition.transitions if each.id == fact.id)
        if fact.persons(subject) and SYSTEM not in fact.by[subject] and not move.auto:
            with pytest.raises(NotAllowed):
                perform(facts, Act(move, SYSTEM_ACTOR, {}, AT, TODAY))


@pytest.mark.parametrize("stage", MACHINES)
def test_the_definition_has_the_states_and_transitions_of_the_specification(stage: str) -> None:
    facts, defined = MACHINES[stage], cast.definition(stage)
    assert defined.initial == facts.initial
    assert set(facts.states) <= set(defined.states)
    assert facts.final == {name for name in facts.states if defined.states[name].final}
    known = {each.id: each for each in defined.transitions}
    for fact in facts.transitions:
        move = known[fact.id]
        assert (move.trigger, set(move.sources), move.to) == (fact.trigger, set(fact.sources), fact.target), fact.id


@pytest.mark.parametrize("stage", MACHINES)
def test_no_trigger_leaves_a_state_that_it_does_not_leave_in_the_specification(stage: str) -> None:
    facts, defined = MACHINES[stage], cast.definition(stage)
    ids = {each.id for each in facts.transitions}
    allowed = {(state, each.trigger) for each in facts.transitions for state in each.sources}
    added = {(state, each.trigger) for each in defined.transitions if each.id not in ids for state in each.sources}
    triggers = {each.trigger for each in facts.transitions}
    for state in facts.states:
        for trigger in triggers:
            move = defined.find(trigger, state)
            assert (move is not None) == ((state, trigger) in allowed | added), (state, trigger)


def test_every_role_is_tried_by_one_of_its_posts() -> None:
    tried = {address for each in people("plan") for address in each.actor.posts}
    for role in cast.vocabulary().roles.values():
        kinds = {kind: posts for kind, posts in role.posts.items() if kind in KINDS.values()}
        assert all((body, post) in tried for body, kind in KINDS.items() for post in kinds.get(kind, ()))


def test_the_definitions_go_beyond_the_wording_where_it_is_said_and_nowhere_else() -> None:
    assert {fact.id: dict(fact.beyond) for fact in FACTS.values() if fact.beyond} == {
        "K02": {"organization": ("own.secretary",)}
    }


def test_all_263_transitions_are_told() -> None:
    assert len(FACTS) == 263
    assert sum(len(machine.states) for machine in MACHINES.values()) == 177
