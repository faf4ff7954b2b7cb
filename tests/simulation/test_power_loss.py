"""Power loss on SQLite: whatever was acknowledged is there, wherever the log of the database was cut behind it.

People act on a database in a file. At every commit the length of the log is noted before anybody is told; what a disk
holds after a power loss is the log up to there, any part of what was written afterwards, and garbage behind it. Each
such image has to open sound, with every acknowledged entry, and its chains have to verify.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.databases import SqliteDatabases
from tests.enterprise import MORNING, build, installed
from tests.operations.cast import Play
from tests.operations.scenarios.pledge import member_pledge, performing
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.sealing import JournalFault, verify
from workflow.simulation.chance import Chance
from workflow.store.journal import JournalEntry
from workflow.store.session import create_engine, reading

IMAGES = 1000
GARBAGE = 25  #: percent of images in which something else stands behind what was acknowledged
VERIFIED_EVERY = 50  #: images whose chains are verified from their first link
LONGEST = 9000  #: bytes of garbage
FEWEST = 20  #: commits that show that something happened


@dataclass
class Disk:
    """A database without its log, the log, and how long it was at each commit with how many journal entries."""

    base: bytes = b""
    log: bytes = b""
    acknowledged: list[tuple[int, int]] = field(default_factory=list)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """A member's pledge from the plan of the branch to its performance."""
    url = SqliteDatabases(tmp_path_factory.mktemp("power")).fresh(build)
    file, found = Path(url.removeprefix("sqlite:///")), Disk()
    with clock.use(FixedClock(MORNING)) as fixed, installed(url) as made:
        event.listen(made.engine, "connect", lambda raw, _record: raw.execute("PRAGMA wal_autocheckpoint=0"))

        def committed(session: Session) -> None:
            if session.in_nested_transaction():
                return
            with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as looking:
                entries = looking.execute("SELECT count(*) FROM journal").fetchone()[0]
            looking.close()
            found.acknowledged.append((Path(f"{file}-wal").stat().st_size, entries))

        play = Play(made, fixed)
        found.base = file.read_bytes()
        event.listen(Session, "after_commit", committed)
        try:
            performing(play, member_pledge(play))
        finally:
            event.remove(Session, "after_commit", committed)
        found.log = Path(f"{file}-wal").read_bytes()
        assert file.read_bytes() == found.base, "nothing was moved out of the log meanwhile"
        yield found


def image(disk: Disk, chance: Chance, file: Path) -> tuple[int, int]:
    """Write what a disk may hold; answers how many entries were acknowledged, and how many had been written."""
    number = chance.below(len(disk.acknowledged) - 1)
    (length, entries), (following, more) = disk.acknowledged[number], disk.acknowledged[number + 1]
    cut = chance.between(length, max(length, following))
    log = disk.log[:cut]
    if chance.happens(GARBAGE):
        log += chance.source.token_bytes(chance.between(1, LONGEST))
    file.write_bytes(disk.base)
    Path(f"{file}-wal").write_bytes(log)
    Path(f"{file}-shm").unlink(missing_ok=True)
    return entries, more


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder that no disk holds back, where the system has one."""
    fast = Path("/dev/shm")
    with TemporaryDirectory(dir=fast if fast.is_dir() else tmp_path) as folder:
        yield Path(folder)


def test_what_was_acknowledged_is_there_after_a_power_loss(disk: Disk, memory: Path) -> None:
    assert len(disk.acknowledged) > FEWEST
    chance = Chance("power loss")
    for number in range(IMAGES):
        file = memory / f"{number}.sqlite"
        acknowledged, written = image(disk, chance, file)
        with sqlite3.connect(file) as opened:
            opened.execute("PRAGMA synchronous=OFF")  # of who looks, not of who wrote
            assert opened.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            there = opened.execute("SELECT count(*) FROM journal").fetchone()[0]
        opened.close()
        assert there in (acknowledged, written), f"image {number}: {there}, acknowledged {acknowledged}"
        if number % VERIFIED_EVERY == 0:
            _verify(file, there)
        for each in memory.iterdir():
            each.unlink()


def test_a_log_that_lost_a_byte_of_what_was_acknowledged_would_be_noticed(disk: Disk, tmp_path: Path) -> None:
    grown = [
        now for before, now in zip(disk.acknowledged, disk.acknowledged[1:], strict=False) if before[1] < now[1]
    ]  # fmt: skip
    length, entries = grown[-1]
    file = tmp_path / "lost.sqlite"
    file.write_bytes(disk.base)
    Path(f"{file}-wal").write_bytes(disk.log[: length - 1])
    with sqlite3.connect(file) as opened:
        assert opened.execute("SELECT count(*) FROM journal").fetchone()[0] < entries
    opened.close()


def _verify(file: Path, entries: int) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == entries
        assert [each for each in verify(session) if isinstance(each, JournalFault)] == []
    engine.dispose()
