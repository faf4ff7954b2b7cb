"""Documents for programs: lists, facts, and the bytes with their hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.access import may_read_document
from workflow.operations.documents.reprinting import reprint
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.reading.api.paging import Page, Paging, page_of
from workflow.operations.reading.api.readable import readable_documents
from workflow.store.cases import Case
from workflow.store.documents import Document, DocumentFile
from workflow.store.organization import Organization


@dataclass(frozen=True)
class DocumentFilter:
    """Which documents of the cases that the caller may read."""

    case: str | None = None
    campaign: int | None = None
    state: str | None = None
    catalogue: str | None = None
    issuer: int | None = None


@dataclass(frozen=True)
class DocumentLine:
    """The facts of a document."""

    id: int
    case: str
    title: str
    kind: str
    catalogue: str
    number: str | None
    code: str
    issuer: int
    issuer_name: str
    state: str
    failure: str | None
    signed_on: date
    pages: int | None
    sha256: str | None
    ordered_at: datetime
    rendered_at: datetime | None


@dataclass(frozen=True)
class File:
    """The bytes of a document."""

    name: str
    data: bytes
    sha256: str


def list_documents(
    session: Session, installation: Installation, actor: Actor, wanted: DocumentFilter, paging: Paging
) -> Page[DocumentLine]:
    """The newest documents first, of those that the caller may read."""
    exact = {
        Case.number: wanted.case, Case.campaign_id: wanted.campaign, Document.state: wanted.state,
        Document.catalogue: wanted.catalogue, Document.issuer_id: wanted.issuer,
    }  # fmt: skip
    allowed, _ = readable_documents(session, installation, actor, installation.today(clock.now()))
    query = _lines().where(allowed, *(column == value for column, value in exact.items() if value is not None))
    if paging.after is not None:
        query = query.where(Document.id < paging.after)
    rows = session.execute(query.order_by(Document.id.desc()).limit(paging.limit + 1)).all()
    return page_of(paging, rows, lambda row: row.id, _line)


def read_document(session: Session, installation: Installation, actor: Actor, document_id: int) -> DocumentLine:
    """One document. Raises NotFound when the caller may not read it."""
    _permitted(session, installation, actor, document_id)
    return _line(session.execute(_lines().where(Document.id == document_id)).one())


def print_again(session: Session, installation: Installation, actor: Actor, document_id: int) -> DocumentLine:
    """Have a document that could not be printed printed again."""
    _permitted(session, installation, actor, document_id)
    reprint(session, installation, actor, document_id)
    session.flush()
    return _line(session.execute(_lines().where(Document.id == document_id)).one())


def read_file(session: Session, installation: Installation, actor: Actor, document_id: int) -> File:
    """The PDF. Raises NotFound when there is none yet, or not for the caller."""
    document = _permitted(session, installation, actor, document_id)
    data = session.scalar(select(DocumentFile.data).where(DocumentFile.document_id == document_id))
    if data is None or document.sha256 is None:
        raise NotFound(what="这份文件的正式文本，它尚未制成")
    return File(f"{document.number or document.code}.pdf", data, document.sha256)


def _permitted(session: Session, installation: Installation, actor: Actor, document_id: int) -> Document:
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound(what="这份文件，或者您无权查看")
    may_read_document(session, actor, document, load(session, installation, document.case_id))
    return document


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document.id, Case.number.label("case"), Document.title, Document.kind, Document.catalogue, Document.number,
            Document.code, Document.issuer_id, Organization.name, Document.state, Document.failure, Document.signed_on,
            Document.pages, Document.sha256, Document.ordered_at, Document.rendered_at,
        )
        .join(Case, Case.id == Document.case_id)
        .join(Organization, Organization.id == Document.issuer_id)
    )  # fmt: skip


def _line(row: Row[*tuple[Any, ...]]) -> DocumentLine:
    return DocumentLine(*tuple(row))
