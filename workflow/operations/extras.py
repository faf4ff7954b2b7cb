"""`extra` of the values contract: what the case's children, boxes and calendars add to its own data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.snapshot import ChildFacts
from workflow.operations.content import Wording
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.store.cases import Case
from workflow.store.documents import Document

VOTE_STAGE = "vote_session"
NOTICE_STAGE = "public_notice"


def extra_values(session: Session, installation: Installation, loaded: Loaded, wording: Wording) -> dict[str, Any]:
    """Everything computed that a template may show; a key is absent when the case has no such thing."""
    extra: dict[str, Any] = {}
    if vote := _last(loaded, VOTE_STAGE):
        fields = installation.definitions.stages[VOTE_STAGE].form
        extra["vote"] = wording.read(fields, vote.data)
    if notice := _last(loaded, NOTICE_STAGE):
        extra["notice"] = dict(notice.data)
    if loaded.stage.stage in (VOTE_STAGE, NOTICE_STAGE):
        extra["parent"] = _parent(session, loaded)
    extra["papers"] = _registered(session, loaded)
    return extra


def _last(loaded: Loaded, stage: str) -> ChildFacts | None:
    names = [name for name, child in loaded.stage.children.items() if child.stage == stage]
    found = [each for name in names if (each := loaded.snapshot.last_child(name)) is not None]
    return max(found, key=lambda child: child.id, default=None)


def _parent(session: Session, loaded: Loaded) -> Mapping[str, str]:
    parent = session.get(Case, loaded.row.parent_id) if loaded.row.parent_id else None
    return {"title": parent.title, "number": parent.number} if parent else {}


def _registered(session: Session, loaded: Loaded) -> list[dict[str, str]]:
    """Papers of the case that have their number, so that a later one can refer to them."""
    papers = session.scalars(
        select(Document).where(Document.case_id == loaded.row.id, Document.number.is_not(None)).order_by(Document.id)
    )
    return [{"title": each.title, "number": each.number or "", "kind": each.kind, "name": each.name} for each in papers]
