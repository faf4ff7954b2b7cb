"""Who holds which post on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    and_,
    bindparam,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from workflow.engine.actor import Actor, Stand
from workflow.engine.routing import Address
from workflow.engine.snapshot import Member
from workflow.errors import NotAllowed
from workflow.store.changes import write_pending
from workflow.store.organization import Organization
from workflow.store.people import Account, Person, Post, Substitution
from workflow.store.prepared import Prepared

PARTY = ("full_member", "probationary_member")  #: posts that say in which branch somebody is a member

#: Belonging to a body is no office in it: it opens what is published, not what is being worked on.
MEMBERSHIPS = frozenset({*PARTY, "employee"})


def in_force(day: Any) -> ColumnElement[bool]:
    """Posts held on a day; `valid_to` is the first day on which they no longer are."""
    return and_(Post.valid_from <= day, or_(Post.valid_to.is_(None), Post.valid_to > day))


def is_enabled() -> ColumnElement[bool]:
    """Posts that give rights: the account of the holder is not disabled. Who has no account holds a post all the same.

    Rights end with the account at once, at the moment of the act (approvals.md, invariant 8).
    """
    disabled = select(Account.id).where(Account.person_id == Post.person_id, Account.disabled_at.is_not(None))
    return ~disabled.exists()


def posts_of(session: Session, person_id: int, day: date) -> frozenset[Address]:
    """The (body, post) pairs in which a person may act: none once the account is disabled."""
    return _held(session, Post.person_id == person_id, in_force(day), is_enabled())


def _held(session: Session, *which: ColumnElement[bool]) -> frozenset[Address]:
    rows = session.execute(select(Post.organization_id, Post.code).where(*which))
    return frozenset((row.organization_id, row.code) for row in rows)


def holders(session: Session, addresses: Iterable[Address], day: date) -> list[int]:
    """Ids of the persons who hold any of the posts and may act, in order of id.

    A member of the Party stays one, and counts among those who should be there, without an account.
    """
    wanted = list(addresses)
    if not wanted:
        return []
    pairs = tuple_(Post.organization_id, Post.code).in_(wanted)
    counted = or_(Post.code.in_(MEMBERSHIPS), is_enabled())
    found = select(Post.person_id).where(pairs, in_force(day), counted)
    return list(session.scalars(found.distinct().order_by(Post.person_id)))


def names_of(session: Session, people: Sequence[int]) -> dict[int, str]:
    """Names by id, in order of name."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)).order_by(Person.name, Person.id))
    return {row.id: row.name for row in rows}


def actor(session: Session, person_id: int, day: date) -> Actor:
    """The person as the engine sees it."""
    return _with_posts(session, Actor(person_id, session.get_one(Person, person_id).name), day)


def in_office(session: Session, who: Actor, day: date) -> Actor:
    """The same person, about to act, with the posts and substitutions of this moment. One statement.

    Raises NotAllowed once the account is disabled: what names a person is lost as well (approvals.md, invariant 8).
    """
    found = _with_posts(session, who, day)
    if who.person_id is not None and not found.posts and not session.scalar(select(_is_let_in(who.person_id))):
        raise NotAllowed(action="办理", reason="您的账号已停用。如有疑问，请与本单位的组织管理员联系")
    return found


def _with_posts(session: Session, who: Actor, day: date) -> Actor:
    if who.person_id is None:
        return who
    write_pending(session)
    held = [Held(*each) for each in HELD.rows(session.connection(), {"person": who.person_id, "day": day})]
    own = frozenset((row.organization_id, row.code) for row in held if row.principal_id is None)
    return replace(who, posts=own, stands=stands_of(held))


class Held(NamedTuple):
    """A row of `held_by`."""

    organization_id: int
    code: str
    substitution: int | None
    principal_id: int | None
    principal: str | None
    stages: list[str] | None


def held_by(person_id: Any, day: Any) -> CompoundSelect[Any]:
    """The posts in which a person may act: of principals by each substitution in force, and the person's own.

    A substitute is given the posts that the principal holds at the moment of the act, never a membership, and nothing
    once either account is disabled.
    """
    principal = aliased(Person)
    in_stead = (
        select(
            Post.organization_id, Post.code, Substitution.id.label("substitution"), Substitution.principal_id,
            principal.name.label("principal"), Substitution.stages,
        )
        .join(Post, Post.person_id == Substitution.principal_id)
        .join(principal, principal.id == Substitution.principal_id)
        .where(
            Substitution.substitute_id == person_id, Substitution.valid_from <= day, Substitution.valid_to > day,
            Substitution.organization_id.is_(None) | (Substitution.organization_id == Post.organization_id),
            *(Post.code != each for each in sorted(MEMBERSHIPS)), in_force(day), is_enabled(), _is_let_in(person_id),
        )
    )  # fmt: skip
    own = select(Post.organization_id, Post.code, null(), null(), null(), null()).where(
        Post.person_id == person_id, in_force(day), is_enabled()
    )
    return union_all(in_stead, own)


def stands_of(held: Iterable[Any]) -> tuple[Stand, ...]:
    """What rows of `held_by` let somebody do for others, by substitution."""
    found: dict[int, Stand] = {}
    for row in held:
        if row.principal_id is not None:
            known = found.get(row.substitution)
            posts = (known.posts if known else frozenset()) | {(row.organization_id, row.code)}
            found[row.substitution] = Stand(row.principal_id, row.principal, posts, tuple(row.stages))
    return tuple(found.values())


def is_disabled(session: Session, person_id: int) -> bool:
    """Whether the person's account is disabled, so that nothing can be left to them."""
    return not session.scalar(select(_is_let_in(person_id)))


def _is_let_in(person_id: Any) -> ColumnElement[bool]:
    disabled = select(Account.id).where(Account.person_id == person_id, Account.disabled_at.is_not(None))
    return ~disabled.exists()


def member(session: Session, person_id: int, day: date) -> Member:
    """The person as the subject of a case."""
    person = session.get_one(Person, person_id)
    posts = _held(session, Post.person_id == person_id, in_force(day))
    return Member(person_id, person.name, person.party_status, posts)


def members_below(session: Session, organization_id: int, day: date) -> list[int]:
    """Ids of the Party members of every body below an organisation, in order of id."""
    below = select(Organization.id).where(
        Organization.path.contains(f"/{organization_id}/"), Organization.id != organization_id
    )
    found = select(Post.person_id).where(Post.organization_id.in_(below), Post.code.in_(PARTY), in_force(day))
    return list(session.scalars(found.distinct().order_by(Post.person_id)))


HELD_NOW = held_by(bindparam("person", type_=Post.person_id.type), bindparam("day", type_=Date()))
HELD = Prepared(HELD_NOW)
