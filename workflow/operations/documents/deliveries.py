"""Who has signed for a document that was sent out, as the case that issues it sees it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.engine.delivery import Delivery
from workflow.operations.installation import Installation
from workflow.store.organization import Organization
from workflow.store.receipts import Distribution, Receipt

NAMED = 5  #: bodies called by name; the register shows the others


def deliveries_of(session: Session, installation: Installation, case_id: int, zone: str) -> list[Delivery]:
    """The delivery of the document that the case issues; none when it went out by other ways."""
    sent = session.scalar(select(Distribution).where(Distribution.case_id == case_id))
    return [] if sent is None else [_delivery(session, installation, sent, zone)]


def _delivery(session: Session, installation: Installation, sent: Distribution, zone: str) -> Delivery:
    unsigned = (Receipt.document_id == sent.document_id) & Receipt.signed_at.is_(None)
    waiting = session.scalar(select(func.count()).select_from(Receipt).where(unsigned)) or 0
    return Delivery(
        waiting, names_waiting(session, sent.document_id, NAMED) if waiting else (),
        installation.today(sent.due_at, zone), sent.finished_at is None, tuple(sent.unreached),
    )  # fmt: skip


def names_waiting(session: Session, document_id: int, most: int) -> Sequence[str]:
    """The first bodies that have not signed, in the order in which it was sent to them."""
    found = (
        select(Organization.short_name)
        .join(Receipt, Receipt.organization_id == Organization.id)
        .where(Receipt.document_id == document_id, Receipt.signed_at.is_(None))
        .order_by(Receipt.id)
        .limit(most)
    )
    return session.scalars(found).all()
