"""The workers that are at work, as they say themselves every few seconds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base


class Worker(Base):
    """One worker; its row goes when it is told to stop, and stays behind when it is lost."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    machine: Mapped[str] = mapped_column(String(120))
    version: Mapped[str] = mapped_column(String(40))  #: of the product
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
