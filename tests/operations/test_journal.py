"""The journal cannot be changed unseen: whatever is edited, deleted, moved or cut off, verification names the place."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan, signed
from workflow.engine.chain import GENESIS, entry_hash
from workflow.operations import sealing
from workflow.operations.journal import content_of
from workflow.operations.sealing import JournalFault, case_count, seal_campaigns, summary, verify
from workflow.store.base import Base
from workflow.store.cases import Campaign, Case
from workflow.store.journal import JournalEntry, Seal, SealLeaf
from workflow.store.session import writing

ATTEMPTS = 150
TEXTS = ("fact", "trigger", "source", "target", "person", "post", "organization", "reason", "transition")

Tampering = Callable[[Session, Random, list[JournalEntry]], int]


def history(session: Session) -> list[JournalEntry]:
    """Every entry of the case with the longest journal."""
    longest = session.scalars(select(Case.id).order_by(Case.version.desc(), Case.id).limit(1)).one()
    entries = select(JournalEntry).where(JournalEntry.case_id == longest).order_by(JournalEntry.sequence)
    return list(session.scalars(entries))


def faults(session: Session) -> list[JournalFault]:
    session.flush()
    session.expire_all()
    return [each for each in verify(session) if isinstance(each, JournalFault)]


def edit(session: Session, chance: Random, entries: list[JournalEntry]) -> int:
    """Another text in one column."""
    entry, column = chance.choice(entries), chance.choice(TEXTS)
    setattr(entry, column, f"{getattr(entry, column) or ''}改"[-10:])
    return entry.sequence


def edit_details(_session: Session, chance: Random, entries: list[JournalEntry]) -> int:
    """Something more in what was entered."""
    entry = chance.choice(entries)
    entry.details = {**entry.details, "添": chance.randrange(1000)}
    return entry.sequence


def another_person(_session: Session, chance: Random, entries: list[JournalEntry]) -> int:
    """Somebody else did it."""
    entry = chance.choice([each for each in entries if each.person_id])
    entry.person_id = (entry.person_id or 0) + 1
    return entry.sequence


def remove(session: Session, chance: Random, entries: list[JournalEntry]) -> int:
    """An entry in the middle is deleted."""
    entry = chance.choice(entries[:-1])
    session.execute(delete(JournalEntry).where(JournalEntry.id == entry.id))
    return entry.sequence


def close_the_gap(session: Session, chance: Random, entries: list[JournalEntry]) -> int:
    """An entry is deleted and the rest renumbered."""
    gone = remove(session, chance, entries)
    for entry in entries[gone:]:
        session.execute(update(JournalEntry).where(JournalEntry.id == entry.id).values(sequence=entry.sequence - 1))
    return gone


def cut(session: Session, chance: Random, entries: list[JournalEntry]) -> int:
    """The end is cut off."""
    kept = chance.randrange(1, len(entries))
    session.execute(delete(JournalEntry).where(JournalEntry.id.in_([each.id for each in entries[kept:]])))
    return kept + 1


def swap(session: Session, chance: Random, entries: list[JournalEntry]) -> int:
    """Two entries change places."""
    first, second = sorted(chance.sample(entries, 2), key=lambda each: each.sequence)
    low, high = first.sequence, second.sequence
    for entry, sequence in ((first, -1), (second, low), (first, high)):
        session.execute(update(JournalEntry).where(JournalEntry.id == entry.id).values(sequence=sequence))
    return low


@pytest.fixture
def told(play: Play) -> Play:
    """A campaign in which something has happened, sealed twice."""
    signed(play)
    assert seal_campaigns(play.installation.engine) == 1
    play.wait()
    plan(play)
    assert [seal_campaigns(play.installation.engine) for _ in range(2)] == [1, 0], "nothing has grown since"
    return play


def test_an_untouched_journal_is_sound(told: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(told.installation.engine) as session:
        assert faults(session) == []
        assert summary(session) == (len(session.scalars(select(JournalEntry.id)).all()), 2)
        monkeypatch.setattr(sealing, "VERIFY_BATCH", 1)
        assert list(verify(session)) == [1] * case_count(session), "batch by batch"
        assert case_count(session) > 1


def copy_of(row: Base, **changed: object) -> dict[str, object]:
    """What a row holds, for another one."""
    return {each.key: getattr(row, each.key) for each in row.__table__.columns if each.key != "id"} | changed


def test_an_entry_too_many_is_found_however_well_it_is_chained(told: Play) -> None:
    with writing(told.installation.engine) as session:
        last = history(session)[-1]
        length = last.sequence
        more = JournalEntry(**copy_of(last, sequence=length + 1))
        more.hash = entry_hash(last.hash, content_of(more))
        session.add(more)
        [found] = faults(session)
        assert found.where.endswith(f"第{length + 1}条留痕")
        assert found.message == f"应有 {length} 条留痕，现有 {length + 1} 条。"
        session.rollback()


def test_each_campaign_is_sealed_apart(told: Play) -> None:
    case, other = plan(told), plan(told)
    with writing(told.installation.engine) as session:
        row = session.get_one(Case, other)
        second = Campaign(**copy_of(session.get_one(Campaign, row.campaign_id), code="2013-01"))
        session.add(second)
        session.flush()
        row.campaign_id = second.id
    assert seal_campaigns(told.installation.engine) == 2
    with writing(told.installation.engine) as session:
        sealed = session.execute(select(Seal.campaign_id, Seal.sequence, SealLeaf.case_id).join(SealLeaf))
        assert {tuple(each) for each in sealed if each[2] in (case, other)} == {(1, 3, case), (second.id, 1, other)}
        assert faults(session) == []


@pytest.mark.parametrize("tamper", [edit, edit_details, another_person, remove, close_the_gap, cut, swap])
def test_every_tampering_is_found_at_its_place(told: Play, tamper: Tampering) -> None:
    with writing(told.installation.engine) as session:
        number = session.scalars(select(Case.number).order_by(Case.version.desc(), Case.id).limit(1)).one()
        for attempt in range(ATTEMPTS // 7):
            savepoint = session.begin_nested()
            place = tamper(session, Random(f"{tamper.__name__}{attempt}"), history(session))
            first = faults(session)[0]
            assert first.where == f"事项 {number} 第{place}条留痕", first
            assert first.message.endswith("。")
            savepoint.rollback()
            session.expire_all()
        assert faults(session) == []


def rewrite(session: Session, entries: list[JournalEntry], place: int) -> None:
    """What somebody does who knows the algorithm: change an entry and compute everything after it anew."""
    entries[place].reason = "从来如此"
    head = entries[place - 1].hash if place else GENESIS
    for entry in entries[place:]:
        entry.hash = head = entry_hash(head, content_of(entry))
    session.get_one(Case, entries[0].case_id).head = head


def test_a_history_computed_anew_is_found_by_the_seal(told: Play) -> None:
    with writing(told.installation.engine) as session:
        entries = history(session)
        rewrite(session, entries, 2)
        number = session.get_one(Case, entries[0].case_id).number
        found = faults(session)
        assert found[0].message == f"事项 {number} 的留痕与封存时不同"
        assert "封存" in found[0].where
        session.rollback()


LEAVES, ROOT = "封存的留痕与根哈希不符，可能被改动", "根哈希与历次封存不符，可能被改动"
GAP = "封存记录不连续，可能被删除"


@pytest.mark.parametrize("chosen", [0, 1])
def test_a_seal_that_is_changed_is_found(told: Play, chosen: int) -> None:
    with writing(told.installation.engine) as session:
        seal = session.scalars(select(Seal).order_by(Seal.id)).all()[chosen]
        campaign = f"活动 {seal.campaign_id}"
        here = f"{campaign} 第{chosen + 1}次封存"
        of_seal, of_leaves = update(Seal).where(Seal.id == seal.id), update(SealLeaf).where(SealLeaf.seal_id == seal.id)
        for change, found in (
            (of_seal.values(root="0" * 64), [(here, ROOT)]),
            (of_seal.values(batch_root="0" * 64), [(here, LEAVES), (here, ROOT)]),
            (of_seal.values(size=seal.size + 1), [(here, LEAVES)]),
            (of_seal.values(sequence=9), [(campaign, GAP), (f"{campaign} 第{(2, 9)[chosen]}次封存", ROOT)]),
            (of_leaves.values(head="0" * 64), [(here, LEAVES)]),
            (of_leaves.values(sequence=9), [(here, LEAVES)]),
            (delete(SealLeaf).where(SealLeaf.seal_id == seal.id), [(here, LEAVES)]),
        ):
            trial = session.begin_nested()
            session.execute(change)
            assert [(each.where, each.message) for each in faults(session)] == found, change
            trial.rollback()
        assert faults(session) == []


def test_a_seal_that_is_deleted_is_found(told: Play) -> None:
    with writing(told.installation.engine) as session:
        first = session.scalars(select(Seal).order_by(Seal.id)).first()
        assert first is not None
        session.execute(delete(SealLeaf).where(SealLeaf.seal_id == first.id))
        session.execute(delete(Seal).where(Seal.id == first.id))
        assert [each.message for each in faults(session)] == [GAP, ROOT]
        session.rollback()
