"""Whose registers somebody keeps, and how much waits in them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.operations.access import offices, principals
from workflow.operations.documents.receiving import STAGE
from workflow.operations.installation import Installation
from workflow.operations.reading.registers.pages import count_waiting
from workflow.store.organization import Organization


@dataclass(frozen=True)
class Shelf:
    """The registers of one body."""

    body_id: int
    name: str
    waiting: int  #: documents that nobody has signed for


def my_registers(session: Session, installation: Installation, actor: Actor) -> tuple[Shelf, ...]:
    """The bodies in which the actor holds an office, and those whose working bodies these are, the highest first."""
    held = {body for each in actor.capacities(STAGE) for body in offices(each)}
    bodies = principals(session, held, installation.today(clock.now()))
    found = session.execute(
        select(Organization.id, Organization.name).where(Organization.id.in_(bodies)).order_by(Organization.id)
    ).all()
    waiting = count_waiting(session, sorted(bodies))
    return tuple(Shelf(row.id, row.name, waiting.get(row.id, 0)) for row in found)
