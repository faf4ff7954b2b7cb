"""Who holds which post on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import Session

from workflow.engine.routing import Address
from workflow.engine.snapshot import Actor, Member
from workflow.store.organization import Organization
from workflow.store.people import Person, Post

PARTY_MEMBERS = ("full_member", "probationary_member")

PARTY = ("full_member", "probationary_member")  #: posts that say in which branch somebody is a member


def in_force(day: date) -> ColumnElement[bool]:
    """Posts held on a day; `valid_to` is the first day on which they no longer are."""
    return (Post.valid_from <= day) & or_(Post.valid_to.is_(None), Post.valid_to > day)


def posts_of(session: Session, person_id: int, day: date) -> frozenset[Address]:
    """The (body, post) pairs that a person holds."""
    rows = session.execute(select(Post.organization_id, Post.code).where(Post.person_id == person_id, in_force(day)))
    return frozenset((row.organization_id, row.code) for row in rows)


def holders(session: Session, addresses: Iterable[Address], day: date) -> list[int]:
    """Ids of the persons who hold any of the posts, in order of id."""
    wanted = list(addresses)
    if not wanted:
        return []
    pairs = tuple_(Post.organization_id, Post.code).in_(wanted)
    return list(session.scalars(select(Post.person_id).where(pairs, in_force(day)).distinct().order_by(Post.person_id)))


def names_of(session: Session, people: Sequence[int]) -> dict[int, str]:
    """Names by id, in order of name."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)).order_by(Person.name, Person.id))
    return {row.id: row.name for row in rows}


def actor(session: Session, person_id: int, day: date) -> Actor:
    """The person as the engine sees it."""
    person = session.get_one(Person, person_id)
    return Actor(person_id, person.name, posts_of(session, person_id, day))


def member(session: Session, person_id: int, day: date) -> Member:
    """The person as the subject of a case."""
    person = session.get_one(Person, person_id)
    return Member(person_id, person.name, person.party_status, posts_of(session, person_id, day))


def members_below(session: Session, organization_id: int, day: date) -> list[int]:
    """Ids of the Party members of every body below an organisation, in order of id."""
    below = select(Organization.id).where(
        Organization.path.contains(f"/{organization_id}/"), Organization.id != organization_id
    )
    found = select(Post.person_id).where(Post.organization_id.in_(below), Post.code.in_(PARTY_MEMBERS), in_force(day))
    return list(session.scalars(found.distinct().order_by(Post.person_id)))
