"""What was entered in confidence, such as who objected: for those who receive and check it, for nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.field import Field
from workflow.definition.model import Stage
from workflow.engine.actor import Actor
from workflow.operations.access import may_see_confidence
from workflow.operations.documents.extras import as_text
from workflow.operations.loading import Loaded
from workflow.store.journal import Confidence, JournalEntry


@dataclass(frozen=True)
class Told:
    """One act that was accompanied by values in confidence."""

    act: str
    at: datetime
    values: tuple[tuple[str, str], ...]  #: label, text


def told_in_confidence(session: Session, actor: Actor, loaded: Loaded) -> tuple[Told, ...]:
    """Oldest first; nothing for a reader who does not receive or check objections, or is concerned by them."""
    fields = {each.name: each for each in _confidential(loaded.stage)}
    if not fields or not may_see_confidence(actor, loaded):
        return ()
    titles = {each.id: each.title for each in loaded.stage.transitions}
    entry = (JournalEntry.case_id == Confidence.case_id) & (JournalEntry.sequence == Confidence.sequence)
    rows = session.execute(
        select(JournalEntry.transition, JournalEntry.at, Confidence.content)
        .join(JournalEntry, entry)
        .where(Confidence.case_id == loaded.row.id)
        .order_by(Confidence.sequence)
    )
    return tuple(Told(titles.get(row.transition, ""), row.at, _in_words(fields, row.content)) for row in rows)


def _in_words(fields: Mapping[str, Field], content: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (fields[name].title, as_text(value))
        for name, value in content.items()
        if name in fields and value not in (None, "", [])
    )


def _confidential(stage: Stage) -> list[Field]:
    return [field for act in stage.transitions for field in stage.asked(act) if field.confidential]
