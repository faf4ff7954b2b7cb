"""Who has signed for a document that was sent out, as the case that issues it sees it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from workflow.engine.delivery import Delivery
from workflow.operations.installation import Installation
from workflow.store.fetching import Entities, found_rows
from workflow.store.organization import Organization
from workflow.store.prepared import Prepared
from workflow.store.receipts import Distribution, Receipt

NAMED = 5  #: bodies called by name; the register shows the others
SENT = Entities(Distribution, Distribution.case_id == bindparam("case"), order=Distribution.document_id, most=1)
_OPEN = (Receipt.document_id == bindparam("document")) & Receipt.signed_at.is_(None)
UNSIGNED = Prepared(select(func.count()).select_from(Receipt).where(_OPEN))
NAMES = Prepared(
    select(Organization.short_name)
    .join(Receipt, Receipt.organization_id == Organization.id)
    .where(_OPEN)
    .order_by(Receipt.id)
    .limit(bindparam("most", type_=Integer()))
)


def deliveries_of(session: Session, installation: Installation, case_id: int, zone: str) -> list[Delivery]:
    """The delivery of the document that the case issues; none when it went out by other ways."""
    return [_delivery(session, installation, each, zone) for each in SENT.seen(session, case=case_id)]


def _delivery(session: Session, installation: Installation, sent: Distribution, zone: str) -> Delivery:
    ((waiting,),) = found_rows(session, UNSIGNED, {"document": sent.document_id})
    return Delivery(
        waiting, names_waiting(session, sent.document_id, NAMED) if waiting else (),
        installation.today(sent.due_at, zone), sent.finished_at is None, tuple(sent.unreached),
    )  # fmt: skip


def names_waiting(session: Session, document_id: int, most: int) -> Sequence[str]:
    """The first bodies that have not signed, in the order in which it was sent to them."""
    return [name for (name,) in found_rows(session, NAMES, {"document": document_id, "most": most})]
