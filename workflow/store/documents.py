"""Documents, their numbers and their bytes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Json, Key

TO_SEAL = "needs_seal AND sealed_at IS NULL AND series IS NULL"  #: papers that their seal keeper seals from a list


class Document(Base):
    """A paper of a case: ordered by an act, numbered at registration, rendered by the worker."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    issue_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)  #: its document_issue
    name: Mapped[str] = mapped_column(String(60))
    catalogue: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(300))
    transition: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40), unique=True)  #: verification code
    issuer_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    series: Mapped[str | None] = mapped_column(String(20))
    year: Mapped[int | None]
    serial: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(String(60))  #: 发文字号
    state: Mapped[str] = mapped_column(String(15))  #: draft (waits for its number), queued, rendered, failed, voided
    signed_on: Mapped[date]
    needs_seal: Mapped[bool] = mapped_column(default=False)
    sealed_at: Mapped[datetime | None]  #: when the seal of its issuer was used, as store/seals.py tells
    content: Mapped[dict[str, Any]] = mapped_column(Json)  #: values the template is given
    content_hash: Mapped[str] = mapped_column(String(64))
    template: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    pages: Mapped[int | None]
    fonts: Mapped[list[Any] | None]
    failure: Mapped[str | None] = mapped_column(String(500))
    ordered_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]  #: when it was sent to be printed
    rendered_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_documents_serial", "issuer_id", "series", "year", "serial", unique=True,
              sqlite_where=text("serial IS NOT NULL"), postgresql_where=text("serial IS NOT NULL")),
        Index("ix_documents_unprinted", "state", "queued_at", sqlite_where=text("rendered_at IS NULL"),
              postgresql_where=text("rendered_at IS NULL")),
        Index("ix_documents_to_seal", "issuer_id", "id", sqlite_where=text(TO_SEAL), postgresql_where=text(TO_SEAL)),
    )  # fmt: skip


class DocumentFile(Base):
    """The bytes of a rendered document, apart from its row so that lists stay light."""

    __tablename__ = "document_files"

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class NumberSeries(Base):
    """The last number given in a series of an issuer and year. Locked while a number is taken."""

    __tablename__ = "number_series"

    issuer_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)
