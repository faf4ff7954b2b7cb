"""Rows by prepared statements, as objects of the session: what the ORM's own queries cost is several times more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, inspect, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, instance_state, manager_of_class, set_committed_value

from workflow.store.base import Base
from workflow.store.changes import complete, defaults, inserting, write_pending
from workflow.store.prepared import Prepared, connected

MOST_FILLED_UP = 4096  #: beyond, doubling a list costs more than compiling its statement

RowT = TypeVar("RowT", bound=Base)
ValueT = TypeVar("ValueT")


class Entities(Generic[RowT]):
    """The rows of one table that meet some conditions, whose parameters are all named by `bindparam`."""

    def __init__(self, entity: type[RowT], *which: Any, order: Any = None, most: int | None = None) -> None:
        table: Any = entity.__table__
        self._entity, self._names = entity, [column.name for column in table.c]
        self._statement = Prepared(select(*table.c).where(*which).order_by(order).limit(most))

    def of(self, session: Session, **values: Any) -> list[RowT]:
        """Those that are there now."""
        return [put(session, self._entity, each) for each in self._found(session, values)]

    def seen(self, session: Session, **values: Any) -> list[RowT]:
        """The same for whoever only looks at them: the session does not know them, and keeps no change of theirs."""
        return [_made(self._entity, each) for each in self._found(session, values)]

    def _found(self, session: Session, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for each in found_rows(session, self._statement, values):
            yield dict(zip(self._names, each, strict=True))


def found_rows(session: Session, statement: Prepared, values: Mapping[str, Any]) -> list[list[Any]]:
    """What a prepared statement finds, once everything that the session knows has been written."""
    write_pending(session)
    return statement.rows(connected(session), values)


def run(session: Session, statement: Prepared, *values: Mapping[str, Any]) -> None:
    """Execute a prepared statement for each set of values, once everything that the session knows has been written.

    The session does not notice: only for rows that it does not hold.
    """
    write_pending(session)
    statement.run_each(connected(session), values)


def filled_up(values: list[ValueT]) -> list[ValueT]:
    """As many as the next power of two, the last one again: few statements serve lists of any length."""
    more = (1 << (len(values) - 1).bit_length()) - len(values)
    return values + values[-1:] * more if len(values) <= MOST_FILLED_UP else values


def put(session: Session, entity: type[RowT], values: Mapping[str, Any]) -> RowT:
    """The row as an object of the session, known to be as the database has it; no query."""
    key = session.identity_key(entity, tuple([values[name] for name in _keys(entity)]))
    present: RowT | None = session.identity_map.get(key)
    if present is None:
        return _attached(session, _made(entity, values), key)
    state = inspect(present)
    if state.modified or state.expired_attributes:
        for name, value in values.items():
            set_committed_value(present, name, value)
    else:
        instance_dict(present).update(values)
    return present


def _attached(session: Session, made: RowT, key: Any) -> RowT:
    """As the ORM loads a row itself: it needs nothing of what `add` looks for."""
    state = instance_state(made)
    state.key, state.session_id = key, session.hash_key
    session.identity_map.add(state)
    return made


def insert(session: Session, row: Base) -> None:
    """Store a new row at once, and let the session know it as the database has it; its key is the database's."""
    write_pending(session)
    table, given = type(row).__table__, instance_dict(row)
    values = {name: value for name, value in defaults(table).items() if value is not None}
    values |= {column.name: given[column.name] for column in table.columns if column.name in given}
    ((key,),) = _inserting(type(row), tuple(values)).rows(connected(session), values)
    given.update({**dict.fromkeys(column.name for column in table.columns), **values, "id": key})
    make_transient_to_detached(row)
    _attached(session, row, inspect(row).key)


def insert_rows(session: Session, entity: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new rows that nobody needs as objects."""
    run(session, inserting(entity), *(complete(entity, each) for each in rows))


@lru_cache(maxsize=64)
def _inserting(entity: type[Base], columns: tuple[str, ...]) -> Prepared:
    table: Any = entity.__table__
    return Prepared(table.insert().values({name: bindparam(name) for name in columns}).returning(table.c.id))


def _made(entity: type[RowT], values: Mapping[str, Any]) -> RowT:
    made: RowT = manager_of_class(entity).new_instance()
    instance_dict(made).update(values)
    return made


def get(session: Session, entity: type[RowT], key: Any) -> RowT | None:
    """The row with this key; nothing is read when the session has it."""
    return known(session, entity, key) or next(iter(_by_key(entity).of(session, key=key)), None)


def known(session: Session, entity: type[RowT], key: Any) -> RowT | None:
    """The row with this key if the session has it."""
    found = session.identity_map.get(session.identity_key(entity, key))
    return found if found is not None and not inspect(found).expired_attributes else None


def get_one(session: Session, entity: type[RowT], key: Any) -> RowT:
    """The same; NoResultFound when there is none."""
    found = get(session, entity, key)
    if found is None:
        raise NoResultFound(f"{entity.__tablename__} {key}")
    return found


@lru_cache(maxsize=64)
def _keys(entity: type[RowT]) -> tuple[str, ...]:
    return tuple(column.name for column in inspect(entity).primary_key)


@lru_cache(maxsize=64)
def _by_key(entity: type[RowT]) -> Entities[RowT]:
    table: Any = entity.__table__
    (name,) = _keys(entity)
    return Entities(entity, table.c[name] == bindparam("key"))
