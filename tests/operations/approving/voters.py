"""Fifty voters: the committee of the group with forty-five members more, and one round of their 会签 in threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from sqlalchemy import select

from tests.enterprise import TODAY, build, installed, place
from tests.operations.approving.consent import COMMITTEE, Desk
from tests.operations.approving.holding import Holding
from tests.operations.racing import Finish, race
from workflow.engine.actor import Actor
from workflow.errors import Conflict, NotAllowed, Refused
from workflow.operations.organization.appointing import Seat, add_person, appoint
from workflow.store.journal import JournalEntry
from workflow.store.people import Person
from workflow.store.session import reading, writing
from workflow.store.tasks import Decision, Task

VOTERS = 50
MORE = tuple(f"V{number:02}" for number in range(VOTERS - len(COMMITTEE)))
NUMBERS = (*COMMITTEE, *MORE)
DOUBLE_CLICKS = 5


def build_fifty(url: str) -> None:
    """The enterprise with a committee of fifty."""
    build(url)
    with installed(url) as installation, writing(installation.engine) as session:
        seat = Seat(place(session, "HY"), "committee_member")
        for number, code in enumerate(MORE):
            someone = add_person(session, number=code, name=f"委员{number + 6}", party_status="full", job="委员")
            appoint(session, installation, someone, seat, TODAY)


def voters(desk: Desk) -> list[Actor]:
    """Everybody who has a seat, as they are now."""
    with reading(desk.installation.engine) as session:
        found = select(Person.id).where(Person.number.in_(NUMBERS)).order_by(Person.id)
        ids = list(session.scalars(found))
    return [desk.actor_of(each) for each in ids]


def all_at_once(desk: Desk, people: Sequence[Actor]) -> int:
    """A case on which everybody agrees at the same moment, some of them twice. Answers how many were told no."""
    case = desk.begin()
    clicks = [*people, *people[:DOUBLE_CLICKS]]
    finishes = race(*(partial(desk.act, case, each, "approve", {}) for each in clicks))
    check_round(desk, case, people, finishes)
    return sum(not each.won for each in finishes)


def check_round(desk: Desk, case: int, people: Sequence[Actor], finishes: Sequence[Finish]) -> None:
    """No stuck case, no double move, no lost or doubled vote, a sound chain, and a sentence for everybody refused."""
    assert sum(each.won for each in finishes) == len(people)
    for each in finishes:
        assert each.won or isinstance(each.error, Conflict | NotAllowed | Refused)
        assert each.won or str(each.error)
    with reading(desk.installation.engine) as session:
        Holding(session, desk.installation, case, desk.today).check()
        votes = session.scalars(select(Decision.person_id).where(Decision.case_id == case)).all()
        assert Counter(votes) == Counter({each.person_id: 1 for each in people})
        moves = select(JournalEntry.trigger).where(JournalEntry.case_id == case, JournalEntry.fact == "moved")
        assert list(session.scalars(moves)).count("approve") == 1
        assert session.scalars(select(Task.id).where(Task.case_id == case, Task.closed_at.is_(None))).all() == []
    assert desk.state(case) == "approved"
