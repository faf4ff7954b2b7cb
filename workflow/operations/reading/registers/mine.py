"""Whose registers somebody keeps, and how much waits in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.operations.access import offices, principals
from workflow.operations.documents.papers import RENDERED
from workflow.operations.documents.receiving import CLERK, STAGE
from workflow.operations.documents.seal_images import ANY_STAGE, ROLE
from workflow.operations.installation import Installation
from workflow.operations.organization.trees import active
from workflow.operations.reading.registers.pages import count_waiting
from workflow.store.documents import TO_SEAL, Document
from workflow.store.organization import Organization, Relation
from workflow.store.receipts import Receipt


@dataclass(frozen=True)
class Shelf:
    """The registers of one body."""

    body_id: int
    name: str
    waiting: int  #: documents that nobody has signed for


@dataclass(frozen=True)
class WaitingPapers:
    """What waits for a clerk and for a seal keeper beside their tasks."""

    received: int = 0  #: documents to sign for
    to_seal: int = 0  #: papers to seal

    @property
    def lines(self) -> tuple[tuple[str, int], ...]:
        """What there is, in words."""
        both = (("来文待签收", self.received), ("文件待用印", self.to_seal))
        return tuple((title, count) for title, count in both if count)

    @property
    def total(self) -> int:
        """How much it is."""
        return self.received + self.to_seal


def waiting_papers(session: Session, installation: Installation, actor: Actor) -> WaitingPapers:
    """What waits in the registers that the actor keeps. One statement; none for who keeps none."""
    today = installation.today(clock.now())
    clerk, keeper = (_near(installation, actor, *each) for each in ((CLERK, STAGE), (ROLE, ANY_STAGE)))
    if not clerk | keeper:
        return WaitingPapers()
    unsigned = select(func.count()).select_from(Receipt).where(
        Receipt.signed_at.is_(None), _kept(Receipt.organization_id, clerk, today)
    )  # fmt: skip
    unsealed = select(func.count()).select_from(Document).where(
        text(TO_SEAL), Document.state == RENDERED, _kept(Document.issuer_id, keeper, today)
    )  # fmt: skip
    found = session.execute(select(unsigned.scalar_subquery(), unsealed.scalar_subquery())).one()
    return WaitingPapers(*found)


def _near(installation: Installation, actor: Actor, role: str, stage: str) -> frozenset[int]:
    """The bodies in which the actor, or whom they stand in for, holds a post of the role."""
    codes = {code for each in installation.definitions.organization.roles[role].posts.values() for code in each}
    return frozenset(body for who in actor.capacities(stage) for body, post in who.posts if post in codes)


def _kept(column: InstrumentedAttribute[int], near: Collection[int], today: date) -> ColumnElement[bool]:
    """Of these bodies or those that they work for: an office for its leading group, and that for its committee."""
    group = _served(near, today)
    return or_(column.in_(near), column.in_(group), column.in_(_served(group, today)))


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
