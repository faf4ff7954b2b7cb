"""Files that belong to a case: their hash is in the journal, their bytes here, apart from the row that lists them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class Attachment(Base):
    """A file that somebody put to a case. Its bytes are never changed, and it is never deleted."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  #: bytes
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    accompanies: Mapped[bool] = mapped_column(default=False)  #: goes with a document, and is listed in it
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)  #: once it is written


class AttachmentFile(Base):
    """The bytes of an attachment."""

    __tablename__ = "attachment_files"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id"), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
