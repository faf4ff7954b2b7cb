"""Requests that were answered before, so that a repeated one changes nothing (approvals.md, invariant 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base


class IdempotencyKey(Base):
    """The first answer to a request that carried an Idempotency-Key, committed together with what it changed."""

    __tablename__ = "idempotency_keys"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))  #: of method, address and body
    status: Mapped[int]
    answer: Mapped[dict[str, Any]]
    answered_at: Mapped[datetime]
