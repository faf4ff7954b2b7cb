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
from workflow.store.changes import changes
from workflow.store.journal import JournalEntry

#: What the hash of an entry covers: the name there, and that of the column.
COVERED = {
    "case": "case_id", "sequence": "sequence", "at": "at", "fact": "fact", "transition": "transition",
    "trigger": "trigger", "source": "source", "target": "target", "round": "round", "person": "person_id",
    "name": "person", "post": "post", "organization": "organization", "reason": "reason", "details": "details",
}  # fmt: skip


def append(
    session: Session, row: Case, fact: str, *, actor: Actor, at: datetime, post: str = "", organization: str = "",
    transition: str | None = None, trigger: str | None = None, source: str | None = None, target: str | None = None,
    round_: int | None = None, reason: str = "", details: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Add one entry. The case row is locked by the caller, so sequence and previous hash cannot race."""
    said = dict(details or {})
    if actor.principal_id is not None:
        said["on_behalf_of"] = actor.principal_id
    values: dict[str, Any] = {
        "case_id": row.id, "sequence": row.version + 1, "at": at, "fact": fact, "transition": transition,
        "trigger": trigger, "source": source, "target": target, "round": row.round if round_ is None else round_,
        "person_id": actor.person_id, "person": name_of(actor), "post": post, "organization": organization,
        "reason": reason, "details": said,
    }  # fmt: skip
    found = changes(session, row)
    found.set(version=values["sequence"], head=entry_hash(row.head, _covered(values)))
    found.enter(**values, hash=row.head)


def name_of(actor: Actor) -> str:
    """Who acted, and on whose behalf."""
    return f"{actor.name}（代{actor.principal}）" if actor.principal else actor.name


def digest_of(content: Mapping[str, Any], salt: str) -> str:
    """What the journal keeps of values entered in confidence: enough to prove them later, nothing to guess them by."""
    return sha256(canonical({"content": dict(content), "salt": salt})).hexdigest()


def content_of(entry: JournalEntry) -> dict[str, Any]:
    """What the hash of an entry covers: everything but the hashes themselves and the row's own key."""
    return _covered({name: getattr(entry, name) for name in COVERED.values()})


def _covered(values: Mapping[str, Any]) -> dict[str, Any]:
    return {said: values[name] for said, name in COVERED.items()} | {"at": values["at"].isoformat()}
