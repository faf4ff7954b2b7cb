"""Who holds which post on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
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
    union_all,
)
from sqlalchemy.orm import Session, aliased

from workflow.engine.actor import Actor, Stand
from workflow.engine.routing import Address
from workflow.engine.snapshot import Member
from workflow.errors import NotAllowed
from workflow.store.fetching import filled_up, found_rows
from workflow.store.organization import Organization
from workflow.store.people import Account, Person, Post, Substitution
from workflow.store.prepared import Prepared

PARTY = ("full_member", "probationary_member")  #: posts that say in which branch somebody is a member

#: Belonging to a body is no office in it: it opens what is published, not what is being worked on.
MEMBERSHIPS = frozenset({*PARTY, "employee"})

MOST_AT_ONCE = 64  #: posts that one statement asks for: a longer chain of conditions is too deep for SQLite
DAY = bindparam("day", type_=Date())


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
    found: set[int] = set()
    while wanted:
        asked, wanted = wanted[:MOST_AT_ONCE], wanted[MOST_AT_ONCE:]
        asked = filled_up(asked)
        values: dict[str, Any] = {f"body{number}": body for number, (body, _) in enumerate(asked)}
        values |= {f"code{number}": code for number, (_, code) in enumerate(asked)}
        rows = found_rows(session, _holding(len(asked)), {**values, "day": day})
        found.update(person for (person,) in rows)
    return sorted(found)


@lru_cache(maxsize=16)
def _holding(count: int) -> Prepared:
    """Who holds one of so many posts."""
    pairs = [
        and_(Post.organization_id == bindparam(f"body{number}"), Post.code == bindparam(f"code{number}"))
        for number in range(count)
    ]
    counted = or_(*(Post.code == each for each in sorted(MEMBERSHIPS)), is_enabled())
    return Prepared(select(Post.person_id).where(or_(*pairs), in_force(DAY), counted).distinct())


def names_of(session: Session, people: Sequence[int]) -> dict[int, str]:
    """Names by id, in order of name."""
    if not people:
        return {}
    asked = filled_up(list(people))
    values = {f"person{number}": each for number, each in enumerate(asked)}
    return {person: name for person, name in found_rows(session, _naming(len(asked)), values)}  # noqa: C416 - lists


@lru_cache(maxsize=16)
def _naming(count: int) -> Prepared:
    """The names of so many persons."""
    wanted = Person.id.in_([bindparam(f"person{number}") for number in range(count)])
    return Prepared(select(Person.id, Person.name).where(wanted).order_by(Person.name, Person.id))


def actor(session: Session, person_id: int, day: date) -> Actor:
    """The person as the engine sees it. One statement."""
    rows = found_rows(session, NAMED, {"person": person_id, "day": day})
    (name,) = (each[4] for each in rows if each[0] is None)
    return _holding_posts(Actor(person_id, name), [Held(*each) for each in rows if each[0] is not None])


def in_office(session: Session, who: Actor, day: date) -> Actor:
    """The same person, about to act, with the posts and substitutions of this moment. One statement.

    Raises NotAllowed once the account is disabled: what names a person is lost as well (approvals.md, invariant 8).
    """
    found = _with_posts(session, who, day)
    if who.person_id is not None and not found.posts and is_disabled(session, who.person_id):
        raise NotAllowed(action="办理", reason="您的账号已停用。如有疑问，请与本单位的组织管理员联系")
    return found


def _with_posts(session: Session, who: Actor, day: date) -> Actor:
    if who.person_id is None:
        return who
    held = [Held(*each) for each in found_rows(session, HELD, {"person": who.person_id, "day": day})]
    return _holding_posts(who, held)


def _holding_posts(who: Actor, held: Sequence[Held]) -> Actor:
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


def held_by(person_id: Any, day: Any, *besides: Any) -> CompoundSelect[Any]:
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
    return union_all(in_stead, own, *besides)


def stands_of(held: Iterable[Any]) -> tuple[Stand, ...]:
    """What rows of `held_by` let somebody do for others, by substitution."""
    found: dict[int, Stand] = {}
    for row in held:
        if row.principal_id is not None:
            stand = found.get(row.substitution)
            posts = (stand.posts if stand else frozenset()) | {(row.organization_id, row.code)}
            found[row.substitution] = Stand(row.principal_id, row.principal, posts, tuple(row.stages))
    return tuple(found.values())


def is_disabled(session: Session, person_id: int) -> bool:
    """Whether the person's account is disabled, so that nothing can be left to them."""
    return not found_rows(session, LET_IN, {"person": person_id})[0][0]


def _is_let_in(person_id: Any) -> ColumnElement[bool]:
    disabled = select(Account.id).where(Account.person_id == person_id, Account.disabled_at.is_not(None))
    return ~disabled.exists()


def member(session: Session, person_id: int, day: date) -> Member:
    """The person as the subject of a case."""
    rows = found_rows(session, MEMBER, {"person": person_id, "day": day})
    posts = frozenset((body, code) for _, _, body, code in rows if code is not None)
    return Member(person_id, rows[0][0], rows[0][1], posts)


def members_below(session: Session, organization_id: int, day: date) -> list[int]:
    """Ids of the Party members of every body below an organisation, in order of id."""
    asked = {"body": organization_id, "line": f"%/{organization_id}/%", "day": day}
    return [person for (person,) in found_rows(session, BELOW, asked)]


PERSON = bindparam("person", type_=Post.person_id.type)
HELD_NOW = held_by(PERSON, DAY)
HELD = Prepared(HELD_NOW)
_NAME = select(null(), null(), null(), null(), Person.name, null()).where(Person.id == PERSON)  # stands in no body
NAMED = Prepared(held_by(PERSON, DAY, _NAME))
LINE = Organization.path.like(bindparam("line")) & (Organization.id != bindparam("body"))
BELOW = Prepared(
    select(Post.person_id)
    .where(Post.organization_id.in_(select(Organization.id).where(LINE)), or_(*(Post.code == each for each in PARTY)))
    .where(in_force(DAY))
    .distinct()
    .order_by(Post.person_id)
)
LET_IN = Prepared(select(_is_let_in(PERSON)))
MEMBER = Prepared(
    select(Person.name, Person.party_status, Post.organization_id, Post.code)
    .outerjoin(Post, and_(Post.person_id == Person.id, in_force(DAY)))
    .where(Person.id == PERSON)
)
