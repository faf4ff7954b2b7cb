"""Documents sent out inside the service, and the register of what each body receives (收文登记簿, domain.md §4.9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class Distribution(Base):
    """One document sent to the bodies that it names; how far its rows have been written stands here."""

    __tablename__ = "distributions"

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)  #: its document_issue
    sent_at: Mapped[datetime]
    due_at: Mapped[datetime]  #: by when it is signed for
    main: Mapped[list[Any]]  #: ids of bodies
    copies: Mapped[list[Any]]
    below: Mapped[str | None] = mapped_column(String(400))  #: path of the body below which every Party body is sent it
    unreached: Mapped[list[Any]]  #: names to which no body of the tree answers: they are told by other ways
    after_body: Mapped[int] = mapped_column(Key, default=0)  #: the last one below that has its row, in order of key
    finished_at: Mapped[datetime | None]


class Receipt(Base):
    """One document in the register of a body that receives it: arrived, then signed for and numbered."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))  #: none: it came from outside
    role: Mapped[str] = mapped_column(String(10))  #: main, copy, outside
    sender: Mapped[str | None] = mapped_column(String(200))  #: this and the next three: of what came from outside
    number: Mapped[str | None] = mapped_column(String(60))
    title: Mapped[str | None] = mapped_column(String(300))
    kind: Mapped[str | None] = mapped_column(String(10))
    urgency: Mapped[str | None] = mapped_column(String(15))
    arrived_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    person: Mapped[str] = mapped_column(String(60), default="")  #: who signed, by name at that moment
    year: Mapped[int | None]
    serial: Mapped[int | None]  #: number in the register of the body and year, given when it is signed for
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)  #: its document_receipt

    __table_args__ = (
        Index("uq_receipts_document", "document_id", "organization_id", unique=True,
              sqlite_where=text("document_id IS NOT NULL"), postgresql_where=text("document_id IS NOT NULL")),
        Index("uq_receipts_serial", "organization_id", "year", "serial", unique=True,
              sqlite_where=text("serial IS NOT NULL"), postgresql_where=text("serial IS NOT NULL")),
        Index("ix_receipts_waiting", "organization_id", "id", sqlite_where=text("signed_at IS NULL"),
              postgresql_where=text("signed_at IS NULL")),
        Index("ix_receipts_unsigned", "document_id", "id", sqlite_where=text("signed_at IS NULL"),
              postgresql_where=text("signed_at IS NULL")),
    )  # fmt: skip
