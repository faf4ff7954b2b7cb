"""A case as the engine sees it, read for a page: the same values as for an act, without a lock."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.access import may_read
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.store.cases import Case


def find(session: Session, installation: Installation, actor: Actor, number: str) -> Loaded:
    """The case with that number, if the actor may read it; NotFound otherwise."""
    loaded = by_condition(session, installation, Case.number == number)
    may_read(session, actor, loaded)
    return loaded


def by_condition(session: Session, installation: Installation, which: ColumnElement[bool]) -> Loaded:
    """The one case that fulfils a condition."""
    found = session.scalar(select(Case.id).where(which))
    if found is None:
        raise NotFound(what="这件事项，或者您无权查看")
    return load(session, installation, found)
