"""Put a file to a case, and read it again: part of the record, its hash in the journal (approvals.md, actions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.engine.capacity import office
from workflow.engine.forms import FieldFault, is_storable
from workflow.engine.rights import held_addresses
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations import journal
from workflow.operations.access import is_reader, may_read, may_read_document
from workflow.operations.acting import check_current
from workflow.operations.documents.accompanying import is_open, list_anew, open_document
from workflow.operations.documents.particulars import ISSUE
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.posts import in_office
from workflow.store.attachments import Attachment, AttachmentFile
from workflow.store.documents import Document

TITLE, LISTING = "添加附件", "调整附件说明"
WRITING = "drafting"  #: state of the issue in which its document is written
SIGNED = "公文已经签发，随文附件不再变动。确需变动的，请先退签，改后重新签发"
LARGEST = 6 * 1024 * 1024  #: bytes of one file
LONGEST_NAME = 200

#: Endings of the kinds of file that offices exchange, with the type each is served as and how its bytes begin.
KINDS: Mapping[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".ofd": ("application/ofd", b"PK"),
    ".png": ("image/png", b"\x89PNG"),
    ".jpg": ("image/jpeg", b"\xff\xd8"),
    ".jpeg": ("image/jpeg", b"\xff\xd8"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", b"PK"),
    ".txt": ("text/plain; charset=utf-8", b""),
    ".csv": ("text/csv; charset=utf-8", b""),
}


@dataclass(frozen=True)
class File:
    """What somebody sends."""

    name: str
    data: bytes


def attach(
    session: Session, installation: Installation, actor: Actor, case_id: int, file: File, *,
    accompanies: bool | None = None,
) -> Attachment:  # fmt: skip
    """Put a file to a case; it goes with the document of the case when that is said, or being written.

    Raises NotFound, NotAllowed, Refused (the case has ended or rests, its document is signed) or InvalidInput.
    """
    media_type = _checked(file)
    loaded = load(session, installation, case_id, lock=True)
    actor = in_office(session, actor, loaded.today)
    may_read(session, actor, loaded)
    check_current(session, loaded, TITLE, None)
    if not may_attach(actor, loaded):
        raise NotAllowed(action=TITLE, reason="附件由发起人或者正在办理的人员添加")
    assert actor.person_id is not None  # noqa: S101 - the system attaches nothing
    found = Attachment(
        case_id=case_id, person_id=actor.person_id, name=PurePath(file.name).name, media_type=media_type,
        size=len(file.data), sha256=sha256(file.data).hexdigest(), added_at=loaded.at,
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add(AttachmentFile(attachment_id=found.id, data=file.data))
    if is_writing(loaded) if accompanies is None else accompanies:
        _let_go_with(session, loaded, found)
    post, body = office(loaded.snapshot, actor)
    details = {"attachment": found.id, "title": found.name, "sha256": found.sha256, "size": found.size}
    journal.append(
        session, loaded.row, "attached", actor=actor, at=loaded.at, post=post, organization=body, details=details
    )
    session.flush()
    return found


def is_writing(loaded: Loaded) -> bool:
    """Whether a document is being written in the case itself: what is put to it then is meant to go with it."""
    return loaded.row.stage == ISSUE and loaded.row.state == WRITING


def accompany(
    session: Session, installation: Installation, actor: Actor, attachment_id: int, *, wanted: bool
) -> Attachment:
    """Let a file go with the document of its case, or leave it out. What is so already stays so.

    Raises NotFound, NotAllowed, or Refused once the document is signed.
    """
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise NotFound(what="这个附件，或者您无权查看")
    loaded = load(session, installation, found.case_id, lock=True)
    actor = in_office(session, actor, loaded.today)
    may_read(session, actor, loaded)
    check_current(session, loaded, LISTING, None)
    if not may_attach(actor, loaded):
        raise NotAllowed(action=LISTING, reason="附件说明由发起人或者正在办理的人员调整")
    session.refresh(found)
    if found.accompanies == wanted:
        return found
    if wanted:
        _let_go_with(session, loaded, found)
    else:
        _leave_out(session, found)
    post, body = office(loaded.snapshot, actor)
    details = {"attachment": found.id, "title": found.name}
    fact = "accompanied" if wanted else "left_out"
    journal.append(session, loaded.row, fact, actor=actor, at=loaded.at, post=post, organization=body, details=details)
    session.flush()
    return found


def _let_go_with(session: Session, loaded: Loaded, found: Attachment) -> None:
    document = open_document(session, loaded.row.id)
    if document is None and loaded.row.stage == ISSUE and loaded.row.state != WRITING:
        raise Refused(title=LISTING, guard="document_is_not_signed", reason=SIGNED)
    found.accompanies, found.document_id = True, document.id if document else None
    if document is not None:
        list_anew(session, document)


def _leave_out(session: Session, found: Attachment) -> None:
    if found.document_id is not None and not is_open(session, found.document_id):
        raise Refused(title=LISTING, guard="document_is_not_signed", reason=SIGNED)
    document = session.get_one(Document, found.document_id) if found.document_id is not None else None
    found.accompanies, found.document_id = False, None
    if document is not None:
        list_anew(session, document)


def may_attach(actor: Actor, loaded: Loaded) -> bool:
    """Whoever opened the case, or holds an open task of it, on a case that has not ended."""
    if loaded.row.closed_at is not None or loaded.is_at_rest:
        return False
    mine = {each for who in actor.capacities(loaded.row.stage) for each in held_addresses(who)}
    holds = (not each.is_closed and not mine.isdisjoint(each.addresses) for each in loaded.snapshot.turns)
    return loaded.row.opened_by == actor.person_id or any(holds)


def attachments_of(session: Session, case_id: int) -> Sequence[Attachment]:
    """The files of a case, oldest first."""
    return session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)).all()


def attachment_file(
    session: Session, installation: Installation, actor: Actor, attachment_id: int
) -> tuple[Attachment, bytes]:
    """A file with its bytes, for those who may read its case, or the document that it goes with. Raises NotFound."""
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise NotFound(what="这个附件，或者您无权查看")
    loaded = load(session, installation, found.case_id)
    if found.document_id is not None and not is_reader(session, actor, loaded):
        document = session.get_one(Document, found.document_id)
        may_read_document(session, actor, document, load(session, installation, document.case_id))
    else:
        may_read(session, actor, loaded)
    return found, session.get_one(AttachmentFile, attachment_id).data


def _checked(file: File) -> str:
    """The media type. Raises InvalidInput for what is empty, too large, or not what its name says."""
    ending = PurePath(file.name).suffix.lower()
    kind = KINDS.get(ending)
    problem = None
    if not file.name or not is_storable(file.name) or len(file.name) > LONGEST_NAME:
        problem = f"请选择一个文件，文件名不超过 {LONGEST_NAME} 个字"
    elif kind is None:
        problem = f"不能添加“{ending or file.name}”文件，可以添加 {'、'.join(each[1:] for each in KINDS)}"
    elif not file.data:
        problem = "文件是空的，请重新选择"
    elif len(file.data) > LARGEST:
        problem = f"文件有 {len(file.data) / 1024**2:.1f} MB，超过 {LARGEST // 1024**2} MB，请压缩后再添加"
    elif not file.data.startswith(kind[1]):
        problem = f"文件内容不是 {ending[1:]} 格式，请核对后重新选择"
    if problem or kind is None:
        raise InvalidInput(errors=(FieldFault("file", "附件", problem or ""),))
    return kind[0]
