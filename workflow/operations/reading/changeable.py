"""What a body could be merged into or led by, as far as the reader keeps the records of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.organization import LEAD, relation_refusal
from workflow.errors import NotFound
from workflow.operations.installation import Installation
from workflow.operations.organization.organizers import territories
from workflow.operations.organization.trees import active
from workflow.store.organization import Organization

MOST = 500  #: bodies offered


@dataclass(frozen=True)
class Changeable:
    """A body that the reader may change."""

    id: int
    name: str
    short_name: str
    siblings: dict[int, str]  #: bodies of the same kind, into which it could be merged
    superiors: dict[int, str]  #: bodies that could lead it


def changeable(session: Session, installation: Installation, actor: Actor, body_id: int) -> Changeable:
    """The body with what it could be joined with; NotFound for whoever does not keep its records."""
    body = session.get(Organization, body_id)
    tops = territories(session, installation, actor)
    today = installation.today(clock.now())
    if body is None or not tops or not body.path.startswith(tops) or (body.valid_to and body.valid_to <= today):
        raise NotFound(what="这个组织，或者您无权调整")
    words = installation.definitions.organization
    kinds = [each for each in words.kinds if relation_refusal(words, LEAD, each, body.kind) is None]
    beside = [each for each in _mine(session, installation, tops, [body.kind]) if not _in_line(each, body)]
    above = [each for each in _mine(session, installation, tops, kinds) if not each.path.startswith(body.path)]
    return Changeable(
        body.id, body.name, body.short_name, {each.id: each.name for each in beside},
        {each.id: each.name for each in above},
    )  # fmt: skip


def _mine(
    session: Session, installation: Installation, tops: Sequence[str], kinds: Sequence[str]
) -> Sequence[Organization]:
    here = or_(*(Organization.path.startswith(each, autoescape=True) for each in tops))
    today = installation.today(clock.now())
    query = select(Organization).where(here, Organization.kind.in_(kinds), active(Organization, today))
    return session.scalars(query.order_by(Organization.id).limit(MOST)).all()


def _in_line(one: Organization, other: Organization) -> bool:
    return one.path.startswith(other.path) or other.path.startswith(one.path)
