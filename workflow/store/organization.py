"""Bodies and the relations between them, effective-dated (domain.md §2.1, §2.2)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key

#: Kinds of relation of which a body has at most one active superior.
SINGLE_KINDS = ("lead", "same_level")

TREE = "tree"  #: name of the revision that tells whether bodies, relations or the working calendar have changed


class Organization(Base):
    """A body: committee, leading group, office, branch."""

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(30), index=True)
    category: Mapped[str | None] = mapped_column(String(30))
    party_relation: Mapped[str | None] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    number_prefix: Mapped[str] = mapped_column(String(20), default="")  #: 机关代字 without the series
    contact: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    mail: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    #: Ids on the lead line from the root, `/1/5/9/`; a prefix selects a subtree.
    path: Mapped[str] = mapped_column(String(400), default="", index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (CheckConstraint("party_relation IN ('sasac', 'local')", name="party_relation"),)


class Relation(Base):
    """An edge between two bodies. Routing follows `lead` alone; `guide` advises; `ownership` counts for nothing."""

    __tablename__ = "relations"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    superior_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    subordinate_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("superior_id <> subordinate_id", name="not_itself"),
        Index(
            "uq_relations_one_active",
            "kind",
            "subordinate_id",
            unique=True,
            sqlite_where=text(f"valid_to IS NULL AND kind IN {SINGLE_KINDS}"),
            postgresql_where=text(f"valid_to IS NULL AND kind IN {SINGLE_KINDS}"),
        ),
    )


class FormerName(Base):
    """What a body was called before it was renamed, and until which day."""

    __tablename__ = "former_names"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date]  #: the first day of the next name
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Revision(Base):
    """Another number after every change of bodies, relations or calendar years: what was read holds as long as it does.

    Random, never counted: a number that was rolled back must not come to mean another tree.
    """

    __tablename__ = "revisions"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
