"""How far the ladder of reminders has been climbed (domain.md §4, conventions)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base


class Ladder(Base):
    """What was told about the due moment of one case. Written by the tick alone: no act waits for it.

    It counts for this round and this due moment only; another one starts at the foot of the ladder.
    """

    __tablename__ = "ladders"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    round: Mapped[int]
    due_at: Mapped[datetime]
    rungs: Mapped[int] = mapped_column(default=0)  #: that lie behind, told or passed over
    told: Mapped[int] = mapped_column(default=0)  #: of these, how many were told to somebody
    next_at: Mapped[datetime | None]  #: when the next rung is reached; None at the top
