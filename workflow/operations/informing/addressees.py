"""Who stands behind the addresses of a task today: holders of posts, who stands in for them, persons by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, aliased

from workflow.operations.installation import Installation
from workflow.operations.organization.posts import MEMBERSHIPS, in_force, is_enabled
from workflow.store.organization import Organization
from workflow.store.people import Account, Person, Post, Substitution


def people_at(session: Session, addresses: Iterable[str], day: date, stage: str | None = None) -> list[int]:
    """Ids of everybody who is reached at these addresses on a day and may act, in order.

    A substitute is reached wherever a post of the principal is, on cases of the stages substituted for; an address of
    a person is of that person alone (operations.organization.substituting).
    """
    written = set(addresses)
    named = {int(each[1:]) for each in written if each.startswith("p")}
    posts = [(int(body), post) for body, _, post in (each[1:].partition(":") for each in written if each[0] == "o")]
    found = set[int]()
    if posts:
        held = tuple_(Post.organization_id, Post.code).in_(posts)
        found.update(session.scalars(select(Post.person_id).where(held, in_force(day), is_enabled())))
        found.update(_substitutes(session, posts, day, stage))
    return sorted(found | (named - _locked_out(session, named)))


def _substitutes(session: Session, posts: list[tuple[int, str]], day: date, stage: str | None) -> Iterable[int]:
    account = aliased(Account)
    rows = session.execute(
        select(Substitution.substitute_id, Substitution.stages)
        .join(Post, Post.person_id == Substitution.principal_id)
        .outerjoin(account, account.person_id == Substitution.substitute_id)
        .where(
            tuple_(Post.organization_id, Post.code).in_(posts), Post.code.not_in(MEMBERSHIPS), in_force(day),
            is_enabled(), account.disabled_at.is_(None), Substitution.valid_from <= day, Substitution.valid_to > day,
            Substitution.organization_id.is_(None) | (Substitution.organization_id == Post.organization_id),
        )
    )  # fmt: skip
    return (row.substitute_id for row in rows if not row.stages or stage in row.stages)


def _locked_out(session: Session, people: set[int]) -> set[int]:
    if not people:
        return set()
    disabled = select(Account.person_id).where(Account.person_id.in_(people), Account.disabled_at.is_not(None))
    return set(session.scalars(disabled))


def zones_of(session: Session, installation: Installation, people: Iterable[int], day: date) -> dict[int, ZoneInfo]:
    """The zone in which each person lives: that of the body they belong to, else of one they hold a post in."""
    found = dict.fromkeys(people, installation.settings.zone)
    rows = session.execute(
        select(Person.id, Organization.timezone)
        .join(Post, Post.person_id == Person.id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Person.id.in_(found), in_force(day))
        .order_by(Post.code.in_(MEMBERSHIPS), Post.id)
    )
    return found | {row.id: ZoneInfo(row.timezone) for row in rows}  # the last row of a person counts: a membership
