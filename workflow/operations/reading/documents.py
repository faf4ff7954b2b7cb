"""Papers as a reader may see them: the list, one paper with its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.access import is_reader, may_read_document
from workflow.operations.documents.accompanying import files_with
from workflow.operations.documents.rendering import FAILED
from workflow.operations.documents.reprinting import may_reprint, reprint
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.api.readable import readable_documents
from workflow.operations.reading.loaded import by_condition
from workflow.store.cases import Case
from workflow.store.documents import Document, DocumentFile
from workflow.store.organization import Organization
from workflow.store.seals import SealUse

PAGE = 30


@dataclass(frozen=True)
class ListedPaper:
    """A paper in the list."""

    id: int
    title: str
    kind: str
    number: str
    state: str
    on: date
    issuer: str
    case_number: str
    case_title: str
    is_case_readable: bool


@dataclass(frozen=True)
class Catalogue:
    """One page of the list, newest first."""

    papers: tuple[ListedPaper, ...]
    earlier: int | None  #: pass as `before` for the next page


@dataclass(frozen=True)
class Companion:
    """A file that goes with a paper."""

    id: int
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class PaperPage:
    """One paper."""

    id: int
    title: str
    kind: str
    number: str
    state: str
    on: date
    issuer: str
    code: str
    sha256: str
    pages: int | None
    failure: str
    rendered_at: datetime | None
    case_number: str
    case_title: str
    fallbacks: tuple[str, ...]  #: fonts that supplied characters which the official ones lack
    is_case_readable: bool  #: or only the paper, because a copy of it was sent to the reader's body
    may_reprint: bool
    seal: str  #: who used the seal on it and when, and whether it is signed; empty for a paper without a seal
    files: tuple[Companion, ...]  #: that go with it, in the order of its list


def catalogue(
    session: Session, installation: Installation, actor: Actor, *, words: str = "", before: int | None = None
) -> Catalogue:
    """Papers that the actor may read, the newest first."""
    allowed, of_case = readable_documents(session, installation, actor, installation.today(clock.now()))
    query = (
        select(
            Document.id, Document.title, Document.kind, Document.number, Document.state, Document.signed_on,
            Organization.short_name, Case.number.label("case_number"), Case.title.label("case_title"),
            of_case.label("is_case_readable"),
        )
        .join(Case, Case.id == Document.case_id)
        .join(Organization, Organization.id == Document.issuer_id)
        .where(allowed)
        .order_by(Document.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if words:
        like = f"%{words}%"
        query = query.where(or_(Document.title.ilike(like), Document.number.ilike(like), Case.number.ilike(like)))
    if before is not None:
        query = query.where(Document.id < before)
    rows = session.execute(query).all()
    papers = tuple(
        ListedPaper(row.id, row.title, row.kind, row.number or "", row.state, row.signed_on, row.short_name,
                    row.case_number, row.case_title, bool(row.is_case_readable))
        for row in rows[:PAGE]
    )  # fmt: skip
    return Catalogue(papers, papers[-1].id if len(rows) > PAGE else None)


def paper(session: Session, installation: Installation, actor: Actor, document_id: int) -> PaperPage:
    """One paper, if the actor may read it."""
    document, loaded = _readable_document(session, installation, actor, document_id)
    case = session.get_one(Case, document.case_id)
    issuer = session.get_one(Organization, document.issuer_id)
    replaced = tuple(each["supplied"] or each["font"] for each in document.fonts or [] if each["is_fallback"])
    return PaperPage(
        document.id, document.title, document.kind, document.number or "", document.state, document.signed_on,
        issuer.name, document.code, document.sha256 or "", document.pages, document.failure or "",
        document.rendered_at, case.number, case.title, replaced, is_reader(session, actor, loaded),
        document.state == FAILED and may_reprint(session, installation, actor, document),
        _seal(session, installation, document), companions(session, document),
    )  # fmt: skip


def companions(session: Session, document: Document) -> tuple[Companion, ...]:
    """The files that go with a paper; none but a numbered one has any."""
    files = files_with(session, document.id) if document.series is not None else ()
    return tuple(Companion(each.id, each.name, each.size, each.sha256) for each in files)


def _seal(session: Session, installation: Installation, document: Document) -> str:
    if not document.needs_seal:
        return ""
    rows = session.execute(
        select(SealUse, Organization.short_name)
        .join(Organization, Organization.id == SealUse.organization_id)
        .where(SealUse.document_id == document.id)
        .order_by(SealUse.id)
    ).all()
    of_others = [f"{body}{_used(installation, use)}" for use, body in rows if use.organization_id != document.issuer_id]
    own = next((use for use, _ in rows if use.organization_id == document.issuer_id), None)
    if own is None:
        return "；".join((*of_others, "主办机关尚未用印" if of_others else "尚未用印"))
    signature = f"电子签名：{own.signer}" if own.signer else f"未加电子签名：{own.unsigned_because or '正在办理'}"
    stamp = "，有时间戳" if own.is_timestamped else ""
    return "；".join((*of_others, _used(installation, own), signature)) + stamp


def _used(installation: Installation, use: SealUse) -> str:
    day = installation.today(use.used_at)
    return f"{day.year}年{day.month}月{day.day}日由{use.keeper}用印"


def paper_file(session: Session, installation: Installation, actor: Actor, document_id: int) -> tuple[str, bytes]:
    """Title and PDF of a rendered paper."""
    document, _ = _readable_document(session, installation, actor, document_id)
    file = session.get(DocumentFile, document_id)
    if file is None:
        raise NotFound(what="这份文件的 PDF，它可能正在排版")
    return document.title, file.data


def print_again(session: Session, installation: Installation, actor: Actor, document_id: int) -> None:
    """Have a paper that could not be printed printed again, if the actor may read it."""
    _readable_document(session, installation, actor, document_id)
    reprint(session, installation, actor, document_id)


def _readable_document(
    session: Session, installation: Installation, actor: Actor, document_id: int
) -> tuple[Document, Loaded]:
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound(what="这份文件，或者您无权查看")
    loaded = by_condition(session, installation, Case.id == document.case_id)
    may_read_document(session, actor, document, loaded)
    return document, loaded
