"""Print ordered papers: the worker's part of a document, apart from the transaction that ordered it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.documents.glyphs import MissingGlyph, TemplateFault
from workflow.documents.render import RenderedPdf, render_pdf
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations import journal
from workflow.operations.acting import settle_case
from workflow.operations.documents.papers import RENDERED, template_folder
from workflow.operations.documents.signatures import (
    Sealed,
    Use,
    enter_signature,
    is_current,
    seal_of,
    seals_used,
    signed,
    with_seals,
)
from workflow.operations.installation import Installation
from workflow.operations.loading import lock_family
from workflow.store.cases import Case
from workflow.store.documents import Document, DocumentFile
from workflow.store.fetching import get, get_one
from workflow.store.session import reading, writing

QUEUED, FAILED = "queued", "failed"
LONGEST_REASON = 500


def render_document(engine: Engine, installation: Installation, document_id: int) -> None:
    """Render one paper and store it. Rendering happens outside any transaction; a repeat changes nothing."""
    with reading(engine) as session:
        document = get(session, Document, document_id)
        if document is None or document.state != QUEUED:
            return
        template = template_folder(installation, document)
        uses = seals_used(session, document)
        use, content = seal_of(document, uses), with_seals(document, uses)
    try:
        pdf = render_pdf(template, content)
    except (MissingGlyph, TemplateFault) as error:
        _fail(engine, document_id, error.message)
        return
    seal = signed(installation.settings, pdf.data, use) if use else None
    _store(engine, installation, document_id, pdf, seal, uses)


def give_up(engine: Engine, reason: str, document_id: int) -> None:
    """The job is tried no more: the paper has failed, and is listed with the reason."""
    _fail(engine, document_id, reason)


def render_pending(engine: Engine, installation: Installation, limit: int = 1000) -> int:
    """Render what is queued, oldest first, without a worker. Returns how many were rendered."""
    with reading(engine) as session:
        queued = select(Document.id).where(Document.state == QUEUED).order_by(Document.id).limit(limit)
        ids = list(session.scalars(queued))
    for each in ids:
        render_document(engine, installation, each)
    return len(ids)


def _store(
    engine: Engine, installation: Installation, document_id: int, pdf: RenderedPdf, seal: Sealed | None,
    uses: Sequence[Use],
) -> None:  # fmt: skip
    with writing(engine) as session:
        found = _to_print(session, document_id)
        if found is None or not is_current(session, found[0], uses):
            return  # another worker was first, or it was sealed meanwhile and is printed once more
        document, row = found
        data, digest = (seal.data, seal.sha256) if seal else (pdf.data, pdf.sha256)
        document.state, document.sha256, document.pages = RENDERED, digest, pdf.pages
        document.fonts = [asdict(each) for each in pdf.fonts]
        document.rendered_at, document.failure = clock.now(), None
        session.merge(DocumentFile(document_id=document.id, data=data))
        details: dict[str, Any] = {
            "document": document.code, "title": document.title, "number": document.number, "sha256": digest,
            "content": document.content_hash,
        }  # fmt: skip
        if seal is not None:
            details["signed"] = enter_signature(session, seal, clock.now())
        journal.append(session, row, "rendered", actor=SYSTEM_ACTOR, at=document.rendered_at, details=details)
        session.flush()
        if document.issue_case_id is not None:
            settle_case(session, installation, document.issue_case_id)


def _fail(engine: Engine, document_id: int, reason: str) -> None:
    """Say why it cannot be printed: the paper and its case wait until somebody mends the cause and prints it again."""
    with writing(engine) as session:
        found = _to_print(session, document_id)
        if found is None:
            return
        document, row = found
        document.state, document.failure = FAILED, reason[:LONGEST_REASON]
        details = {"document": document.code, "title": document.title, "content": document.content_hash}
        journal.append(session, row, "print_failed", actor=SYSTEM_ACTOR, at=clock.now(), reason=reason, details=details)


def _to_print(session: Session, document_id: int) -> tuple[Document, Case] | None:
    """The paper and its case, locked in the one lock order; None when another worker was first."""
    document = get_one(session, Document, document_id)
    row = lock_family(session, document.case_id)
    session.refresh(document, with_for_update={"key_share": True})
    return (document, row) if document.state == QUEUED else None
