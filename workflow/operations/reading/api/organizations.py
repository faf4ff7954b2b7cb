"""Bodies for programs: one body with its posts, the bodies below it, and every relation it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from workflow import clock
from workflow.errors import NotFound
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import MEMBERSHIPS, in_force
from workflow.operations.organization.trees import active
from workflow.operations.reading.api.paging import Page, Paging, page_of
from workflow.store.organization import Organization, Relation
from workflow.store.people import Person, Post

BELOW = ("lead", "same_level")  #: relations that make one body stand below another in the tree


@dataclass(frozen=True)
class BodyLine:
    """A body in a list."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    kind_title: str
    category: str | None
    party_relation: str | None


@dataclass(frozen=True)
class HeldPost:
    """Somebody's post in a body; memberships are not listed."""

    post: str
    title: str
    person: int
    name: str


@dataclass(frozen=True)
class BodyRecord:
    """A body with the offices held in it today."""

    line: BodyLine
    posts: tuple[HeldPost, ...]


@dataclass(frozen=True)
class Edge:
    """A relation between two bodies, and the rights that it gives the superior one."""

    kind: str
    title: str
    rights: tuple[str, ...]
    superior: int
    superior_name: str
    subordinate: int
    subordinate_name: str
    since: date


def read_body(session: Session, installation: Installation, body: int) -> BodyRecord:
    """One body."""
    day = installation.today(clock.now())
    row = session.execute(_bodies().where(Organization.id == body, active(Organization, day))).one_or_none()
    if row is None:
        raise NotFound(what="这个组织")
    return BodyRecord(_line(installation, row), _offices(session, installation, body, day))


def list_roots(session: Session, installation: Installation, paging: Paging) -> Page[BodyLine]:
    """The bodies that stand below no other, the first registered first."""
    day = installation.today(clock.now())
    below = select(Relation.subordinate_id).where(Relation.kind.in_(BELOW), active(Relation, day))
    return _page(session, installation, _bodies().where(Organization.id.not_in(below)), paging, day)


def list_children(session: Session, installation: Installation, body: int, paging: Paging) -> Page[BodyLine]:
    """The bodies that this one leads, and its own working bodies."""
    day = installation.today(clock.now())
    known = session.scalar(select(Organization.id).where(Organization.id == body, active(Organization, day)))
    if known is None:
        raise NotFound(what="这个组织")
    below = select(Relation.subordinate_id).where(
        Relation.superior_id == body, Relation.kind.in_(BELOW), active(Relation, day)
    )
    return _page(session, installation, _bodies().where(Organization.id.in_(below)), paging, day)


def list_relations(session: Session, installation: Installation, body: int) -> Sequence[Edge]:
    """Every relation of a body that is in force today, upward and downward."""
    day = installation.today(clock.now())
    read_body(session, installation, body)
    above, below = aliased(Organization), aliased(Organization)
    rows = session.execute(
        select(Relation, above.name.label("superior"), below.name.label("subordinate"))
        .join(above, above.id == Relation.superior_id)
        .join(below, below.id == Relation.subordinate_id)
        .where((Relation.superior_id == body) | (Relation.subordinate_id == body), active(Relation, day))
        .order_by(Relation.id)
    )
    kinds = installation.definitions.organization.relations
    return [
        Edge(
            row.Relation.kind, kinds[row.Relation.kind].title, kinds[row.Relation.kind].rights,
            row.Relation.superior_id, row.superior, row.Relation.subordinate_id, row.subordinate,
            row.Relation.valid_from,
        )
        for row in rows
    ]  # fmt: skip


def _page(
    session: Session, installation: Installation, query: Select[*tuple[Any, ...]], paging: Paging, day: date
) -> Page[BodyLine]:
    query = query.where(active(Organization, day))
    if paging.after is not None:
        query = query.where(Organization.id > paging.after)
    rows = session.execute(query.order_by(Organization.id).limit(paging.limit + 1)).all()
    return page_of(paging, rows, lambda row: row.id, lambda row: _line(installation, row))


def _bodies() -> Select[*tuple[Any, ...]]:
    table = Organization
    return select(table.id, table.code, table.name, table.short_name, table.kind, table.category, table.party_relation)


def _line(installation: Installation, row: Row[*tuple[Any, ...]]) -> BodyLine:
    title = installation.definitions.organization.kinds[row.kind].title
    return BodyLine(
        row.id, row.code, row.name, row.short_name, row.kind, title, row.category, row.party_relation
    )  # fmt: skip


def _offices(session: Session, installation: Installation, body: int, day: date) -> tuple[HeldPost, ...]:
    titles = installation.definitions.organization.posts
    rows = session.execute(
        select(Post.code, Person.id, Person.name)
        .join(Person, Person.id == Post.person_id)
        .where(Post.organization_id == body, Post.code.not_in(MEMBERSHIPS), in_force(day))
    ).all()
    ordered = sorted(rows, key=lambda row: (titles[row.code].rank, row.id))
    return tuple(HeldPost(row.code, titles[row.code].title, row.id, row.name) for row in ordered)
