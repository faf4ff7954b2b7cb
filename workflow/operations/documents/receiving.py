"""The register of documents received (收文登记簿): sign for what has arrived, register what came from outside."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.routing import Address, addresses
from workflow.errors import NotAllowed
from workflow.operations import journal
from workflow.operations.documents.serials import take_numbers
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.organization.finding import body_of
from workflow.operations.organization.posts import holders
from workflow.operations.organization.trees import present_tree
from workflow.store.journal import JournalEntry
from workflow.store.receipts import Receipt

STAGE = "document_receipt"
SERIES = "收文"  #: of the numbers in the register; no document is issued in it
CLERK = "clerk"
OUTSIDE = "outside"
SIGNED, REGISTERED = "E01", "E02"  #: transitions of the stage


def clerks_of(session: Session, installation: Installation, body_id: int) -> list[int]:
    """Ids of the persons who keep the body's registers."""
    today = installation.today(clock.now())
    return holders(session, _clerks(session, installation, body_id, today), today)


def clerk_of(session: Session, installation: Installation, actor: Actor, body_id: int) -> Actor | None:
    """The actor in the capacity in which they are the body's clerk, in their own right or in somebody's stead."""
    able = set(_clerks(session, installation, body_id, installation.today(clock.now())))
    return next((each for each in actor.capacities(STAGE) if not able.isdisjoint(each.posts)), None)


def _clerks(session: Session, installation: Installation, body_id: int, today: date) -> tuple[Address, ...]:
    tree = present_tree(session, installation, {body_id}, today)
    return addresses(tree, installation.definitions.organization, CLERK, body_id)


def sign_for(
    session: Session, installation: Installation, actor: Actor, body_id: int, receipts: Collection[int]
) -> list[Receipt]:
    """Sign for documents that have arrived: each gets the next number of the register, in the order of arrival.

    What somebody else has signed for meanwhile is left as it is. Raises NotAllowed for others than the body's clerk.
    """
    body = body_of(session, body_id)
    clerk = clerk_of(session, installation, actor, body_id)
    if clerk is None:
        raise NotAllowed(action="签收来文", reason=f"应由{body.name}的文秘签收")
    waiting = select(Receipt).where(
        Receipt.organization_id == body_id, Receipt.id.in_(receipts), Receipt.signed_at.is_(None)
    )
    found = list(session.scalars(waiting.order_by(Receipt.id).with_for_update()))
    if found:
        now = clock.now()
        year = installation.today(now, body.timezone).year
        for receipt, serial in zip(found, take_numbers(session, body_id, SERIES, year, len(found)), strict=True):
            receipt.signed_at, receipt.year, receipt.serial = now, year, serial
            receipt.person_id, receipt.person = clerk.person_id, journal.name_of(clerk)
    session.flush()
    return found


def enter(session: Session, _installation: Installation, received: Loaded) -> None:
    """Put a document that came from outside into the register when its receipt is registered (E02).

    What arrived inside the service has its row already.
    """
    row = received.row
    if session.scalar(select(Receipt.id).where(Receipt.case_id == row.id)) is not None:
        return
    body, data = received.snapshot.case.bodies["own"], received.snapshot.case.data
    signed = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.case_id == row.id, JournalEntry.transition == SIGNED)
        .order_by(JournalEntry.sequence.desc())
    ).first()
    kinds = _options(received, "doc_kind")
    (serial,) = take_numbers(session, body, SERIES, received.today.year)
    entry = Receipt(
        organization_id=body, role=OUTSIDE, sender=data.get("sender"), number=data.get("doc_number"),
        title=data.get("doc_title"), kind=kinds.get(str(data.get("doc_kind")), ""), urgency=data.get("urgency"),
        arrived_at=row.opened_at, signed_at=signed.at if signed else received.at,
        person_id=signed.person_id if signed else None, person=signed.person if signed else "",
        year=received.today.year, serial=serial, case_id=row.id,
    )  # fmt: skip
    session.add(entry)


def _options(received: Loaded, name: str) -> dict[str, str]:
    field = received.stage.field(name)
    return dict(field.options or {}) if field else {}
