"""Whose registers somebody keeps, and how much waits in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.operations.access import offices, principals
from workflow.operations.documents.receiving import STAGE
from workflow.operations.installation import Installation
from workflow.operations.organization.trees import active
from workflow.operations.reading.registers.pages import count_waiting
from workflow.store.organization import Organization, Relation
from workflow.store.receipts import Receipt


@dataclass(frozen=True)
class Shelf:
    """The registers of one body."""

    body_id: int
    name: str
    waiting: int  #: documents that nobody has signed for


def my_waiting(session: Session, installation: Installation, actor: Actor) -> int:
    """How many documents wait in the registers of these bodies. One statement."""
    today = installation.today(clock.now())
    held = {body for each in actor.capacities(STAGE) for body in offices(each)}
    group = _served(held, today)  # an office works for its leading group, and that for its committee
    mine = Receipt.organization_id.in_(held) | Receipt.organization_id.in_(group)
    mine = mine | Receipt.organization_id.in_(_served(group, today))
    return session.scalar(select(func.count()).select_from(Receipt).where(Receipt.signed_at.is_(None), mine)) or 0


def _served(bodies: Collection[int] | Select[int], today: date) -> Select[int]:
    """The bodies whose working bodies these are."""
    edges = Relation.subordinate_id.in_(bodies) & (Relation.kind == "same_level")
    return select(Relation.superior_id).where(edges, active(Relation, today))


def my_registers(session: Session, installation: Installation, actor: Actor) -> tuple[Shelf, ...]:
    """The bodies in which the actor holds an office, and those whose working bodies these are, the highest first."""
    held = {body for each in actor.capacities(STAGE) for body in offices(each)}
    bodies = principals(session, held, installation.today(clock.now()))
    found = session.execute(
        select(Organization.id, Organization.name).where(Organization.id.in_(bodies)).order_by(Organization.id)
    ).all()
    waiting = count_waiting(session, sorted(bodies))
    return tuple(Shelf(row.id, row.name, waiting.get(row.id, 0)) for row in found)
