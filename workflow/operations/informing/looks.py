"""Up to which moment something has been looked at: workers look one after another, and sometimes at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow.store.fetching import get
from workflow.store.notices import Digested
from workflow.store.session import writing


def last_look(session: Session, name: str) -> datetime | None:
    """When it was looked at last; None for never."""
    found = get(session, Digested, name)
    return found.at if found else None


def remember_look(engine: Engine, name: str, at: datetime) -> None:
    """It has been looked at, up to that moment."""
    with writing(engine) as session:
        insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        row = insert(Digested).values(name=name, at=at)
        session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": at}))
