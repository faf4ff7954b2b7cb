"""The letter of advice 建议函 (T41; R57, R58): leaves with a guide's remark, read by the body and binding nobody."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.wording import filled
from workflow.engine.actor import Actor
from workflow.operations.documents.content import Wording, act_values, campaign_values, case_values
from workflow.operations.documents.papers import new_code, queue, stamp, verification
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.store.documents import Document
from workflow.store.organization import Organization

NAME, CATALOGUE, KIND = "advice_letter", "T41", "函"
TITLE = "{issuer}关于创先争优活动有关工作的建议函"


def write_advice(
    session: Session, installation: Installation, loaded: Loaded, actor: Actor, guide: int, text: str
) -> Document:
    """The letter, sent to print without a number: a guide's own series is not used up by a remark.

    It waits for the guide's seal like any paper outside an issue; the leading superior gets a copy.
    """
    issuer = session.get_one(Organization, guide)
    document = Document(
        case_id=loaded.row.id, name=NAME, catalogue=CATALOGUE, kind=KIND, title=filled(TITLE, {"issuer": issuer.name}),
        transition="", code=new_code(), issuer_id=guide, series=None, state="draft", signed_on=loaded.today,
        needs_seal=True, content={}, content_hash="", template=f"shared/{NAME}", ordered_at=loaded.at,
    )  # fmt: skip
    document.content = {
        "document": _values(installation, loaded, actor, issuer, document),
        "case": case_values(session, loaded, Wording(session, loaded.snapshot)),
        "campaign": campaign_values(session, loaded),
        "acts": act_values(session, loaded),
        "extra": {"text": text},
    }
    session.add(document)
    session.flush()
    stamp(document, loaded.today)
    queue(session, installation, document)
    return document


def _values(
    installation: Installation, loaded: Loaded, actor: Actor, issuer: Organization, document: Document
) -> dict[str, Any]:
    tree, own = loaded.snapshot.tree, loaded.snapshot.case.bodies["own"]
    return {
        "catalogue": CATALOGUE, "kind": KIND, "title": document.title, "mark": issuer.name, "number": "",
        "code": document.code, "issuer": issuer.name, "issuer_short": issuer.short_name,
        "main": [tree.bodies[own].name], "copies": [tree.bodies[each].name for each in tree.leads.get(own, ())],
        "signatory": actor.name, "upward": False, "urgency": "",
        "date": "", "attachments": [], "contact": {"name": issuer.contact, "phone": issuer.phone},
        "printed_by": issuer.name, "printed_on": "", "seal": {"required": True, "image": ""},
        "verify": verification(installation.settings.public_url, document.code),
        "version": str(loaded.row.definition_id or ""),
    }  # fmt: skip
