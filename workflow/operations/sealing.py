"""Seal a campaign's journal with a Merkle root, and verify chains and seals (approvals.md, invariant 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.chain import entry_hash, leaf_hash, merkle_root
from workflow.operations.journal import content_of
from workflow.store.cases import Campaign, Case
from workflow.store.journal import JournalEntry, Seal, SealLeaf
from workflow.store.session import writing

VERIFY_BATCH = 500


@dataclass(frozen=True)
class JournalFault:
    """The first thing wrong with a chain or a seal, for the report of `audit verify`."""

    where: str
    message: str


def seal_campaigns(engine: Engine) -> int:
    """Seal every campaign whose journal has grown. Returns the number of new seals."""
    with writing(engine) as session:
        ids = list(session.scalars(select(Campaign.id).order_by(Campaign.id)))
    sealed = 0
    for each in ids:
        with writing(engine) as session:
            sealed += seal_campaign(session, each) is not None
    return sealed


def seal_campaign(session: Session, campaign_id: int) -> Seal | None:
    """A root over the heads of all chains that grew since the last seal; None when nothing grew."""
    session.get_one(Campaign, campaign_id, with_for_update=True)
    grown = select(Case).where(Case.campaign_id == campaign_id, Case.version > Case.sealed_version)
    rows = list(session.scalars(grown.order_by(Case.id).with_for_update()))
    if not rows:
        return None
    last = session.scalar(select(Seal).where(Seal.campaign_id == campaign_id).order_by(Seal.sequence.desc()).limit(1))
    root = merkle_root([leaf_hash(row.head, row.id, row.version) for row in rows])
    seal = Seal(campaign_id=campaign_id, sequence=(last.sequence if last else 0) + 1, sealed_at=clock.now(),
                size=len(rows), root=root, previous_hash=last.hash if last else "", hash="")  # fmt: skip
    seal.hash = entry_hash(seal.previous_hash, _content(seal))
    session.add(seal)
    session.flush()
    for position, row in enumerate(rows):
        session.add(SealLeaf(seal_id=seal.id, position=position, case_id=row.id, sequence=row.version, head=row.head))
        row.sealed_version = row.version
    return seal


def _content(seal: Seal) -> dict[str, object]:
    return {"campaign": seal.campaign_id, "sequence": seal.sequence, "at": seal.sealed_at.isoformat(),
            "size": seal.size, "root": seal.root}  # fmt: skip


def verify(session: Session) -> Iterator[JournalFault | int]:
    """Every fault of every chain and seal; numbers in between say how many cases were checked since the last one."""
    last = 0
    while ids := list(session.scalars(select(Case.id).where(Case.id > last).order_by(Case.id).limit(VERIFY_BATCH))):
        for case_id in ids:
            if fault := verify_case(session, case_id):
                yield fault
        session.expunge_all()
        last = ids[-1]
        yield len(ids)
    for campaign_id in session.scalars(select(Campaign.id).order_by(Campaign.id)).all():
        yield from verify_seals(session, campaign_id)


def verify_case(session: Session, case_id: int) -> JournalFault | None:
    """The first entry of a case's chain that does not fit, or None."""
    row = session.get_one(Case, case_id)
    head, expected = "", 1
    entries = select(JournalEntry).where(JournalEntry.case_id == case_id).order_by(JournalEntry.sequence)
    for entry in session.scalars(entries):
        where = f"事项 {row.number} 第{expected}条留痕"
        if entry.sequence != expected:
            return JournalFault(where, "缺失，可能被删除")
        if entry.previous_hash != head or entry.hash != entry_hash(head, content_of(entry)):
            return JournalFault(where, "内容与哈希不符，可能被改动")
        head, expected = entry.hash, expected + 1
    if (row.version, row.head) != (expected - 1, head):
        return JournalFault(f"事项 {row.number} 第{expected}条留痕", "末尾的留痕缺失，可能被截去")
    return None


def verify_seals(session: Session, campaign_id: int) -> Iterator[JournalFault]:
    """Whether each seal follows from the one before and every sealed head is still what the chain says."""
    previous, expected = "", 1
    for seal in session.scalars(select(Seal).where(Seal.campaign_id == campaign_id).order_by(Seal.sequence)).all():
        where = f"活动 {campaign_id} 第{seal.sequence}次封存"
        leaves = session.scalars(select(SealLeaf).where(SealLeaf.seal_id == seal.id).order_by(SealLeaf.position)).all()
        root = merkle_root([leaf_hash(leaf.head, leaf.case_id, leaf.sequence) for leaf in leaves]) if leaves else ""
        follows = (seal.sequence, seal.previous_hash) == (expected, previous)
        if not follows or seal.hash != entry_hash(previous, _content(seal)):
            yield JournalFault(where, "封存记录与上一次不衔接，可能被改动")
        elif root != seal.root or len(leaves) != seal.size:
            yield JournalFault(where, "封存的留痕与根哈希不符，可能被改动")
        else:
            yield from _missing_heads(session, seal, where)
        previous, expected = seal.hash, seal.sequence + 1


def _missing_heads(session: Session, seal: Seal, where: str) -> Iterator[JournalFault]:
    joined = (JournalEntry.case_id == SealLeaf.case_id) & (JournalEntry.sequence == SealLeaf.sequence)
    intact = joined & (JournalEntry.hash == SealLeaf.head)
    broken = session.scalars(
        select(SealLeaf.case_id).outerjoin(JournalEntry, intact)
        .where(SealLeaf.seal_id == seal.id, JournalEntry.id.is_(None)).order_by(SealLeaf.position).limit(1)
    ).all()  # fmt: skip
    for case_id in broken:
        number = session.scalar(select(Case.number).where(Case.id == case_id)) or case_id
        yield JournalFault(where, f"事项 {number} 的留痕与封存时不同")


def summary(session: Session) -> tuple[int, int]:
    """How many journal entries and seals there are."""
    entries = session.scalar(select(func.count()).select_from(JournalEntry)) or 0
    return entries, session.scalar(select(func.count()).select_from(Seal)) or 0
