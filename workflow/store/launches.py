"""Stages opened over a tree: one launch, and the bodies or members for whom nothing could be opened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class Launch(Base):
    """One stage opened for every body, or every member, of some kinds of body on or below a node."""

    __tablename__ = "launches"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    stage: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(20))  #: organization or member
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))  #: the node
    kinds: Mapped[list[Any]]  #: codes of the kinds of body
    values: Mapped[dict[str, Any]]  #: what every case begins with
    repeats: Mapped[bool]  #: also where the stage has been finished before
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    total: Mapped[int]  #: bodies or members when it began
    opened: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)  #: had a case already
    refused: Mapped[int] = mapped_column(default=0)
    after_body: Mapped[int] = mapped_column(Key, default=0)  #: the last one that was dealt with, in order of key
    after_person: Mapped[int] = mapped_column(Key, default=0)

    __table_args__ = (CheckConstraint("subject IN ('organization', 'member')", name="subject"),)


class LaunchRefusal(Base):
    """A body or member for whom nothing was opened, and why."""

    __tablename__ = "launch_refusals"

    launch_id: Mapped[int] = mapped_column(ForeignKey("launches.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False, default=0)  #: 0 for the body
    reason: Mapped[str] = mapped_column(Text)
