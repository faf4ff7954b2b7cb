"""That a paper's printing stands in the journal, as any holder of the paper may have it proven (trust.md, seal)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.chain import inclusion_proof, leaf_hash
from workflow.operations.sealing import latest_seal, verify_case
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.journal import JournalEntry, Seal, SealLeaf

PRINTED = "rendered"


@dataclass(frozen=True)
class Printing:
    """One time that a paper was printed, as the journal has it."""

    sequence: int
    at: datetime
    sha256: str
    content_sha256: str


@dataclass(frozen=True)
class Proof:
    """That an entry is covered by a seal, and the seal by the newest root."""

    covered_by: int  #: the seal that covers it first
    newest: int
    root: str
    sealed_at: datetime
    steps: int  #: hashes that lead from the entry's head to the newest root


def printings(session: Session, document: Document) -> list[Printing]:
    """Every printing of a paper that the journal of its case tells of, the oldest first."""
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.case_id == document.case_id, JournalEntry.fact == PRINTED)
        .order_by(JournalEntry.sequence)
    )
    return [
        Printing(each.sequence, each.at, str(each.details.get("sha256")), str(each.details.get("content")))
        for each in entries
        if each.details.get("document") == document.code
    ]


def is_chain_sound(session: Session, document: Document) -> bool:
    """Whether no entry of the case's journal was changed, removed or cut off."""
    return verify_case(session, document.case_id) is None


def proof_of(session: Session, document: Document, sequence: int) -> Proof | str | None:
    """The proof for an entry; None while no seal covers it, a sentence when the proof fails."""
    found = session.execute(
        select(SealLeaf, Seal)
        .join(Seal, Seal.id == SealLeaf.seal_id)
        .where(SealLeaf.case_id == document.case_id, SealLeaf.sequence >= sequence)
        .order_by(Seal.sequence)
        .limit(1)
    ).one_or_none()
    campaign = session.scalar(select(Case.campaign_id).where(Case.id == document.case_id))
    newest = latest_seal(session, campaign) if campaign is not None else None
    if found is None or newest is None:
        return None
    leaf, seal = found.SealLeaf, found.Seal
    head = session.scalar(
        select(JournalEntry.hash).where(JournalEntry.case_id == leaf.case_id, JournalEntry.sequence == leaf.sequence)
    )
    if head != leaf.head:
        return "留痕与封存时不同"
    inside = inclusion_proof(_leaves(session, seal), leaf.position, seal.batch_root)
    above = inclusion_proof(_roots(session, newest), seal.sequence - 1, newest.root)
    if inside is None or above is None:
        return "封存的根哈希不能由留痕推出"
    return Proof(seal.sequence, newest.sequence, newest.root, newest.sealed_at, len(inside) + len(above))


def _leaves(session: Session, seal: Seal) -> Sequence[str]:
    rows = session.scalars(select(SealLeaf).where(SealLeaf.seal_id == seal.id).order_by(SealLeaf.position))
    return [leaf_hash(each.head, each.case_id, each.sequence) for each in rows]


def _roots(session: Session, newest: Seal) -> Sequence[str]:
    upto = (Seal.campaign_id == newest.campaign_id) & (Seal.sequence <= newest.sequence)
    return list(session.scalars(select(Seal.batch_root).where(upto).order_by(Seal.sequence)))
