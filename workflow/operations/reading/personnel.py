"""The page of a person: posts, who stands in for whom, hand-overs, and what the reader may change of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.organization import seat_title
from workflow.errors import NotFound
from workflow.operations.installation import Installation
from workflow.operations.organization.organizers import organizes
from workflow.operations.organization.posts import MEMBERSHIPS, in_force
from workflow.store.organization import Organization
from workflow.store.people import Account, HandOver, Person, Post, Substitution


@dataclass(frozen=True)
class HeldSeat:
    """A post of the person."""

    organization_id: int
    post: str
    title: str
    since: date
    is_office: bool

    @property
    def address(self) -> str:
        """How a form names it."""
        return f"{self.organization_id}:{self.post}"


@dataclass(frozen=True)
class StandIn:
    """A substitution that holds now or later."""

    id: int
    principal_id: int
    principal: str
    substitute_id: int
    substitute: str
    since: date
    until: date  #: the last day
    body: str  #: empty for all
    stages: tuple[str, ...]  #: titles; none for all
    reason: str
    is_running: bool
    may_end: bool


@dataclass(frozen=True)
class PastHandOver:
    """A hand-over from or to the person."""

    id: int
    leaver: str
    successor: str
    on: date
    made_at: datetime


@dataclass(frozen=True)
class PersonPage:
    """What the reader sees of a person."""

    id: int
    number: str
    name: str
    job: str
    is_disabled: bool
    seats: tuple[HeldSeat, ...]
    substitutions: tuple[StandIn, ...]
    hand_overs: tuple[PastHandOver, ...]
    may_substitute: bool
    may_hand_over: bool

    @property
    def offices(self) -> tuple[HeldSeat, ...]:
        """The posts that are offices."""
        return tuple(each for each in self.seats if each.is_office)


def person_page(session: Session, installation: Installation, actor: Actor, person_id: int) -> PersonPage:
    """A person: office holders are no secret inside; others are seen by themselves and by the organisers."""
    today = installation.today(clock.now())
    person = session.get(Person, person_id)
    seats = seats_of(session, installation, person_id, today)
    manages = organizes(session, installation, actor, {each.organization_id for each in seats if each.is_office}
                        or {each.organization_id for each in seats})  # fmt: skip
    is_oneself = actor.person_id == person_id
    if person is None or not (is_oneself or manages or any(each.is_office for each in seats)):
        raise NotFound(what="这位人员，或者您无权查看")
    disabled = select(Account.id).where(Account.person_id == person_id, Account.disabled_at.is_not(None))
    return PersonPage(
        id=person.id, number=person.number, name=person.name, job=person.job,
        is_disabled=session.scalar(disabled) is not None, seats=seats,
        substitutions=_substitutions(session, installation, actor, person_id, today, manages=manages),
        hand_overs=_hand_overs(session, person_id) if is_oneself or manages else (),
        may_substitute=(is_oneself or manages) and any(each.is_office for each in seats),
        may_hand_over=manages and bool(seats),
    )  # fmt: skip


def seats_of(session: Session, installation: Installation, person_id: int, day: date) -> tuple[HeldSeat, ...]:
    """Everything that the person holds on a day, offices first."""
    posts = installation.definitions.organization.posts
    rows = session.execute(
        select(Post.organization_id, Post.code, Post.valid_from, Organization.short_name)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Post.person_id == person_id, in_force(day))
    ).all()
    ranked = sorted((each for each in rows if each.code in posts), key=lambda row: (posts[row.code].rank, row[0]))
    return tuple(
        HeldSeat(row.organization_id, row.code, seat_title(row.short_name, posts[row.code].title), row.valid_from,
                 row.code not in MEMBERSHIPS)
        for row in ranked
    )  # fmt: skip


def _substitutions(
    session: Session, installation: Installation, actor: Actor, person_id: int, today: date, *, manages: bool
) -> tuple[StandIn, ...]:
    mine = or_(Substitution.principal_id == person_id, Substitution.substitute_id == person_id)
    found = session.scalars(
        select(Substitution).where(mine, Substitution.valid_to > today).order_by(Substitution.valid_from)
    ).all()
    names = _names(session, found)
    bodies = select(Organization.id, Organization.short_name).where(
        Organization.id.in_({each.organization_id for each in found if each.organization_id})
    )
    places = {row.id: row.short_name for row in session.execute(bodies)} if found else {}
    stages = installation.definitions.stages
    return tuple(
        StandIn(
            each.id, each.principal_id, names[each.principal_id], each.substitute_id, names[each.substitute_id],
            each.valid_from, each.valid_to - timedelta(days=1), places.get(each.organization_id or 0, ""),
            tuple(stages[code].title for code in each.stages if code in stages), each.reason,
            is_running=each.valid_from <= today,
            may_end=actor.person_id in (each.principal_id, each.substitute_id)
            or (manages and each.principal_id == person_id),
        )
        for each in found
    )  # fmt: skip


def _names(session: Session, found: Sequence[Substitution]) -> Mapping[int, str]:
    people = {each.principal_id for each in found} | {each.substitute_id for each in found}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(people))) if people else ()
    return {row.id: row.name for row in rows}


def _hand_overs(session: Session, person_id: int) -> tuple[PastHandOver, ...]:
    mine = or_(HandOver.from_person_id == person_id, HandOver.to_person_id == person_id)
    return tuple(
        PastHandOver(each.id, session.get_one(Person, each.from_person_id).name,
                     session.get_one(Person, each.to_person_id).name, each.held_on, each.made_at)
        for each in session.scalars(select(HandOver).where(mine).order_by(HandOver.id.desc()))
    )  # fmt: skip


@dataclass(frozen=True)
class Receipt:
    """A hand-over that was done, for those concerned and the organisers."""

    id: int
    leaver_id: int
    leaver: str
    successor: str
    maker: str
    on: date
    made_at: datetime
    reason: str
    ends: tuple[str, ...]
    begins: tuple[str, ...]
    moves: tuple[Sequence[str], ...]  #: number, title, what is to be done, where
    stays: tuple[Sequence[str], ...]  #: number, title, what is to be done, why


def receipt(session: Session, installation: Installation, actor: Actor, hand_over_id: int) -> Receipt:
    """What was handed over; NotFound for who has no part in it."""
    found = session.get(HandOver, hand_over_id)
    if found is None or not _may_see(session, installation, actor, found):
        raise NotFound(what="这次交接，或者您无权查看")
    people = (found.from_person_id, found.to_person_id, found.made_by)
    leaver, successor, maker = (session.get_one(Person, each).name if each else "系统" for each in people)
    moved = found.moved
    return Receipt(
        found.id, found.from_person_id, leaver, successor, maker, found.held_on, found.made_at, found.reason,
        tuple(moved["ends"]), tuple(moved["begins"]), tuple(moved["moves"]), tuple(moved["stays"]),
    )  # fmt: skip


def _may_see(session: Session, installation: Installation, actor: Actor, found: HandOver) -> bool:
    if actor.person_id in (found.from_person_id, found.to_person_id, found.made_by):
        return True
    bodies = {body for body, _ in found.moved["seats"]}
    return bool(bodies) and organizes(session, installation, actor, bodies)
