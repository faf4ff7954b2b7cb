"""Append facts to a case's journal: one more link of its chain, under the case's lock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.engine.chain import canonical, entry_hash
from workflow.store.cases import Case
from workflow.store.journal import JournalEntry


def append(
    session: Session, row: Case, fact: str, *, actor: Actor, at: datetime, post: str = "", organization: str = "",
    transition: str | None = None, trigger: str | None = None, source: str | None = None, target: str | None = None,
    round_: int | None = None, reason: str = "", details: Mapping[str, Any] | None = None,
) -> JournalEntry:  # fmt: skip
    """Add one entry. The case row is locked by the caller, so sequence and previous hash cannot race."""
    said = dict(details or {})
    if actor.principal_id is not None:
        said["on_behalf_of"] = actor.principal_id
    entry = JournalEntry(
        case_id=row.id, sequence=row.version + 1, at=at, fact=fact, transition=transition, trigger=trigger,
        source=source, target=target, round=row.round if round_ is None else round_, person_id=actor.person_id,
        person=name_of(actor), post=post, organization=organization, reason=reason, details=said,
        previous_hash=row.head, hash="",
    )  # fmt: skip
    entry.hash = entry_hash(row.head, content_of(entry))
    row.version, row.head = entry.sequence, entry.hash
    session.add(entry)
    return entry


def name_of(actor: Actor) -> str:
    """Who acted, and on whose behalf."""
    return f"{actor.name}（代{actor.principal}）" if actor.principal else actor.name


def digest_of(content: Mapping[str, Any], salt: str) -> str:
    """What the journal keeps of values entered in confidence: enough to prove them later, nothing to guess them by."""
    return sha256(canonical({"content": dict(content), "salt": salt})).hexdigest()


def content_of(entry: JournalEntry) -> dict[str, Any]:
    """What the hash of an entry covers: everything but the hashes themselves and the row's own key."""
    return {
        "case": entry.case_id, "sequence": entry.sequence, "at": entry.at.isoformat(), "fact": entry.fact,
        "transition": entry.transition, "trigger": entry.trigger, "source": entry.source, "target": entry.target,
        "round": entry.round, "person": entry.person_id, "name": entry.person, "post": entry.post,
        "organization": entry.organization, "reason": entry.reason, "details": entry.details,
    }  # fmt: skip
