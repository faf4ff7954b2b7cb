"""Who keeps the organisation's records: the organisers of a body and of every body that leads it, never its guides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.campaign import OrganizationVocabulary
from workflow.engine.snapshot import Actor
from workflow.errors import NotAllowed
from workflow.operations.installation import Installation
from workflow.operations.posts import MEMBERSHIPS, in_force, posts_of
from workflow.operations.trees import line_of
from workflow.store.organization import Organization
from workflow.store.people import Post

ROLE = "organizer"


def organizes(session: Session, installation: Installation, actor: Actor, bodies: Collection[int]) -> bool:
    """Whether the actor keeps the records of all these bodies. No statement for who keeps none."""
    if actor.is_system:
        return True
    words = installation.definitions.organization
    codes = {code for each in words.roles[ROLE].posts.values() for code in each}
    mine = {body for body, post in actor.posts if post in codes}
    if not mine or not bodies:
        return False
    lines = _lines(session, {*mine, *bodies})
    kinds = _kinds(session, {each for line in lines.values() for each in line})
    served = {
        _host(lines[body], kinds, words)
        for body, post in actor.posts
        if body in mine and post in words.roles[ROLE].posts.get(kinds[body], ())
    }
    return all(not served.isdisjoint(lines[each]) for each in bodies)


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


def bodies_of(session: Session, person_id: int, day: date) -> frozenset[int]:
    """The bodies in which somebody holds an office, or else the bodies to which the person belongs."""
    rows = session.execute(
        select(Post.organization_id, Post.code).where(Post.person_id == person_id, in_force(day))
    ).all()
    held = frozenset(row.organization_id for row in rows if row.code not in MEMBERSHIPS)
    return held or frozenset(row.organization_id for row in rows)


def _lines(session: Session, bodies: Iterable[int]) -> dict[int, list[int]]:
    rows = session.execute(select(Organization.id, Organization.path).where(Organization.id.in_(sorted(bodies))))
    return {row.id: line_of(row.path) for row in rows}


def _kinds(session: Session, bodies: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Organization.id, Organization.kind).where(Organization.id.in_(sorted(bodies))))
    return {row.id: row.kind for row in rows}


def _host(line: list[int], kinds: dict[int, str], words: OrganizationVocabulary) -> int:
    """The body that a working body serves; any other body itself."""
    return next((each for each in reversed(line) if not words.kinds[kinds[each]].organ), line[-1])
