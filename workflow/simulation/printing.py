"""A press without ink: a paper is stored, journalled and settled as by the real worker; its looks are not simulated.

A sample is printed by the real press, so that every template meets the values of a simulated year.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import text

from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations import journal
from workflow.operations.acting import settle_case
from workflow.operations.documents.rendering import QUEUED, render_document
from workflow.operations.loading import lock_family
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.world import World
from workflow.store.documents import Document
from workflow.store.fetching import get_one
from workflow.store.prepared import Prepared

RENDERED = "rendered"
STORE = Prepared(text("INSERT OR REPLACE INTO document_files (document_id, data) VALUES (:document_id, :data)"))


def print_paper(world: World, document_id: int) -> None:
    """Print one paper; a repeat changes nothing."""
    if world.rendered_every and document_id % world.rendered_every == 0:
        _render(world, document_id)
        return
    with world.writing() as session:
        document = get_one(session, Document, document_id)
        row = lock_family(session, document.case_id)
        if document.state != QUEUED:
            return
        data = document.content_hash.encode()
        document.state, document.sha256, document.pages = RENDERED, sha256(data).hexdigest(), 1
        document.rendered_at, document.failure = world.now, None
        STORE.run(session.connection(), {"document_id": document.id, "data": data})
        details = {"document": document.code, "number": document.number, "sha256": document.sha256}
        journal.append(session, row, "rendered", actor=SYSTEM_ACTOR, at=document.rendered_at, details=details)
        session.flush()
        if document.issue_case_id is not None:
            settle_case(session, world.installation, document.issue_case_id)


def _render(world: World, document_id: int) -> None:
    render_document(world.engine, world.installation, document_id)
    with world.reading() as session:
        document = session.get_one(Document, document_id)
        if document.failure is not None:
            raise Violation("every paper can be printed", f"{document.template}: {document.failure}")
    world.seen["rendered"] += 1
