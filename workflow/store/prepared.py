"""Statements of the hot path: compiled once for a dialect, then run with little more than the driver's own work.

What SQLAlchemy does for each execution (cache keys, result metadata, coercion) costs more there than the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, SelectBase
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

CONNECTION = "chuangyou_connection"  #: where a transaction keeps the one that it uses

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class _Compiled:
    """The text for one dialect, with what turns our values into the driver's."""

    text: str
    order: tuple[str, ...] | None  #: names of the parameters where the driver takes them by position
    constants: Values  #: parameters that the statement itself gives
    converters: tuple[tuple[str, Convert], ...]
    answers: tuple[tuple[int, Convert], ...]  #: what turns the driver's values into ours, by position

    def ready(self, values: Values) -> Any:
        """The parameters as the driver takes them."""
        converted = {**self.constants, **values}
        for name, convert in self.converters:
            converted[name] = convert(converted[name])
        return tuple([converted[name] for name in self.order]) if self.order is not None else converted


def connected(session: Session) -> Connection:
    """The connection of the session's transaction, asked of the session once: it looks at much more each time."""
    transaction = session.get_nested_transaction() or session.get_transaction()
    known: Connection | None = vars(transaction).get(CONNECTION) if transaction and transaction.is_active else None
    if known is None:
        known = session.connection()
        vars(session.get_nested_transaction() or session.get_transaction())[CONNECTION] = known
    return known


class Prepared:
    """A statement whose parameters are all named by `bindparam`."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Values) -> list[list[Any]]:
        """Execute it and fetch everything."""
        found: list[list[Any]] = self._execute(connection, values, _fetched)
        for index, convert in self._for(connection.dialect).answers:
            for each in found:
                each[index] = convert(each[index])
        return found

    def run(self, connection: Connection, values: Values) -> Any:
        """Execute it once; answers the key of the row that SQLite inserted."""
        return self._execute(connection, values, _key)

    def run_each(self, connection: Connection, values: Sequence[Values]) -> None:
        """Execute it once for each set of values."""
        if len(values) == 1:
            self.run(connection, values[0])
        elif values:
            self._execute(connection, values, _key)

    def _execute(
        self, connection: Connection, values: Values | Sequence[Values], answer: Callable[[Any], Any]
    ) -> Any:  # fmt: skip
        """What the driver's cursor answers; its errors become those of SQLAlchemy, and the pool is told of a lost
        connection."""
        known = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        try:
            if isinstance(values, Mapping):
                cursor.execute(known.text, known.ready(values))
            else:
                cursor.executemany(known.text, [known.ready(each) for each in values])
            return answer(cursor)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _wrapped(connection, known, values, error, cursor) from error
        finally:
            cursor.close()

    def _for(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        return known or self._compiled.setdefault(dialect.name, _compile(self._statement, dialect))


def _fetched(cursor: Any) -> list[list[Any]]:
    return [list(each) for each in cursor.fetchall()]


def _key(cursor: Any) -> Any:
    return getattr(cursor, "lastrowid", None)


def _compile(statement: ClauseElement, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - only statements are prepared
    given = ((name, bind.type.dialect_impl(dialect).bind_processor(dialect)) for name, bind in compiled.binds.items())
    converters = tuple((name, convert) for name, convert in given if convert is not None)
    constants = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    order = tuple(compiled.positiontup or ()) if compiled.positional else None
    columns = statement.selected_columns if isinstance(statement, SelectBase) else ()
    found = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
    answers = tuple((index, convert) for index, convert in enumerate(found) if convert is not None)
    return _Compiled(str(compiled), order, constants, converters, answers)


def _wrapped(
    connection: Connection, known: _Compiled, values: Values | Sequence[Values], error: Exception, cursor: Any
) -> Exception:
    given = dict(values) if isinstance(values, Mapping) else [dict(each) for each in values]
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)  # type: ignore[arg-type]
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        known.text, given, error, dialect.loaded_dbapi.Error, hide_parameters=connection.engine.hide_parameters,
        connection_invalidated=is_lost, dialect=dialect,
    )  # fmt: skip
