"""Seal a campaign's journal with a Merkle root, and verify chains and seals (approvals.md, invariant 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.chain import Extent, Link, first_bad_extent, leaf_hash, merkle_root, verify_chain
from workflow.operations.journal import content_of, digest_of
from workflow.store.cases import Campaign, Case
from workflow.store.fetching import Entities, get_one
from workflow.store.journal import Confidence, JournalEntry, Seal, SealLeaf
from workflow.store.session import writing

VERIFY_BATCH = 500
ENTRIES = Entities(JournalEntry, JournalEntry.case_id == bindparam("case"), order=JournalEntry.sequence)
CONFIDED = Entities(Confidence, Confidence.case_id == bindparam("case"))


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
    """Cover the heads of all chains that grew since the last seal; None when nothing grew."""
    session.get_one(Campaign, campaign_id, with_for_update={"key_share": True})
    grown = select(Case).where(Case.campaign_id == campaign_id, Case.version > Case.sealed_version)
    rows = list(session.scalars(grown.order_by(Case.id).with_for_update(key_share=True)))
    if not rows:
        return None
    earlier = _batch_roots(session, campaign_id)
    batch_root = merkle_root([leaf_hash(row.head, row.id, row.version) for row in rows])
    seal = Seal(
        campaign_id=campaign_id, sequence=len(earlier) + 1, sealed_at=clock.now(), size=len(rows),
        batch_root=batch_root, root=merkle_root([*earlier, batch_root]),
    )  # fmt: skip
    session.add(seal)
    session.flush()
    for position, row in enumerate(rows):
        session.add(SealLeaf(seal_id=seal.id, position=position, case_id=row.id, sequence=row.version, head=row.head))
        row.sealed_version = row.version
    return seal


NEWEST = Entities(
    Seal,
    Seal.campaign_id == bindparam("campaign"),
    Seal.sequence == select(func.max(Seal.sequence)).where(Seal.campaign_id == bindparam("campaign")).scalar_subquery(),
)


def latest_seal(session: Session, campaign_id: int) -> Seal | None:
    """The newest seal of a campaign, whose sequence and root later papers print."""
    return next(iter(NEWEST.seen(session, campaign=campaign_id)), None)


def _batch_roots(session: Session, campaign_id: int) -> list[str]:
    seals = select(Seal.batch_root).where(Seal.campaign_id == campaign_id).order_by(Seal.sequence)
    return list(session.scalars(seals))


def verify(session: Session, printed: Sequence[Extent] = ()) -> Iterator[JournalFault | int]:
    """Every fault of every chain and seal; numbers in between say how many cases were checked since the last one.

    `printed` are roots copied from documents: each has to be a root of this very history.
    """
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
    yield from _unknown_roots(session, printed)


def verify_case(session: Session, case_id: int) -> JournalFault | None:
    """The first entry of a case's chain that does not fit, or None."""
    row = get_one(session, Case, case_id)
    journal = ENTRIES.seen(session, case=case_id)
    links = (Link(each.sequence, content_of(each), each.hash) for each in journal)
    if broken := verify_chain(links, length=row.version, heads={row.version: row.head}):
        return JournalFault(f"事项 {row.number} 第{broken.sequence}条留痕", broken.reason)
    proofs = {each.sequence: each.details["confidence"] for each in journal if "confidence" in each.details}
    wrong = _wrong_confidence(session, case_id, proofs)
    return JournalFault(f"事项 {row.number} 第{wrong}条留痕", "保密内容与留痕登记的校验值不符") if wrong else None


def _wrong_confidence(session: Session, case_id: int, proofs: Mapping[int, str]) -> int | None:
    """The first entry whose confidential values are not those that were entered with it: changed, removed or added."""
    stored = {each.sequence: digest_of(each.content, each.salt) for each in CONFIDED.seen(session, case=case_id)}
    return min((each for each in {*stored, *proofs} if stored.get(each) != proofs.get(each)), default=None)


def _unknown_roots(session: Session, printed: Sequence[Extent]) -> Iterator[JournalFault]:
    """Printed roots that no campaign has ever had. A paper names the seal alone: no two campaigns share a root."""
    campaigns = session.scalars(select(Campaign.id).order_by(Campaign.id)).all() if printed else ()
    histories = [_batch_roots(session, each) for each in campaigns]
    for each in printed:
        if all(first_bad_extent(history, [each]) for history in histories):
            yield JournalFault(f"公文所载第{each.size}次封存", "根哈希与历次封存都不符，留痕可能被改动，或抄录有误")


def verify_seals(session: Session, campaign_id: int) -> Iterator[JournalFault]:
    """Whether every sealed head is still what the chain says, and every root what the seals before it add up to."""
    seals = session.scalars(select(Seal).where(Seal.campaign_id == campaign_id).order_by(Seal.sequence)).all()
    for seal in seals:
        where = f"活动 {campaign_id} 第{seal.sequence}次封存"
        leaves = session.scalars(select(SealLeaf).where(SealLeaf.seal_id == seal.id).order_by(SealLeaf.position)).all()
        hashes = [leaf_hash(leaf.head, leaf.case_id, leaf.sequence) for leaf in leaves]
        if len(leaves) != seal.size or not leaves or merkle_root(hashes) != seal.batch_root:
            yield JournalFault(where, "封存的留痕与根哈希不符，可能被改动")
        else:
            yield from _missing_heads(session, seal, where)
    if [seal.sequence for seal in seals] != list(range(1, len(seals) + 1)):
        yield JournalFault(f"活动 {campaign_id}", "封存记录不连续，可能被删除")
    extents = [Extent(seal.sequence, seal.root) for seal in seals]
    if bad := first_bad_extent([seal.batch_root for seal in seals], extents):
        yield JournalFault(f"活动 {campaign_id} 第{bad.size}次封存", "根哈希与历次封存不符，可能被改动")


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


def case_count(session: Session) -> int:
    """How many chains there are to verify."""
    return session.scalar(select(func.count()).select_from(Case)) or 0


def summary(session: Session) -> tuple[int, int]:
    """How many journal entries and seals there are."""
    entries = session.scalar(select(func.count()).select_from(JournalEntry)) or 0
    return entries, session.scalar(select(func.count()).select_from(Seal)) or 0
