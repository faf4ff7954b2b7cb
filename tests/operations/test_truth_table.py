"""The truth table once more, a sample of it through the real operations on both databases.

A case about the enterprise that a local committee leads and the central leading group guides is put into every state;
for every transition somebody who holds the role, somebody who does not, and the guide try it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engine.facts import MACHINES, NAMED, Fact
from tests.enterprise import TODAY, campaign_id, place
from workflow.definition.field import FieldType
from workflow.engine.actor import Actor
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations.acting import act
from workflow.operations.birth import Birth, Subject, bear, prospect
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import actor as actor_of
from workflow.operations.writing import cancel_timers
from workflow.store.cases import Campaign, Case, CaseBody
from workflow.store.organization import Organization, Relation
from workflow.store.people import Person

BODY, GUIDE = "LC", "孟繁泽"
OTHERS = 3  #: people tried besides those who may


@pytest.fixture
def people(session: Session) -> list[Actor]:
    """Everybody of the demonstration who holds an office anywhere."""
    found = [actor_of(session, each, TODAY) for each in session.scalars(select(Person.id).order_by(Person.id))]
    return [each for each in found if any(post not in ("employee", "full_member") for _, post in each.posts)]


def born(session: Session, installation: Installation, stage: str, duties: Sequence[tuple[str, int]]) -> Case:
    """A case of the stage about the enterprise, its duties given to persons."""
    campaign = session.get_one(Campaign, campaign_id(session))
    definition = installation.definitions.stages[stage]
    many = {each.name for each in definition.form if each.type is FieldType.PEOPLE}
    data = {"matter": "committee"} | {duty: [person] if duty in many else person for duty, person in duties}
    subject = Subject(place(session, BODY).id)
    snapshot = prospect(session, installation, campaign, definition, subject, data)
    loaded, _ = bear(session, installation, campaign, snapshot, Birth(Actor(None, "系统")))
    return loaded.row


def holders(session: Session, installation: Installation, case: Case, fact: Fact) -> frozenset[tuple[int, str]]:
    """Every (body, post) that the specification lets fire the transition."""
    words = installation.definitions.organization
    mine = select(CaseBody.base, CaseBody.organization_id).where(CaseBody.case_id == case.id)
    bodies = {row.base: row.organization_id for row in session.execute(mine)}
    found = set()
    for role in fact.persons("organization"):
        base, _, name = role.partition(".")
        for body in _with_organs(session, bodies[base]) if base in bodies else ():
            found |= {(body.id, post) for post in words.roles[name].posts.get(body.kind, ())}
    return frozenset(found)


def _with_organs(session: Session, body: int) -> Iterator[Organization]:
    from_here = [body]
    while from_here:
        here = from_here.pop()
        yield session.get_one(Organization, here)
        below = select(Relation.subordinate_id).where(Relation.superior_id == here, Relation.kind == "same_level")
        from_here += session.scalars(below)


@pytest.mark.parametrize("stage", MACHINES)
def test_a_sample_of_the_truth_table(
    session: Session, installation: Installation, people: list[Actor], stage: str
) -> None:
    machine, wrong = MACHINES[stage], []
    named = sorted({role.removeprefix(NAMED) for fact in machine.transitions for role in fact.persons("organization")
                    if role.startswith(NAMED)})  # fmt: skip
    duty_of = {duty: people[number].person_id or 0 for number, duty in enumerate(named)}
    case = born(session, installation, stage, list(duty_of.items()))
    guide = next(each for each in people if each.name == GUIDE)
    for fact in machine.transitions:
        allowed = holders(session, installation, case, fact)
        persons = {duty_of[role.removeprefix(NAMED)] for role in fact.persons("organization") if role.startswith(NAMED)}
        may = [each for each in people if each.person_id in persons or not each.posts.isdisjoint(allowed)]
        others = [each for each in people if each not in may]
        tried = [*may[:1], *Random(fact.id).sample(others, OTHERS), guide]
        for state in fact.sources[:1]:
            for person in tried:
                found = attempt(session, installation, case, fact, state, person)
                if found != (person in may):
                    wrong.append((fact.id, state, person.name, found))
    assert wrong == []


def attempt(session: Session, installation: Installation, case: Case, fact: Fact, state: str, person: Actor) -> bool:
    """Whether the person is let near the act; everything it did is undone."""
    savepoint = session.begin_nested()
    try:
        case.state, case.closed_at = state, None
        cancel_timers(session, case.id)
        session.flush()
        act(session, installation, person, case.id, fact.trigger, {})
    except NotAllowed:
        return False
    except (InvalidInput, NotFound, Refused):  # NotFound: the issue of a document that was never ordered
        return True
    finally:
        savepoint.rollback()
        session.expire_all()
    return True
