"""The definitions that listed cases were born with, several at once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage, Tone
from workflow.operations.publishing import stage_of
from workflow.store.cases import DefinitionVersion


def stages_of(session: Session, definition_ids: Iterable[int]) -> dict[int, Stage]:
    """Definition by version id: one statement for all of them."""
    wanted = sorted(set(definition_ids))
    if not wanted:
        return {}
    which = select(DefinitionVersion.id, DefinitionVersion.content_hash).where(DefinitionVersion.id.in_(wanted))
    return {row.id: stage_of(session, row.id, row.content_hash) for row in session.execute(which)}


def next_title(stage: Stage, state: str) -> str:
    """What usually comes after a state: the target of the first way forward, or of the act itself."""
    for each in stage.leaving(state):
        target = each.target(state)
        if each.tone is Tone.FORWARD and target != state:
            return stage.states[target].title
    return ""
