"""What an act changes about one case, collected and written at once: on PostgreSQL in a single statement.

The ORM's unit of work costs more here than everything else together (architecture.md, Data). Whatever is collected is
written before the session reads, flushes or commits, so nobody sees a case without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from workflow.store.at_once import cancelling, closing, shutting, statement
from workflow.store.base import Base
from workflow.store.cases import Case, Deadline
from workflow.store.journal import JournalEntry
from workflow.store.prepared import Prepared, connected
from workflow.store.tasks import Candidate, Task

COLLECTED = "changes of a case"  #: where a session keeps them
WRITTEN = "changes of a case were written"
Values = Mapping[str, Any]


@dataclass
class Changes:
    """Everything about one locked case that is not in the database yet."""

    row: Case
    moved: dict[str, Any] = field(default_factory=dict)  #: columns of the case
    entries: list[Values] = field(default_factory=list)
    closed: Values | None = None  #: closed_at, closed_by, closed_reason of every open task but copies
    opened: list[tuple[Values, tuple[str, ...]]] = field(default_factory=list)  #: tasks with their addresses
    timers: list[Values] = field(default_factory=list)
    cancels: bool = False  #: the timers that stand in the database

    def set(self, **values: Any) -> None:
        """Give the case these values. The row shows them at once, and the unit of work has nothing to find."""
        for name, value in values.items():
            if getattr(self.row, name) != value:
                set_committed_value(self.row, name, value)
                self.moved[name] = value

    def enter(self, **values: Any) -> None:
        """Add an entry to the journal."""
        self.entries.append(complete(JournalEntry, values))

    def open(self, addresses: Iterable[str], **values: Any) -> None:
        """Open a task."""
        self.opened.append((complete(Task, values), tuple(addresses)))

    def close_all(self, at: datetime, by: int | None, reason: str) -> None:
        """Close every task that stands open in the database; a copy stays until it is read."""
        self.closed = {"closed_at": at, "closed_by": by, "closed_reason": reason}

    def add_timer(self, **values: Any) -> None:
        """Store a due moment."""
        self.timers.append(complete(Deadline, values))

    def cancel_timers(self) -> None:
        """Cancel every timer that has not fired, those collected so far among them."""
        self.timers.clear()
        self.cancels = True

    def write(self, session: Session) -> None:
        """Write it all."""
        session.info[WRITTEN] = True
        if session.get_bind().dialect.name == "postgresql":
            self._at_once(session)
        else:
            self._in_turn(session)

    def _at_once(self, session: Session) -> None:
        opened = [{**values, "addresses": addresses} for values, addresses in self.opened]
        found = {"cancels": self.cancels, "entries": self.entries, "closed": self.closed, "opened": opened,
                 "timers": self.timers}  # fmt: skip
        asked = {name: values for name, values in found.items() if values}
        if asked or self.moved:
            values = {**asked, **(self.closed or {}), **_named(self.moved), "case": self.row.id}
            statement(tuple(sorted(self.moved)), tuple(asked)).run(connected(session), values)

    def _in_turn(self, session: Session) -> None:
        connection = connected(session)
        if self.moved:
            _update(tuple(sorted(self.moved))).run(connection, {**_named(self.moved), "case": self.row.id})
        ENTER.run_each(connection, self.entries)
        if self.closed is not None:
            SHUT.run(connection, {"case": self.row.id})
            CLOSE.run(connection, {**self.closed, "case": self.row.id})
        if self.cancels:
            CANCEL.run(connection, {"case": self.row.id})
        for values, addresses in self.opened:
            task = OPEN.run(connection, values)
            is_open = not values["is_waiting"]
            ADDRESS.run_each(connection, [{"task_id": task, "address": each, "is_open": is_open} for each in addresses])
        TIME.run_each(connection, self.timers)


def changes(session: Session, row: Case) -> Changes:
    """What is collected about this case in the session; what was collected about another one is written first."""
    if inspect(row).expired_attributes:  # reading them later would write what is collected too early
        session.refresh(row)
    found: Changes | None = session.info.get(COLLECTED)
    if found is None or found.row is not row:
        write_changes(session)
        found = session.info[COLLECTED] = Changes(row)
    return found


def write_changes(session: Session) -> None:
    """Write what is collected, if anything is."""
    found: Changes | None = session.info.pop(COLLECTED, None)
    if found is not None:
        found.write(session)


def renew(session: Session, *entities: type[Base]) -> None:
    """Let what the session knows of these rows be read anew: they are about to be changed behind its back."""
    known = [each for each in session.identity_map.values() if isinstance(each, entities)]
    if known or any(isinstance(each, entities) for each in session.new):
        session.flush()
        for each in [each for each in session.identity_map.values() if isinstance(each, entities)]:
            session.expire(each)


def write_pending(session: Session) -> None:
    """Write everything that the session knows and the database does not: before statements that bypass the ORM."""
    session.flush()
    write_changes(session)


@event.listens_for(Session, "do_orm_execute")
def _before_reading(state: ORMExecuteState) -> None:
    if COLLECTED in state.session.info:
        write_changes(state.session)


@event.listens_for(Session, "before_flush")
@event.listens_for(Session, "before_commit")
def _before_writing(session: Session, *_: object) -> None:
    if COLLECTED in session.info:
        write_changes(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, *_: object) -> None:
    # After a savepoint the ORM reads anew what it has written itself; of what was written here it knows nothing.
    if session.info.pop(COLLECTED, None) is not None or session.info.pop(WRITTEN, False):
        session.expire_all()


@lru_cache(maxsize=16)
def defaults(table: Table) -> Values:
    """What a column holds that is not named; the key is the database's business."""
    stored = [column for column in table.columns if column.name != "id"]
    return {each.name: _scalar(each.default) for each in stored}


def _scalar(default: object) -> object:
    return default.arg if isinstance(default, ScalarElementColumnDefault) else None


def complete(entity: type[Base], values: Values) -> Values:
    """A new row with what its columns hold that are not named."""
    return {**defaults(entity.__table__), **values}


def _named(changed: Values) -> Values:
    return {f"c_{name}": value for name, value in changed.items()}


@lru_cache(maxsize=32)
def inserting(entity: type[Base]) -> Prepared:
    """A new row with everything but its key, which is the database's business."""
    table: Any = entity.__table__
    columns = [column.name for column in table.c if column.name != "id"]
    return Prepared(table.insert().values({name: bindparam(name) for name in columns}))


@lru_cache(maxsize=256)
def _update(columns: tuple[str, ...]) -> Prepared:
    table: Any = Case.__table__
    values = {name: bindparam(f"c_{name}", type_=table.c[name].type) for name in columns}
    return Prepared(table.update().where(table.c.id == bindparam("case")).values(values))


ENTER, OPEN, ADDRESS, TIME = map(inserting, (JournalEntry, Task, Candidate, Deadline))
CLOSE, SHUT, CANCEL = Prepared(closing()), Prepared(shutting()), Prepared(cancelling())
