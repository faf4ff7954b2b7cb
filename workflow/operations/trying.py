"""Try something and undo it: a preview is told exactly what the deed itself would say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

Found = TypeVar("Found")


def tried(session: Session, perform: Callable[[], Found]) -> Found:
    """What `perform` answers; nothing of what it did is kept. Raises what it raises."""
    with session.begin_nested() as trial:
        found = perform()
        trial.rollback()
    session.expire_all()
    return found
