"""Whom a stage can be opened for over a tree: the Party bodies on or below a node, or their members."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from workflow.definition.campaign import OrganizationVocabulary
from workflow.operations.organization.posts import PARTY, in_force
from workflow.operations.organization.trees import active
from workflow.store.organization import Organization
from workflow.store.people import Post

HEAD = "secretary"  #: role that every Party body has somebody for, and no other body
MEMBER = "member"


def count_below(session: Session, words: OrganizationVocabulary, path: str, subject: str, day: date) -> dict[str, int]:
    """Kind of body → how many bodies, or members of such bodies, there are; in the order of the vocabulary."""
    query = select(Organization.kind, func.count()).where(_reached(path, words.roles[HEAD].posts, day))
    if subject == MEMBER:
        query = query.join(Post, Post.organization_id == Organization.id).where(_is_member(day))
    found = dict(session.execute(query.group_by(Organization.kind)).all())
    return {kind: found[kind] for kind in words.kinds if found.get(kind)}


def subjects_below(
    path: str, subject: str, kinds: Collection[str], day: date, after: tuple[int, int], most: int
) -> Select[int, int]:
    """Ids of bodies and of members, in order of key beyond `after`; for a body itself the second is 0."""
    body, reached = Organization.id, _reached(path, kinds, day)
    if subject != MEMBER:
        return select(body, literal(0)).where(reached, body > after[0]).order_by(body).limit(most)
    beyond = (body > after[0]) | ((body == after[0]) & (Post.person_id > after[1]))
    members = select(body, Post.person_id).join(Post, Post.organization_id == body).where(_is_member(day))
    return members.where(reached, body >= after[0], beyond).order_by(body, Post.person_id).limit(most)


def _reached(path: str, kinds: Collection[str], day: date) -> ColumnElement[bool]:
    below = Organization.path.startswith(path, autoescape=True)
    return below & Organization.kind.in_(sorted(kinds)) & active(Organization, day)


def _is_member(day: date) -> ColumnElement[bool]:
    return Post.code.in_(PARTY) & in_force(day)
