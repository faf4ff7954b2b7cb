"""Bodies as a reader may see them: one's own, those below, the tree, a body with its posts and relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.access import offices
from workflow.operations.documents.seal_images import kept_by
from workflow.operations.installation import Installation
from workflow.operations.organization.organizers import organizes
from workflow.operations.organization.posts import MEMBERSHIPS, in_force
from workflow.operations.organization.reorganizing import former_names
from workflow.operations.organization.trees import active, line_of
from workflow.store.organization import FormerName, Organization, Relation
from workflow.store.people import Account, Person, Post

ORGAN = "same_level"
LEAD = "lead"
GUIDE = "guide"


@dataclass(frozen=True)
class Named:
    """A body in a list."""

    id: int
    name: str
    short_name: str
    kind: str  #: title of the kind
    path: str = ""
    is_organ: bool = False  #: a working body of another one
    has_office: bool = False  #: the reader holds an office there or in one of its working bodies
    posts: frozenset[str] = frozenset()  #: that the reader holds there or in one of its working bodies

    @property
    def line(self) -> list[int]:
        """Ids from the root to this body."""
        return line_of(self.path)


@dataclass(frozen=True)
class Occupant:
    """Somebody in a post."""

    id: int
    name: str
    is_disabled: bool  #: the account is: the post is held, and its rights rest


@dataclass(frozen=True)
class Seat:
    """A post with those who hold it."""

    title: str
    people: tuple[Occupant, ...]


@dataclass(frozen=True)
class Edge:
    """A relation, seen from one end."""

    kind: str
    title: str
    body: Named


@dataclass(frozen=True)
class BodyPage:
    """The page of a body."""

    body: Named
    category: str
    contact: str
    phone: str
    seats: tuple[Seat, ...]
    members: int
    probationary: int
    employees: int
    superiors: tuple[Edge, ...]  #: lead first
    subordinates: tuple[Edge, ...]
    line: tuple[Named, ...]  #: leading superiors from the top
    ended_on: date | None
    former: tuple[FormerName, ...]  #: what it was called before, the newest first
    keeps_seal: bool  #: the visitor presses its seal
    may_change: bool  #: the reader keeps the records of the body


def my_bodies(session: Session, installation: Installation, actor: Actor) -> tuple[Named, ...]:
    """The bodies a person acts for: where an office is held, working bodies counting as the body they serve."""
    held = sorted({body for body, _ in actor.posts})
    known = {each.id: each for each in bodies_named(session, installation, held)} if held else {}
    line = {each for body in known.values() for each in body.line}
    above = line - known.keys()
    known |= {each.id: each for each in bodies_named(session, installation, above)} if above else {}
    working = offices(actor)
    mine, posts = dict[int, bool](), dict[int, set[str]]()
    for each, post in sorted(actor.posts):
        served = next((above for above in reversed(known[each].line) if not known[above].is_organ), each)
        mine[served] = mine.get(served, False) or each in working
        posts.setdefault(served, set()).add(post)
    ordered = sorted(mine, key=lambda each: (not mine[each], len(known[each].line), each))
    return tuple(replace(known[each], has_office=mine[each], posts=frozenset(posts[each])) for each in ordered)


def readable_body(session: Session, installation: Installation, mine: Sequence[Named], body_id: int) -> Named:
    """A body whose work somebody of the bodies `mine` may follow: one of them, or one below; NotFound otherwise."""
    known = next((each for each in mine if each.id == body_id), None)
    found = known or next(iter(bodies_named(session, installation, [body_id])), None)
    if found is None or not any(found.path.startswith(each.path) for each in mine):
        raise NotFound(what="这个组织，或者您无权查看它的进展")
    return found


def led_by(session: Session, installation: Installation, body_id: int) -> tuple[Named, ...]:
    """The bodies led directly by one."""
    today = installation.today(clock.now())
    below = select(Relation.subordinate_id).where(
        Relation.superior_id == body_id, Relation.kind == LEAD, active(Relation, today)
    )
    rows = session.execute(
        _columns().where(Organization.id.in_(below), active(Organization, today)).order_by(Organization.id)
    )
    return tuple(_one(installation, row) for row in rows)


def body_page(session: Session, installation: Installation, actor: Actor, body_id: int) -> BodyPage:
    """A body with posts and relations; lead and guide are told apart. Eight statements, eleven for an organiser."""
    today = installation.today(clock.now())
    row = session.get(Organization, body_id)
    if row is None:
        raise NotFound(what="这个组织")
    words = installation.definitions.organization
    seats, counts = _seats(session, installation, body_id, today)
    relations = session.scalars(
        select(Relation)
        .where(or_(Relation.superior_id == body_id, Relation.subordinate_id == body_id), active(Relation, today))
        .order_by(Relation.id)
    ).all()
    line = line_of(row.path)
    ends = {each.superior_id for each in relations} | {each.subordinate_id for each in relations}
    bodies = {each.id: each for each in bodies_named(session, installation, {*ends, *line, body_id})}

    def edges(mine: Iterable[tuple[Relation, int]]) -> tuple[Edge, ...]:
        found = [Edge(each.kind, words.relations[each.kind].title, bodies[other]) for each, other in mine]
        return tuple(sorted(found, key=lambda edge: (list(words.relations).index(edge.kind), edge.body.id)))

    return BodyPage(
        body=bodies[body_id], category=words.categories.get(row.category or "", ""), contact=row.contact,
        phone=row.phone, seats=seats, members=counts.get("full_member", 0),
        probationary=counts.get("probationary_member", 0), employees=counts.get("employee", 0),
        superiors=edges((each, each.superior_id) for each in relations if each.subordinate_id == body_id),
        subordinates=edges((each, each.subordinate_id) for each in relations if each.superior_id == body_id),
        line=tuple(bodies[each] for each in line if each != body_id), ended_on=row.valid_to,
        former=tuple(former_names(session, body_id)),
        keeps_seal=body_id in kept_by(session, installation, actor),
        may_change=row.valid_to is None and organizes(session, installation, actor, {body_id}),
    )  # fmt: skip


def _seats(
    session: Session, installation: Installation, body_id: int, today: date
) -> tuple[tuple[Seat, ...], dict[str, int]]:
    """Posts with their holders in order of rank; memberships as numbers."""
    words = installation.definitions.organization
    here = (Post.organization_id == body_id, in_force(today))
    held = session.execute(
        select(Post.code, Person.id, Person.name, Account.disabled_at)
        .join(Person, Person.id == Post.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(*here, Post.code.not_in(MEMBERSHIPS))
        .order_by(Person.id)
    )
    people: dict[str, list[Occupant]] = {}
    for row in held:
        people.setdefault(row.code, []).append(Occupant(row.id, row.name, row.disabled_at is not None))
    ranked = sorted((code for code in people if code in words.posts), key=lambda code: words.posts[code].rank)
    counts = session.execute(
        select(Post.code, func.count()).where(*here, Post.code.in_(MEMBERSHIPS)).group_by(Post.code)
    )
    return tuple(Seat(words.posts[code].title, tuple(people[code])) for code in ranked), dict(counts.all())


def _columns() -> Select[int, str, str, str, str]:
    return select(Organization.id, Organization.name, Organization.short_name, Organization.kind, Organization.path)


def bodies_named(session: Session, installation: Installation, ids: Iterable[int]) -> tuple[Named, ...]:
    """The bodies with these ids, in order of id."""
    rows = session.execute(_columns().where(Organization.id.in_(sorted(set(ids)))).order_by(Organization.id))
    return tuple(_one(installation, row) for row in rows)


def _one(installation: Installation, row: Row[int, str, str, str, str]) -> Named:
    kind = installation.definitions.organization.kinds[row.kind]
    return Named(row.id, row.name, row.short_name, kind.title, row.path, kind.organ)
