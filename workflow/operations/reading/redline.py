"""What was changed between the version that was returned and the one sent in again, field by field (花脸稿).

Earlier values are read off the journal: what was entered when the case was opened, and with every act since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.model import Stage, Tone
from workflow.engine.comparing import Line, compared
from workflow.engine.forms import Choices
from workflow.operations.documents.content import chinese_date
from workflow.operations.filling import choices
from workflow.operations.following import ISSUE_STAGE
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.reading.history import journal
from workflow.operations.reading.words import Read, fields_of, once, read_form_values
from workflow.store.journal import JournalEntry

TEXT_RETURNS = ("D02", "D05", "D07")  #: of a document issued: its text goes back to the case that it comes from


@dataclass(frozen=True)
class ChangedField:
    """A field with its changed paragraphs."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Redline:
    """Everything that was changed since a return."""

    returned_by: str
    act: str
    reason: str
    returned_at: datetime
    fields: tuple[ChangedField, ...]


def redline_of(
    session: Session, installation: Installation, loaded: Loaded, entries: Sequence[JournalEntry]
) -> Redline | None:
    """The changes since the last return after which something was changed; for an issue, in the text that it issues."""
    returns = [each for each in entries if _is_return(loaded.stage, each)]
    if not returns:
        return None
    source, past = loaded, entries
    if loaded.row.stage == ISSUE_STAGE and loaded.row.parent_id is not None:
        source = load(session, installation, loaded.row.parent_id)
        past = journal(session, source.row.id)
    words = once(choices(session, source.snapshot))
    for back in reversed(returns):
        if changed := _changed_since(session, source, words, past, back):
            act = next(each.title for each in loaded.stage.transitions if each.id == back.transition)
            return Redline(back.person, act, back.reason, back.at, changed)
    return None


def _is_return(stage: Stage, entry: JournalEntry) -> bool:
    act = next((each for each in stage.transitions if each.id == entry.transition), None)
    return act is not None and act.tone is Tone.RETURN


def _changed_since(
    session: Session, source: Loaded, words: Choices, entries: Sequence[JournalEntry], back: JournalEntry
) -> tuple[ChangedField, ...]:
    told = [each for each in entries if each.at > back.at or (each.case_id == back.case_id and each.id > back.id)]
    named = {name for each in told for name in _entered(each)}
    if not named:
        return ()
    before = _as_of(entries, told)
    fields = [each for each in fields_of(source.stage) if each.name in named]
    was, now = (
        {each.name: as_text(each) for each in read_form_values(session, words, fields, data)}
        for data in (before, source.row.data)
    )
    changed = ((each.title, compared(was.get(each.name, ""), now.get(each.name, ""))) for each in fields)
    return tuple(ChangedField(title, lines) for title, lines in changed if lines)


def _as_of(entries: Sequence[JournalEntry], later: Sequence[JournalEntry]) -> dict[str, Any]:
    """What the case held before those entries."""
    skipped, found = {each.id for each in later}, dict[str, Any]()
    for each in entries:
        if each.id not in skipped:
            found.update(_entered(each))
    return found


def _entered(entry: JournalEntry) -> Mapping[str, Any]:
    values = entry.details.get("values")
    return values if isinstance(values, Mapping) else {}


def as_text(field: Read) -> str:
    """A field as lines: an item or a row of a table is a paragraph."""
    if field.kind == "table":
        return "\n".join("；".join(text for cell in row if (text := as_text(cell))) for row in field.rows)
    if field.kind == "date" and field.text:
        return chinese_date(date.fromisoformat(field.text))
    return "\n".join(field.items) if field.items else field.text
