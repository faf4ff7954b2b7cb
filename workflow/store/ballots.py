"""Appraisal ballots: roster and ballots apart, with no common key, order or time (trust.md, pitfalls 4 to 7)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Json


class Voter(Base):
    """Somebody on the roster, and whether a ticket was issued. Never when, never which."""

    __tablename__ = "voters"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    voter_group: Mapped[str] = mapped_column(String(10))
    has_ticket: Mapped[bool] = mapped_column(default=False)


class BallotKey(Base):
    """The key that makes and checks the tickets of one appraisal; destroyed at closing."""

    __tablename__ = "ballot_keys"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64))


class Ballot(Base):
    """A cast ballot, kept in the order of a hash that says nothing about when or by whom."""

    __tablename__ = "ballots"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  #: SHA-256 of the ticket
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    voter_group: Mapped[str] = mapped_column(String(10))
    answers: Mapped[dict[str, Any]] = mapped_column(Json)
    remark: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = ({"sqlite_with_rowid": False},)
