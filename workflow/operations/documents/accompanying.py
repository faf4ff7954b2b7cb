"""附件说明: files that go with a document are listed in it by themselves (GB/T 9704-2012 7.3.4; domain.md §10.4).

A file goes with the document that its case writes next, or with the one that is being written. Once that is signed,
nothing more goes with it and nothing is left out: its text has been agreed to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from workflow.operations.publishing import stage_of
from workflow.store.attachments import Attachment
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.fetching import Entities, get_one

OPEN = ("drafting", "reviewing", "awaiting_signature")  #: states of the issue in which its text may still change
UNNUMBERED = "draft"
_NUMBER = re.compile(r"^附件\s*\d*\s*[:：.．、]?\s*")
_QUOTED = re.compile(r"《([^《》]*)》")
_STOPS = "。；，、：,.;:"
_WRITTEN = select(Document.id).where(Document.issue_case_id == bindparam("case"))
WAITING = Entities(
    Attachment, Attachment.case_id == bindparam("case"), Attachment.accompanies,
    or_(Attachment.document_id.is_(None), Attachment.document_id.in_(_WRITTEN)), order=Attachment.id,
)  # fmt: skip
WITH = Entities(
    Attachment, Attachment.document_id == bindparam("document"), Attachment.accompanies, order=Attachment.id
)


def stated_name(file_name: str) -> str:
    """What a file is called in the list: no 附件1 before it, no 书名号 around it, no mark after it."""
    name = "".join(PurePath(file_name).stem.split())
    name = (_NUMBER.sub("", name) or name).rstrip(_STOPS)
    quoted = _QUOTED.fullmatch(name)
    return (quoted[1] if quoted else name) or file_name


def listed(files: Iterable[Attachment]) -> list[str]:
    """The names of files in order; one that is there in two formats is named once."""
    return list(dict.fromkeys(stated_name(each.name) for each in files))


def waiting(session: Session, case_id: int) -> Sequence[Attachment]:
    """Files of a case that go with the document that it writes now: not those that went with an earlier one."""
    return WAITING.of(session, case=case_id)


def take(session: Session, case_id: int, document: Document) -> None:
    """They go with this document from now on."""
    for each in waiting(session, case_id):
        each.document_id = document.id


def files_with(session: Session, document_id: int) -> Sequence[Attachment]:
    """The files that go with a document, in the order of its list."""
    return WITH.of(session, document=document_id)


def open_document(session: Session, case_id: int) -> Document | None:
    """The document of a case, or issued by it, whose text may still change."""
    return session.scalar(
        select(Document)
        .join(Case, Case.id == Document.issue_case_id)
        .where(or_(Document.case_id == case_id, Document.issue_case_id == case_id), Document.series.is_not(None),
               Document.state == UNNUMBERED, Case.state.in_(OPEN), Case.closed_at.is_(None))
        .order_by(Document.id.desc())
        .limit(1)
        .with_for_update(of=Document)
    )  # fmt: skip


def is_open(session: Session, document_id: int) -> bool:
    """Whether the list of this document may still change."""
    issue = select(Case.state).join(Document, Document.issue_case_id == Case.id).where(
        Document.id == document_id, Document.state == UNNUMBERED, Case.closed_at.is_(None)
    )  # fmt: skip
    return session.scalar(issue) in OPEN


def list_anew(session: Session, document: Document) -> None:
    """The document names what it prints itself, and then the files that go with it."""
    session.flush()
    paper = stage_of(session, get_one(session, Case, document.case_id).definition_id).documents[document.name]
    names = [*paper.attachments, *listed(files_with(session, document.id))]
    values = document.content["document"]
    document.content = {**document.content, "document": {**values, "attachments": list(dict.fromkeys(names))}}
