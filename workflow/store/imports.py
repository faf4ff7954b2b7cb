"""Files of bodies, people and posts that were handed in to be imported, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class Import(Base):
    """A file handed in. Its rows are stored all together, with the outcome, or none of them."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]
    checked: Mapped[int] = mapped_column(default=0)  #: rows looked at so far
    total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))  #: done, refused
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  #: title of a sheet → rows stored
    faults: Mapped[list[Any]] = mapped_column(default=list)  #: sentences, the first of them
    fault_count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (CheckConstraint("outcome IN ('done', 'refused')", name="outcome"),)


class ImportFile(Base):
    """The bytes, until they are dealt with: then they are nobody's any more."""

    __tablename__ = "import_files"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
