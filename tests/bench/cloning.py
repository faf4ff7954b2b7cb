"""Many cases by copying a few real ones inside the database: every row that hangs on a case, keys shifted."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
from sqlalchemy import Column, Table

from tests.bench.job import Place
from workflow.store import tables  # noqa: F401 - fills the metadata
from workflow.store.base import Base

ROOTS = ("cases", "tasks")  #: whose rows are copied with all that refers to them
SERIES = {
    "postgresql": "generate_series({first}, {last}) AS copies(n)",
    "sqlite": "(WITH RECURSIVE copies(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM copies WHERE n < {last})"
    " SELECT n FROM copies) AS copies",
}


class Cloner:
    """Copies the cases that a database holds when it is made."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._tables = [each for each in Base.metadata.sorted_tables if each.name in ROOTS or _refers(each)]
        with _Connection(place) as connection:
            self._last = {table.name: _last(connection, table) for table in self._tables}
            found = connection.execute("SELECT count(*) FROM cases").fetchone()
        self.templates: int = found[0]
        self._copies = 0

    def grow(self, cases: int) -> None:
        """Bring the number of stored cases to about `cases`; none when there are as many."""
        wanted = cases // self.templates - 1
        if wanted <= self._copies:
            return
        with _Connection(self._place) as connection:
            base = max(_last(connection, table) for table in self._tables)
            stride = max(self._last.values()) + 1
            span = {"first": self._copies + 1, "last": wanted, "base": base - self._copies * stride, "stride": stride}
            for table in self._tables:
                connection.execute(self._statement(table, span))
            if self._place.kind == "postgresql":
                for table in self._tables:
                    self._resume(connection, table)
        self._copies = wanted

    def _statement(self, table: Table, span: dict[str, int]) -> str:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        values = ", ".join(_value(column, span) for column in table.columns)
        mark = next(column for column in table.columns if _shifted(column))
        limit = self._last[table.name if mark.primary_key and not mark.foreign_keys else _target(mark)]
        series = SERIES[self._place.kind].format(**span)
        source = f'SELECT {values} FROM {table.name}, {series} WHERE "{mark.name}" <= {limit}'
        return f"INSERT INTO {table.name} ({names}) {source}"

    def _resume(self, connection: Any, table: Table) -> None:
        if "id" in table.columns:
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            connection.execute(f"SELECT setval({sequence}, (SELECT max(id) FROM {table.name}))")


class _Connection:
    """A connection that checks no foreign keys and does not wait for the disk: a copy of sound rows is sound."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __enter__(self) -> Any:
        if self._place.kind == "postgresql":
            self._connection: Any = psycopg.connect(self._place.conninfo)
            self._connection.execute("SET session_replication_role = replica")
        else:
            self._connection = sqlite3.connect(self._place.where)
            self._connection.execute("PRAGMA synchronous=OFF")
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.commit()
        if self._place.kind == "postgresql":  # what autovacuum would come to; SQLite has to do without statistics
            self._connection.autocommit = True
            self._connection.execute("VACUUM ANALYZE")
            self._connection.execute("CHECKPOINT")
        self._connection.close()


def _last(connection: Any, table: Table) -> int:
    column = next(each for each in table.columns if _shifted(each))
    return int(connection.execute(f'SELECT coalesce(max("{column.name}"), 0) FROM {table.name}').fetchone()[0])


def _refers(table: Table) -> bool:
    return any(_target(column) in ROOTS for column in table.columns)


def _target(column: Column[Any]) -> str:
    return next((key.column.table.name for key in column.foreign_keys), "")


def _shifted(column: Column[Any]) -> bool:
    return _target(column) in ROOTS or (column.name == "id" and column.primary_key)


def _value(column: Column[Any], span: dict[str, int]) -> str:
    name = f'{column.table.name}."{column.name}"'
    if _shifted(column):
        return f"{name} + {span['base']} + copies.n * {span['stride']}"
    return f"{name} || '-' || copies.n" if column.unique else name
