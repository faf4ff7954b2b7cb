"""Many cases at once: what somebody does with each of them, item by item, in a transaction of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class Batch(Base):
    """One trigger fired by one person on many cases, or their migration to the present definition."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), default="act")
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    values: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("kind IN ('act', 'migration')", name="kind"),)


class BatchItem(Base):
    """One case of a batch, and what became of it."""

    __tablename__ = "batch_items"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    trigger: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]  #: the journal length that the person saw
    outcome: Mapped[str | None] = mapped_column(String(10))  #: done, refused
    message: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_batch_items_open", "batch_id", sqlite_where=text("outcome IS NULL"),
              postgresql_where=text("outcome IS NULL")),
    )  # fmt: skip
