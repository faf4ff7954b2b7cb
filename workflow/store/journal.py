"""What happened: append-only entries, hash-chained per case, sealed per campaign (approvals.md, invariant 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Json, Key


class JournalEntry(Base):
    """One fact about a case. Never updated, never deleted."""

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    sequence: Mapped[int]
    at: Mapped[datetime]
    fact: Mapped[str] = mapped_column(String(40))  #: opened, moved, signed, rendered, advised, …
    transition: Mapped[str | None] = mapped_column(String(10))
    trigger: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str | None] = mapped_column(String(40))
    target: Mapped[str | None] = mapped_column(String(40))
    round: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    person: Mapped[str] = mapped_column(String(60))  #: name at that moment
    post: Mapped[str] = mapped_column(String(60), default="")
    organization: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    hash: Mapped[str] = mapped_column(String(64))  #: of this entry and the hash of the one before

    __table_args__ = (UniqueConstraint("case_id", "sequence"),)


class Seal(Base):
    """A Merkle root over the chain heads that grew since the last seal, and the root over all such roots so far."""

    __tablename__ = "seals"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    sequence: Mapped[int]
    sealed_at: Mapped[datetime]
    size: Mapped[int]  #: number of heads that this seal covers
    batch_root: Mapped[str] = mapped_column(String(64))
    root: Mapped[str] = mapped_column(String(64))  #: what later documents print, with the sequence

    __table_args__ = (UniqueConstraint("campaign_id", "sequence"),)


class SealLeaf(Base):
    """A chain head covered by a seal."""

    __tablename__ = "seal_leaves"

    seal_id: Mapped[int] = mapped_column(ForeignKey("seals.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    sequence: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))


class Remark(Base):
    """What somebody said about a case without moving it: supervision by staff (R41), advice of a guide (R58)."""

    __tablename__ = "remarks"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  #: feedback, advice
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class Confidence(Base):
    """Values entered in confidence with an act, such as who objected; shown only to those who check them."""

    __tablename__ = "confidences"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    salt: Mapped[str] = mapped_column(String(64))  #: of the digest in the journal, so that no name can be guessed by it
