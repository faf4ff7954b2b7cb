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
from workflow.operations.journal import content_of
from workflow.operations.sealing import JournalFault, seal_campaigns, verify
from workflow.store.cases import Case
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
    seal_campaigns(play.installation.engine)
    play.wait()
    plan(play)
    seal_campaigns(play.installation.engine)
    return play


def test_an_untouched_journal_is_sound(told: Play) -> None:
    with writing(told.installation.engine) as session:
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
        assert found
        assert number in found[0].message
        assert "封存" in found[0].where
        session.rollback()


@pytest.mark.parametrize("column", ["root", "batch_root"])
def test_a_seal_that_is_edited_is_found(told: Play, column: str) -> None:
    with writing(told.installation.engine) as session:
        seal = session.scalars(select(Seal).order_by(Seal.id)).first()
        assert seal is not None
        setattr(seal, column, "0" * 64)
        assert "第1次封存" in faults(session)[0].where
        session.rollback()


def test_a_seal_that_is_deleted_is_found(told: Play) -> None:
    with writing(told.installation.engine) as session:
        first = session.scalars(select(Seal).order_by(Seal.id)).first()
        assert first is not None
        session.execute(delete(SealLeaf).where(SealLeaf.seal_id == first.id))
        session.execute(delete(Seal).where(Seal.id == first.id))
        assert any("封存" in each.message or "封存" in each.where for each in faults(session))
        session.rollback()
