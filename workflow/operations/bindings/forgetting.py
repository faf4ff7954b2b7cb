"""Delete the files of orders whose time is over; that they were made, and fetched, stays on record."""

from __future__ import annotations

from sqlalchemy import Engine, delete, select

from workflow import clock
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations.bindings.ordering import note
from workflow.store.bindings import Binding, BindingFile
from workflow.store.session import writing

FORGOTTEN = "forgotten"
BATCH = 100


def forget_bindings(engine: Engine) -> int:
    """How many orders lost their files."""
    with writing(engine) as session:
        over = select(Binding).where(Binding.forgotten_at.is_(None), Binding.expires_at <= clock.now())
        found = session.scalars(over.order_by(Binding.expires_at).limit(BATCH).with_for_update(skip_locked=True)).all()
        for binding in found:
            session.execute(delete(BindingFile).where(BindingFile.binding_id == binding.id))
            binding.forgotten_at = clock.now()
            note(session, binding, SYSTEM_ACTOR, FORGOTTEN)
        return len(found)
