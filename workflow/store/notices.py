"""What is told to people (提醒) and to the robots of groups, by which channel, and what became of it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class Hook(Base):
    """An address outside that is told what happens in a body and below it: a webhook or the robot of a group."""

    __tablename__ = "hooks"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    format: Mapped[str] = mapped_column(String(10))
    host: Mapped[str] = mapped_column(String(255))
    url: Mapped[str] = mapped_column(Text)  #: enclosed (operations.informing.envelopes), like the secret
    secret: Mapped[str] = mapped_column(Text, default="")
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    kinds: Mapped[list[Any]]  #: of notices; empty for all
    is_enabled: Mapped[bool] = mapped_column(default=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("format IN ('webhook', 'wecom', 'dingtalk', 'feishu')", name="format"),)


class Notice(Base):
    """Something told to a person or to a hook, once: the key says what it is about."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    hook_id: Mapped[int | None] = mapped_column(ForeignKey("hooks.id"))
    kind: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))  #: once it is closed, nothing goes out
    key: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        UniqueConstraint("hook_id", "key"),
        CheckConstraint("(person_id IS NULL) <> (hook_id IS NULL)", name="one_addressee"),
        Index("ix_notices_person", "person_id", "id"),
        Index("ix_notices_unread", "person_id", sqlite_where=sql("read_at IS NULL"),
              postgresql_where=sql("read_at IS NULL")),
    )  # fmt: skip


class Delivery(Base):
    """A notice on its way out by a channel: `mail`, or `hook:<id>`."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    channel: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime]  #: the end of quiet hours, the next attempt, or until when an attempt may take
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("notice_id", "channel"),
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'dropped')", name="state"),
        Index("ix_deliveries_waiting", "channel", "due_at", sqlite_where=sql("state = 'waiting'"),
              postgresql_where=sql("state = 'waiting'")),
        Index("ix_deliveries_failed", "id", sqlite_where=sql("state = 'failed'"),
              postgresql_where=sql("state = 'failed'")),
    )  # fmt: skip


class Preference(Base):
    """How somebody wants to be told by mail; who has chosen nothing has the defaults of the campaign definition."""

    __tablename__ = "preferences"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    mail: Mapped[dict[str, Any]]  #: kind of notice → at_once, digest, off
    quiet_from: Mapped[time]
    quiet_to: Mapped[time]  #: the same as `quiet_from` for no quiet hours
    digest_at: Mapped[time]
    changed_at: Mapped[datetime]


class Digested(Base):
    """Up to which moment the daily digests have been written."""

    __tablename__ = "digested"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]
