"""What goes wrong between the product and its database: crashes, lost answers, a busy database, a slow one.

Every fault strikes where the driver is called, so that no statement is out of its reach; which one, the seed says.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from workflow.clock import FixedClock
from workflow.simulation.chance import Chance

SLOW = timedelta(minutes=7)  #: that a slow statement takes
REACH = 40  #: the furthest statement at which a fault is planned
STATEMENTS = 1024  #: that the driver keeps compiled: as many as a year knows
FIRST_COMMITS = 3  #: of an operation, at which a fault is planned


class Kind(StrEnum):
    """What happens, and where."""

    CRASH = "crash before a statement"
    BEFORE_COMMIT = "crash before commit"
    LOST = "crash after commit, answer lost"
    BUSY = "database busy"
    SLOW = "slow statement"
    UNMARKED = "crash between a job's effect and its mark"


AT_STATEMENTS = (Kind.CRASH, Kind.BUSY, Kind.SLOW)
WEIGHTS = {Kind.CRASH: 4, Kind.BEFORE_COMMIT: 2, Kind.LOST: 3, Kind.BUSY: 3, Kind.SLOW: 1, Kind.UNMARKED: 2}
SAID = {
    Kind.CRASH: "执行某条语句之前进程崩溃", Kind.BEFORE_COMMIT: "提交之前进程崩溃", Kind.LOST: "提交之后崩溃，答复丢失",
    Kind.BUSY: "数据库忙", Kind.SLOW: "数据库很慢", Kind.UNMARKED: "后台任务已做完、未记完成时崩溃",
}  # fmt: skip


class Crashed(BaseException):
    """The process is gone. Nothing of the product catches it, as nothing survives in memory."""


@dataclass(frozen=True)
class Fault:
    """One planned fault: what, and before which statement or commit of the operation."""

    kind: Kind
    position: int


def plan(chance: Chance) -> Fault:
    """Some fault somewhere."""
    kind = chance.weighted(WEIGHTS)
    return Fault(kind, chance.between(1, REACH if kind in AT_STATEMENTS else FIRST_COMMITS))


@dataclass
class Faults:
    """The fault that is armed for the operation in hand, and what has struck so far."""

    clock: FixedClock
    struck: Counter[tuple[str, str]] = field(default_factory=Counter)  #: (kind, operation) → how often
    armed: Fault | None = None
    operation: str = ""
    statements: int = 0
    commits: int = 0

    @contextmanager
    def during(self, operation: str, fault: Fault | None) -> Iterator[None]:
        """What the block does is hit by the fault, if it comes that far."""
        self.operation, self.armed, self.statements, self.commits = operation, fault, 0, 0
        try:
            yield
        finally:
            self.armed = None

    def before_statement(self) -> None:
        """Called before every statement."""
        self.statements += 1
        if self.armed is not None and self.armed.kind in AT_STATEMENTS and self.statements == self.armed.position:
            self._strike(self.armed.kind)

    def before_commit(self) -> None:
        """Called before every commit."""
        self.commits += 1
        self._at(Kind.BEFORE_COMMIT, self.commits)

    def after_commit(self) -> None:
        """Called once the database has committed, before anybody is told."""
        self._at(Kind.LOST, self.commits)

    def before_mark(self) -> None:
        """Called when a job has done its work, before the queue knows."""
        if self.armed is not None and self.armed.kind is Kind.UNMARKED:
            self._strike(Kind.UNMARKED)

    def _at(self, kind: Kind, number: int) -> None:
        if self.armed is not None and self.armed.kind is kind and self.armed.position == number:
            self._strike(kind)

    def _strike(self, kind: Kind) -> None:
        self.armed = None
        self.struck[kind.value, self.operation] += 1
        if kind is Kind.SLOW:
            self.clock.advance(SLOW)
        elif kind is Kind.BUSY:
            raise sqlite3.OperationalError("database is locked")
        else:
            raise Crashed(kind.value)


class Cursor(sqlite3.Cursor):
    """A cursor that asks before every statement."""

    faults: Faults

    def execute(self, sql: str, parameters: Any = ()) -> Cursor:
        """Execute, unless something is planned."""
        self.faults.before_statement()
        super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Any) -> Cursor:
        """Execute for each, unless something is planned."""
        self.faults.before_statement()
        super().executemany(sql, parameters)
        return self


class Connection(sqlite3.Connection):
    """The one connection to a database in memory. Who closes it has only died: what was not committed is undone."""

    faults: Faults

    def cursor(self, factory: Callable[..., Any] | None = None) -> Any:  # noqa: ARG002 - nobody asks for another one
        """A cursor of ours."""
        made = Cursor(self)
        made.faults = self.faults
        return made

    def commit(self) -> None:
        """Commit, unless something is planned before or after."""
        self.faults.before_commit()
        super().commit()
        self.faults.after_commit()

    def close(self) -> None:
        """Undo what was not committed; the database itself stays until the simulation ends."""
        super().rollback()

    def glance(self, sql: str) -> Any:
        """One value as it stands now, for whoever looks on: no fault strikes here."""
        return sqlite3.Cursor(self).execute(sql).fetchone()[0]

    def end(self) -> None:
        """Give the memory back."""
        super().close()


class Onlooker:
    """The same database for whoever only looks on: nothing strikes here, and nobody's transaction begins or ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.create_function = connection.create_function

    def cursor(self) -> sqlite3.Cursor:
        """A cursor that asks nobody."""
        return sqlite3.Cursor(self._connection)

    def commit(self) -> None:
        """Nothing was written."""

    rollback = close = commit


def connect(image: bytes, faults: Faults) -> Connection:
    """A database in memory that is a copy of another one."""
    made = sqlite3.connect(":memory:", factory=Connection, check_same_thread=False, cached_statements=STATEMENTS)
    made.faults = faults
    if image:
        made.deserialize(image)
    return made
