"""What the simulation allows itself so that a year costs less: looks that nothing strikes, pauses after a refusal,
and one tree for neighbouring seeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.enterprise import definitions
from workflow.simulation.faults import Crashed, Fault, Kind
from workflow.simulation.refusals import LONGEST, Refusals
from workflow.simulation.trees import Shape
from workflow.simulation.world import World, inhabited
from workflow.store.cases import Campaign, Case
from workflow.store.organization import Organization
from workflow.store.people import Person

DAY = date(2012, 3, 5)
PEOPLE = select(func.count()).select_from(Person)


@pytest.fixture
def world() -> Iterator[World]:
    with inhabited(1, definitions(), Shape()) as made:
        yield made


def test_nothing_strikes_who_only_looks_on(world: World) -> None:
    with world.faults.during("look", Fault(Kind.CRASH, 1)):
        with world.onlooking() as session:
            assert session.scalar(PEOPLE)
        assert not world.faults.struck
        with pytest.raises(Crashed), world.reading() as session:
            session.scalar(PEOPLE)


def test_who_looks_on_sees_what_was_written_since(world: World) -> None:
    with world.onlooking() as session:
        assert session.get_one(Person, 1).name != "改名"
    with world.writing() as writer:
        writer.execute(update(Person).where(Person.id == 1).values(name="改名"))
    with world.onlooking() as session:
        assert session.get_one(Person, 1).name == "改名"


def names(world: World) -> tuple[list[str], str]:
    """Of the bodies, and the code of the campaign."""
    with world.onlooking() as session:
        return list(session.scalars(select(Organization.name))), session.scalars(select(Campaign.code)).one()


def test_neighbouring_seeds_have_a_tree_in_common_and_campaigns_of_their_own(world: World) -> None:
    tree, campaign = names(world)
    with inhabited(2, definitions(), Shape()) as other:
        assert names(other) == (tree, "2")
    assert campaign == "1"


def test_what_was_refused_rests_twice_as_long_each_time() -> None:
    refusals, row, day = Refusals(), Case(id=1, state="draft", version=7), DAY
    assert not refusals.rests(row, "submit", day)
    for days in (1, 2, 4, LONGEST, LONGEST):
        refusals.note(row, "submit", day)
        assert refusals.rests(row, "submit", day + timedelta(days=days - 1))
        assert not refusals.rests(row, "return", day)
        day += timedelta(days=days)
        assert not refusals.rests(row, "submit", day)


def test_what_was_refused_is_tried_again_once_the_case_has_changed() -> None:
    refusals, row = Refusals(), Case(id=1, state="draft", version=7)
    refusals.note(row, "submit", DAY)
    row.version += 1
    assert not refusals.rests(row, "submit", DAY)
    refusals.note(row, "submit", DAY)
    row.version += 1
    assert refusals.rests(row, "submit", DAY)
    row.state = "returned"
    assert not refusals.rests(row, "submit", DAY)
