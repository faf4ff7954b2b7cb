"""Print a paper again: because somebody asks for it after a failure, or because nobody came to print it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.routing import addresses
from workflow.errors import NotAllowed, NotFound, Refused
from workflow.operations.documents.papers import RENDER
from workflow.operations.documents.rendering import FAILED, QUEUED
from workflow.operations.installation import Installation
from workflow.operations.loading import lock_family
from workflow.operations.organization.trees import load_tree
from workflow.store.documents import Document
from workflow.store.fetching import found_rows, get, get_one
from workflow.store.prepared import Prepared
from workflow.store.session import writing

PRINTERS = ("clerk", "staff")  #: roles in the issuing body that may have a paper printed again
LEFT_LYING_AFTER = timedelta(minutes=10)  #: a paper queued this long has lost its job, or its job has given up
BATCH = 500
LYING = Prepared(
    select(Document.id)
    .where(Document.rendered_at.is_(None), Document.state == QUEUED, Document.queued_at <= bindparam("before"))
    .order_by(Document.queued_at, Document.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)  #: locked as they are found


def may_reprint(session: Session, installation: Installation, actor: Actor, document: Document) -> bool:
    """Whether the actor handles the papers of the body that issues this one."""
    tree = load_tree(session, {document.issuer_id}, installation.today(clock.now()))
    words = installation.definitions.organization
    able = {each for role in PRINTERS for each in addresses(tree, words, role, document.issuer_id)}
    return not actor.posts.isdisjoint(able)


def reprint(session: Session, installation: Installation, actor: Actor, document_id: int) -> Document:
    """Send a paper that could not be printed to be printed again, once its cause is mended.

    The caller has found that the actor may read it. Raises NotAllowed for others than the issuer's clerks and staff,
    Refused when the paper has not failed (any more).
    """
    document = _locked(session, document_id)
    if not may_reprint(session, installation, actor, document):
        raise NotAllowed(action=f"重新排版《{document.title}》", reason="应由发文机关的文秘或办事机构工作人员办理")
    return print_again(session, installation, document_id)


def print_again(session: Session, installation: Installation, document_id: int) -> Document:
    """Send a failed paper to be printed; the caller has found that somebody may. Raises Refused when it has not."""
    document = _locked(session, document_id)
    if document.state != FAILED:
        raise Refused(title=f"重新排版《{document.title}》", guard="paper_has_failed",
                      reason="它没有排版失败，请刷新后查看")  # fmt: skip
    document.state, document.failure = QUEUED, None
    _enqueue(session, installation, document, clock.now())
    return document


def _locked(session: Session, document_id: int) -> Document:
    document = get(session, Document, document_id)
    if document is None:
        raise NotFound(what="这份文件")
    lock_family(session, document.case_id)
    session.refresh(document, with_for_update={"key_share": True})
    return document


def queue_again(engine: Engine, installation: Installation, now: datetime | None = None) -> int:
    """Give a new job to every paper that has waited too long to be printed. Returns how many there were."""
    now = now or clock.now()
    with writing(engine) as session:
        found = found_rows(session, LYING, {"before": now - LEFT_LYING_AFTER})
        for (each,) in found:
            _enqueue(session, installation, get_one(session, Document, each), now)
        return len(found)


def _enqueue(session: Session, installation: Installation, document: Document, now: datetime) -> None:
    """A key of this moment: under the first one the queue would take the job for done."""
    document.queued_at = now
    installation.jobs.enqueue(session, RENDER, f"{document.id}@{now:%Y%m%dT%H%M%S.%f}", document_id=document.id)
