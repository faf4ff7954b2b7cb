"""Campaigns, cases and deadlines: what is going on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Json, Key


class Campaign(Base):
    """One run of the stages over a tree, with its own parameters and criteria."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    rule_set: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(Text)
    theme: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(Json)
    criteria: Mapped[dict[str, Any]] = mapped_column(Json)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class DefinitionVersion(Base):
    """A published stage definition. Immutable; a case keeps the version it was born with."""

    __tablename__ = "definition_versions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    stage: Mapped[str] = mapped_column(String(40))
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[datetime]


class Case(Base):
    """One running instance of a stage for one subject."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition_versions.id"))
    stage: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(15))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))  #: base `own`
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[str] = mapped_column(String(40))
    round: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=0)  #: number of journal entries
    head: Mapped[str] = mapped_column(String(64), default="")  #: hash of the newest journal entry
    sealed_version: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    child_name: Mapped[str | None] = mapped_column(String(40))
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    calendar_version: Mapped[str | None] = mapped_column(String(64))  #: of the calendar that `due_at` was computed with
    suspended_at: Mapped[datetime | None]  #: while set nobody acts and no timer fires
    resume: Mapped[str | None] = mapped_column(String(40))  #: after a return: the state to go straight back to
    last_move: Mapped[dict[str, Any] | None] = mapped_column(Json)  #: what undoes it, for whoever takes it back

    __table_args__ = (
        CheckConstraint("subject IN ('organization', 'member')", name="subject"),
        CheckConstraint("(subject = 'member') = (person_id IS NOT NULL)", name="member_has_person"),
        Index("ix_cases_campaign_body", "campaign_id", "organization_id", "stage"),
        Index("ix_cases_unsealed", "campaign_id", "id", sqlite_where=text("version > sealed_version"),
              postgresql_where=text("version > sealed_version")),
        Index("ix_cases_due", "due_at", sqlite_where=text("closed_at IS NULL AND due_at IS NOT NULL"),
              postgresql_where=text("closed_at IS NULL AND due_at IS NOT NULL")),
        Index("ix_cases_open", "id", sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
    )  # fmt: skip


class CaseBody(Base):
    """Which organisation a base (`own`, `sup`, …) means for a case, frozen when it was resolved."""

    __tablename__ = "case_bodies"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    base: Mapped[str] = mapped_column(String(20), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)


class Deadline(Base):
    """A stored due moment at which the system fires a trigger."""

    __tablename__ = "deadlines"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    round: Mapped[int]
    trigger: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
    calendar_version: Mapped[str] = mapped_column(String(64))
    is_provisional: Mapped[bool] = mapped_column(default=False)
    fired_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]  #: when firing it failed last; it is tried again later
    incident: Mapped[str | None] = mapped_column(String(20))  #: under which the log tells why

    __table_args__ = (
        Index("ix_deadlines_open", "due_at", sqlite_where=text("fired_at IS NULL"),
              postgresql_where=text("fired_at IS NULL")),
    )  # fmt: skip
