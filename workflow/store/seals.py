"""The images of seals, and every use of a seal (D10, T42; domain.md §10.7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class SealImage(Base):
    """An image of its seal that a body's seal keeper has put in. A replaced one stays, with its bytes."""

    __tablename__ = "seal_images"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(20))
    side: Mapped[int]  #: pixels; it is a square
    size: Mapped[int]  #: bytes
    sha256: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    keeper_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    keeper: Mapped[str] = mapped_column(String(120))  #: name as it was, with whom it stood in for
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  #: replaced by the next one, or withdrawn
    ended_by: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (
        Index("uq_seal_images_in_use", "organization_id", unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip


class SealUse(Base):
    """One seal on one paper, once: whose seal, by which keeper, when, on how many copies, with which image.

    A paper issued jointly has one of each of its issuers.
    """

    __tablename__ = "seal_uses"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    keeper_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    keeper: Mapped[str] = mapped_column(String(120))  #: name as it was, with whom it stood in for
    used_at: Mapped[datetime]
    copies: Mapped[int]
    image_id: Mapped[int | None] = mapped_column(ForeignKey("seal_images.id"))  #: none: pressed by hand in the office
    image_sha256: Mapped[str | None] = mapped_column(String(64))
    signed_at: Mapped[datetime | None]  #: when the electronic signature was put on
    signer: Mapped[str | None] = mapped_column(String(300))  #: subject of the certificate
    certificate_sha256: Mapped[str | None] = mapped_column(String(64))
    is_timestamped: Mapped[bool] = mapped_column(default=False)
    unsigned_because: Mapped[str | None] = mapped_column(String(300))  #: why there is no signature

    __table_args__ = (
        Index("uq_seal_uses_document_id", "document_id", "organization_id", unique=True),
        Index("ix_seal_uses_of_body", "organization_id", "id"),
    )
