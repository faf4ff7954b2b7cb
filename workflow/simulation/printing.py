"""A press without ink: a paper is stored, journalled and settled as by the real worker; its looks are not simulated.

A sample is printed by the real press, so that every template meets the values of a simulated year.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, literal, null, select, text, update

from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations import journal
from workflow.operations.acting import settle_case
from workflow.operations.documents.rendering import QUEUED, render_document
from workflow.operations.loading import lock_family
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.world import World
from workflow.store.documents import Document
from workflow.store.fetching import found_rows
from workflow.store.prepared import Prepared, connected

RENDERED = "rendered"
_PAPERS: Any = Document.__table__
_THIS = _PAPERS.c.id == bindparam("document")
PAPER = Prepared(
    select(
        *(_PAPERS.c[name] for name in ("case_id", "issue_case_id", "state", "content_hash", "code", "number"))
    ).where(_THIS)
)
DONE = Prepared(
    update(_PAPERS).where(_THIS)
    .values(state=literal(RENDERED), sha256=bindparam("digest"), pages=literal(1),
            rendered_at=bindparam("at", type_=_PAPERS.c.rendered_at.type), failure=null())
)  # fmt: skip
STORE = Prepared(text("INSERT OR REPLACE INTO document_files (document_id, data) VALUES (:document_id, :data)"))


def print_paper(world: World, document_id: int) -> None:
    """Print one paper; a repeat changes nothing."""
    if world.rendered_every and document_id % world.rendered_every == 0:
        _render(world, document_id)
        return
    with world.writing() as session:
        ((case, issue, state, content, code, number),) = found_rows(session, PAPER, {"document": document_id})
        row = lock_family(session, case)
        if state != QUEUED:
            return
        digest = sha256(content.encode()).hexdigest()
        DONE.run(connected(session), {"document": document_id, "digest": digest, "at": world.now})
        STORE.run(connected(session), {"document_id": document_id, "data": content.encode()})
        details = {"document": code, "number": number, "sha256": digest}
        journal.append(session, row, "rendered", actor=SYSTEM_ACTOR, at=world.now, details=details)
        if issue is not None:
            settle_case(session, world.installation, issue)


def _render(world: World, document_id: int) -> None:
    render_document(world.engine, world.installation, document_id)
    with world.reading() as session:
        document = session.get_one(Document, document_id)
        if document.failure is not None:
            raise Violation("every paper can be printed", f"{document.template}: {document.failure}")
    world.seen["rendered"] += 1
