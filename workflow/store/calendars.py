"""Years of the working calendar that an installation has imported beside those of its definitions (domain.md §8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class CalendarYear(Base):
    """One import of one year. Never changed: the newest version of a year is in force, the others say what was."""

    __tablename__ = "calendar_years"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    year: Mapped[int]
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(Text)
    holidays: Mapped[list[Any]]
    make_up_days: Mapped[list[Any]]
    imported_at: Mapped[datetime]
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        UniqueConstraint("year", "version"),
        CheckConstraint("status IN ('official', 'provisional')", name="status"),
    )
