"""Papers of many cases bound into files: one order, its files, what could not be bound, and every use of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class Binding(Base):
    """An order to bind what a body, or everything below it, has on file in a campaign. Kept for some days."""

    __tablename__ = "bindings"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))  #: the node
    below: Mapped[bool]  #: with every body below it by Party affiliation
    what: Mapped[str] = mapped_column(String(15))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]  #: when its files are deleted; set when it is finished
    forgotten_at: Mapped[datetime | None]  #: when they were
    total: Mapped[int]  #: cases when it began
    done: Mapped[int] = mapped_column(default=0)
    numbered_to: Mapped[int] = mapped_column(Key, default=0)  #: case up to which certificates are numbered
    after_group: Mapped[int] = mapped_column(Key, default=0)  #: body or stage that is being bound
    after_case: Mapped[int] = mapped_column(Key, default=0)  #: the last one bound of it, in order of key

    __table_args__ = (
        CheckConstraint("what IN ('bodies', 'stages', 'certificates')", name="what"),
        Index("ix_bindings_kept", "expires_at", sqlite_where=text("forgotten_at IS NULL"),
              postgresql_where=text("forgotten_at IS NULL")),
    )  # fmt: skip


class BindingPart(Base):
    """One finished file of an order; number nought is the index of the others."""

    __tablename__ = "binding_parts"

    binding_id: Mapped[int] = mapped_column(ForeignKey("bindings.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    group: Mapped[int] = mapped_column(Key)  #: body or stage
    title: Mapped[str] = mapped_column(String(300))
    cases: Mapped[int]
    papers: Mapped[int]
    pages: Mapped[int]
    size: Mapped[int]  #: bytes
    sha256: Mapped[str] = mapped_column(String(64))


class BindingFile(Base):
    """The bytes of a file, until the order expires."""

    __tablename__ = "binding_files"

    binding_id: Mapped[int] = mapped_column(ForeignKey("bindings.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class BindingMiss(Base):
    """A case of which nothing could be bound, and why."""

    __tablename__ = "binding_misses"

    binding_id: Mapped[int] = mapped_column(ForeignKey("bindings.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)


class BindingUse(Base):
    """Who ordered, fetched or stopped it, and when. Never changed, never deleted."""

    __tablename__ = "binding_uses"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    binding_id: Mapped[int] = mapped_column(ForeignKey("bindings.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    person: Mapped[str] = mapped_column(String(60))  #: name at that moment
    what: Mapped[str] = mapped_column(String(20))  #: ordered, downloaded, stopped, forgotten
    sequence: Mapped[int | None]  #: the file, when one was fetched alone
