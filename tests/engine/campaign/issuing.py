"""What the issue of a document starts with, as far as the engine looks at it: who drafted, reviewed and signed it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from workflow.definition.model import Child, Direction, Document
from workflow.engine.moving import Move, Step, holds_true
from workflow.engine.rights import holds, persons_of
from workflow.engine.snapshot import Act, Snapshot

ISSUE = "document_issue"  #: the stage


def issues(after: Snapshot, step: Step, child: Child, at: datetime) -> Iterator[dict[str, Any]]:
    """The data of one issue for each numbered paper that these moves leave."""
    for move in step.moves:
        if move.transition.id in child.opens_after:
            act = Act(move.transition, move.actor, move.values, at, at.date())
            for name in move.transition.documents:
                paper = after.definition.documents[name]
                is_left = paper.issuer in after.case.bodies and holds_true(after, act, paper.when)
                if paper.series is not None and is_left:
                    yield _data(after, move, name, paper, at)


def _data(after: Snapshot, move: Move, name: str, paper: Document, at: datetime) -> dict[str, Any]:
    acted = [each.person_id for each in after.history if each.person_id is not None]
    signed = _signed_by(after, move, paper)
    staff, reviewers = (frozenset(persons_of(after, f"{paper.issuer}.{role}")) for role in ("staff", "reviewer"))
    drafter = next((each for each in (after.case.opened_by, *acted) if each in staff and each != signed), None)
    reviewer = next((each for each in reversed(acted) if each in reviewers and each not in (drafter, signed)), None)
    return {
        "title": paper.title, "kind": paper.kind, "document": name, "series": paper.series,
        "upward": paper.direction is Direction.UP, "seal": paper.seal, "drafter": drafter, "reviewer": reviewer,
        "signatory": signed, "signed_on": at.date().isoformat() if signed else None, "main": ["各党支部"], "copies": [],
    }  # fmt: skip


def _signed_by(after: Snapshot, move: Move, paper: Document) -> int | None:
    """Whoever moved the case, with the signatory's post; of minutes who chaired the meeting."""
    if not move.actor.is_system and paper.signatory is not None:
        return move.actor.person_id if holds(after, move.actor, paper.signatory) else None
    presider = after.case.data.get("presider")
    return presider if isinstance(presider, int) else None
