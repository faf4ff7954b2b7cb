"""Take a document that has arrived in hand: the clerk opens its handling with everything known filled in (X2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.field import Field
from workflow.engine.actor import Actor
from workflow.errors import NotAllowed, NotFound, Refused
from workflow.operations.acting import act
from workflow.operations.birth import Subject
from workflow.operations.documents.receiving import OUTSIDE, STAGE, clerk_of, sign_for
from workflow.operations.installation import Installation
from workflow.operations.opening import open_case
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.fetching import get_one
from workflow.store.organization import Organization
from workflow.store.receipts import Receipt

OTHER, USUAL = "other", "normal"  #: choices of the stage for what has no choice of its own
ARRIVED = ("sign_for", "register")  #: done in the register already


def take_in_hand(session: Session, installation: Installation, actor: Actor, receipt_id: int) -> Case:
    """Open the handling of a document received; it stands registered, ready to be checked.

    Raises NotFound, NotAllowed for others than the body's clerk, Refused when it is in hand already.
    """
    receipt = session.get(Receipt, receipt_id, with_for_update=True)
    if receipt is None or receipt.role == OUTSIDE or receipt.document_id is None:
        raise NotFound(what="这件来文")
    document = get_one(session, Document, receipt.document_id)
    if clerk_of(session, installation, actor, receipt.organization_id) is None:
        raise NotAllowed(action=f"承办《{document.title}》", reason="应由收文单位的文秘办理")
    if receipt.case_id is not None:
        raise Refused(title="转承办", guard="receipt_is_in_hand", reason="这件来文已经转入承办，请刷新后查看")
    if receipt.signed_at is None:
        sign_for(session, installation, actor, receipt.organization_id, [receipt.id])
    campaign = get_one(session, Case, document.case_id).campaign_id
    case = open_case(
        session, installation, actor, campaign_id=campaign, stage=STAGE, subject=Subject(receipt.organization_id),
        values=_known(session, installation, document),
    )  # fmt: skip
    receipt.case_id = case.id
    session.flush()
    for trigger in ARRIVED:
        act(session, installation, actor, case.id, trigger, {})
    return case


def _known(session: Session, installation: Installation, document: Document) -> dict[str, Any]:
    """What the form asks about a document, as its own paper says it."""
    stage = installation.definitions.stages[STAGE]
    sender = get_one(session, Organization, document.issuer_id)
    return {
        "sender": sender.name,
        "doc_number": document.number,
        "doc_title": document.title,
        "doc_kind": _choice(stage.field("doc_kind"), document.kind, OTHER),
        "urgency": _choice(stage.field("urgency"), str(document.content["document"].get("urgency") or ""), USUAL),
    }


def _choice(field: Field | None, label: str, otherwise: str) -> str:
    options = (field.options if field else None) or {}
    return next((code for code, title in options.items() if title == label), otherwise)
