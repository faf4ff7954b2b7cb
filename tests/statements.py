"""Statements compiled once a run: each test has an engine of its own, and those of one kind share what they know.

Compiling the same SQL anew for each database takes every seventh second of the tests of operations.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_COMPILED: LRUCache[object, object] = LRUCache(5_000)


class _Sharing:
    """What makes engines of one kind find each other's statements."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Called for every engine as it is made."""
        engine.update_execution_options(compiled_cache=_COMPILED)


class Sqlite(_Sharing, SQLiteDialect_pysqlite):
    """Stands for `sqlite://`."""

    supports_statement_cache = True


class Postgres(_Sharing, PGDialect_psycopg):
    """Stands for `postgresql+psycopg://`."""

    supports_statement_cache = True


def share() -> None:
    """From now on."""
    registry.register("sqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Postgres.__name__)
