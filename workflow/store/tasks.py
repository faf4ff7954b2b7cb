"""Whose turn it is, and what they decided: tasks, their candidates, decisions and signatures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Json, Key


class Task(Base):
    """Somebody's turn in a round: the state's own, a seat of its decision rule, or what a holder asked of others.

    Closed with a reason, always.
    """

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    state: Mapped[str] = mapped_column(String(40))
    do: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10), default="turn")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))  #: of what a holder asked: the holder's task
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(Text, default="")  #: what is asked, why it was passed on or climbed
    position: Mapped[int] = mapped_column(default=0)  #: place in a sequence, from 0
    weight: Mapped[int] = mapped_column(default=1)
    is_waiting: Mapped[bool] = mapped_column(default=False)  #: others have to decide first
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    urged_at: Mapped[datetime | None]
    urged_by: Mapped[str | None] = mapped_column(String(60))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_reason: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index("ix_tasks_case", "case_id", "id"),
        Index("ix_tasks_waiting", "id", sqlite_where=text("is_waiting = 1"), postgresql_where=text("is_waiting")),
        CheckConstraint("(closed_at IS NULL) = (closed_reason IS NULL)", name="closed_with_reason"),
        CheckConstraint(
            "kind IN ('turn', 'seat', 'before', 'parallel', 'after', 'delegated', 'consulted', 'copied', 'vacancy')",
            name="kind",
        ),
    )


class Candidate(Base):
    """An address whose holders may take a task: `o<organisation>:<post>` or `p<person>`."""

    __tablename__ = "candidates"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(60), primary_key=True)
    is_open: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        Index("ix_candidates_inbox", "address", "task_id", sqlite_where=text("is_open = 1"),
              postgresql_where=text("is_open")),
    )  # fmt: skip


class Decision(Base):
    """What one person did on a task. One a person, task and round: a double click cannot vote twice."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    principal_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  #: on whose behalf
    verdict: Mapped[str] = mapped_column(String(10))
    transition: Mapped[str | None] = mapped_column(String(10))  #: the act that waits until all have decided
    values: Mapped[dict[str, Any]] = mapped_column(Json)  #: what was entered with it
    opinion: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("task_id", "person_id", "round"),
        Index("ix_decisions_case", "case_id", "round"),
        CheckConstraint("verdict IN ('agree', 'refuse', 'abstain', 'answer')", name="verdict"),
    )


class Signature(Base):
    """One person's decision on an act that several must sign."""

    __tablename__ = "signatures"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    transition: Mapped[str] = mapped_column(String(10))
    slot: Mapped[str] = mapped_column(String(60))
    content: Mapped[str] = mapped_column(String(64))  #: digest of what was signed
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    signed_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("case_id", "round", "transition", "person_id"),)
