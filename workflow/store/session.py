"""Engines and transactions. One transaction per command: writers lock at once, readers never block them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Dialect, Engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from workflow.store.prepared import Prepared

BUSY_TIMEOUT_MS = 15_000  #: how long SQLite waits for the one writer before it gives up
STATEMENTS = 512  #: that SQLite's driver keeps compiled: 128 are fewer than the product has
PING_AFTER_S = 5.0  #: seconds of rest after which a connection is tried before it is used
RESTS_SINCE = "chuangyou_rests_since"
READ_ONLY = "chuangyou_read_only"
READER = "chuangyou_reader"  #: where an engine keeps the one that reads
#: Under PostgreSQL's usual READ COMMITTED each statement sees another state, and a chain may seem longer than its case.
ONE_STATE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
AS_READER: Mapping[str, Mapping[str, Any]] = {"sqlite": {READ_ONLY: True}, "postgresql": ONE_STATE}
BEGIN_READING, BEGIN_WRITING = Prepared(text("BEGIN")), Prepared(text("BEGIN IMMEDIATE"))
#: One side of a connection may be cut off without a word: both find out by themselves, and its locks are free again.
LINK = {
    "connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=30000 -c idle_in_transaction_session_timeout=60000",
}  # fmt: skip
SECRET = {"hide_parameters": True}  #: an error in the log does not quote what was typed


def create_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, full durability, immediate transactions) or PostgreSQL."""
    if make_url(url).get_backend_name() == "sqlite":
        how = {"timeout": BUSY_TIMEOUT_MS / 1000, "cached_statements": STATEMENTS}
        engine = sqlalchemy.create_engine(url, connect_args=how, **SECRET)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = sqlalchemy.create_engine(url, pool_size=10, max_overflow=10, connect_args=link(url), **SECRET)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", partial(_ping, engine.dialect))
    return engine


def lone(connect: Callable[[], Any]) -> Engine:
    """An engine for SQLite with one connection that everybody shares, made by the caller: for databases in memory."""
    engine = sqlalchemy.create_engine("sqlite://", creator=connect, poolclass=StaticPool, **SECRET)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def link(url: str) -> dict[str, Any]:
    """How a connection notices that it is one no longer, except where the address of a PostgreSQL says so itself."""
    parts = make_url(url)
    postgresql = parts.get_backend_name() == "postgresql"
    return {name: value for name, value in LINK.items() if name not in parts.query} if postgresql else {}


@event.listens_for(Engine, "handle_error")
def _unreachable(context: ExceptionContext) -> None:
    # The queue goes on trying only when the driver says that a connection failed, and it says so of some of them alone.
    if context.connection is None and context.dialect.name == "postgresql":
        context.is_disconnect = True


def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[RESTS_SINCE] = monotonic()


def _ping(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    # Asking each time whether the server is still there costs a round trip an act; asking after a rest costs nothing.
    if monotonic() - record.info.get(RESTS_SINCE, monotonic()) < PING_AFTER_S:
        return
    try:
        dialect.do_ping(connection)
    except Exception as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in _begin_sqlite, not by the driver's guess
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails with "locked" when another writer
    # commits in between; an immediate one waits its turn instead.
    reads = connection.get_execution_options().get(READ_ONLY)
    (BEGIN_READING if reads else BEGIN_WRITING).run(connection, {})


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose work commits together at the end of the block, or not at all."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


def _reader(engine: Engine) -> Engine:
    """The same engine for whoever only reads, made once."""
    known: Engine | None = vars(engine).get(READER)
    if known is None:
        known = vars(engine)[READER] = engine.execution_options(**AS_READER[engine.dialect.name])
    return known


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the database from first to last; it waits for nobody and writes nothing."""
    with Session(_reader(engine), expire_on_commit=False) as session:
        yield session  # closing rolls back
