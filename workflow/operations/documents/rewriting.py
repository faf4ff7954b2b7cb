"""A paper written by hand in its own issue: written again, it stays the same paper with the same code (X1, D17)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.store.documents import Document

WRITTEN = ("name", "catalogue", "kind", "title", "transition", "series", "signed_on", "needs_seal", "template",
           "ordered_at")  # fmt: skip


def rewritten(session: Session, issue: int, document: Document) -> Document:
    """The paper that this issue case issues: what was written before, with the text of now; else the new one."""
    before = session.scalar(
        select(Document).where(Document.issue_case_id == issue).order_by(Document.id.desc()).limit(1)
    )
    if before is None:
        document.issue_case_id = issue
        return document
    kept = {name: before.content["document"][name] for name in ("code", "verify")}
    before.content = {**document.content, "document": {**document.content["document"], **kept}}
    for name in WRITTEN:
        setattr(before, name, getattr(document, name))
    return before
