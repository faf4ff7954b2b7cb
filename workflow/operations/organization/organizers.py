"""Who keeps the organisation's records: the organisers of a body and of every body that leads it, never its guides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflow import clock
from workflow.definition.campaign import OrganizationVocabulary
from workflow.engine.actor import Actor
from workflow.errors import NotAllowed
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import MEMBERSHIPS, in_force, posts_of
from workflow.operations.organization.trees import line_of
from workflow.store.fetching import get_one
from workflow.store.organization import Organization
from workflow.store.people import Post

ROLE = "organizer"


def organizes(session: Session, installation: Installation, actor: Actor, bodies: Collection[int]) -> bool:
    """Whether the actor keeps the records of all these bodies. No statement for who keeps none."""
    tops = territories(session, installation, actor)
    if not tops or not bodies:
        return False
    paths = session.scalars(select(Organization.path).where(Organization.id.in_(sorted(bodies))))
    return all(path.startswith(tops) for path in paths)


def territories(session: Session, installation: Installation, actor: Actor) -> tuple[str, ...]:
    """The tops of what the actor keeps the records of, as paths; two statements, none for who keeps none."""
    if actor.is_system:
        return ("/",)
    words = installation.definitions.organization
    codes = {code for each in words.roles[ROLE].posts.values() for code in each}
    mine = {body for body, post in actor.posts if post in codes}
    if not mine:
        return ()
    paths = _column(session, Organization.path, mine)
    lines = {body: line_of(path) for body, path in paths.items()}
    kinds = _column(session, Organization.kind, {each for line in lines.values() for each in line})
    return tuple(
        _host(lines[body], kinds, words)
        for body, post in sorted(actor.posts)
        if body in mine and post in words.roles[ROLE].posts.get(kinds[body], ())
    )


def check_organizes(
    session: Session, installation: Installation, actor: Actor, bodies: Collection[int], action: str
) -> None:
    """Raise NotAllowed when the actor does not keep the records of all these bodies at this moment."""
    if actor.person_id is not None:
        actor = replace(actor, posts=posts_of(session, actor.person_id, installation.today(clock.now())))
    if not organizes(session, installation, actor, bodies):
        title = installation.definitions.organization.roles[ROLE].title
        raise NotAllowed(
            action=action, reason=f"应由该组织或者上级党组织的{title}（党建工作部负责人、领导小组办公室主任）办理"
        )


def office_of(session: Session, installation: Installation, actor: Actor) -> tuple[str, str]:
    """Post title and body in which somebody keeps records, for the journal; empty for the system."""
    words = installation.definitions.organization
    codes = {code for each in words.roles[ROLE].posts.values() for code in each}
    mine = min(((words.posts[post].rank, body, post) for body, post in actor.posts if post in codes), default=None)
    if mine is None:
        return "", ""
    return words.posts[mine[2]].title, get_one(session, Organization, mine[1]).name


def bodies_of(session: Session, person_id: int, day: date) -> frozenset[int]:
    """The bodies in which somebody holds an office, or else the bodies to which the person belongs."""
    rows = session.execute(
        select(Post.organization_id, Post.code).where(Post.person_id == person_id, in_force(day))
    ).all()
    held = frozenset(row.organization_id for row in rows if row.code not in MEMBERSHIPS)
    return held or frozenset(row.organization_id for row in rows)


def _column(session: Session, column: InstrumentedAttribute[str], bodies: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Organization.id, column.label("value")).where(Organization.id.in_(sorted(bodies))))
    return {row.id: row.value for row in rows}


def _host(line: list[int], kinds: dict[int, str], words: OrganizationVocabulary) -> str:
    """The path of the body that a working body serves; of any other body its own."""
    while len(line) > 1 and words.kinds[kinds[line[-1]]].organ:
        line = line[:-1]
    return "".join(f"/{each}" for each in line) + "/"
