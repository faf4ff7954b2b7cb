"""A fresh database for every test, copied from one that was built once.

Building means running the migrations (and perhaps loading the demonstration enterprise); copying costs milliseconds.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from tests.postgres import postgres_server
from workflow.store import schema

Build = Callable[[str], None]
KINDS = ("sqlite", "postgresql")
DROP_AT_ONCE = 12
MEMORY = Path("/dev/shm")
#: Files are copied, not logged; less memory to look through when a database goes.
CHEAP = {"shared_buffers": "32MB", "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "128MB"}
ROOM = 4 * 2**30  #: bytes; three workers of a run keep less than a quarter of it
MARK = "chuangyou-tests"


@cache
def scratch() -> Path | None:
    """Where databases lie that nobody needs later: in memory where there is room, None for the usual place.

    What a run left there that was killed is removed by the next one.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    for left in MEMORY.glob(f"{MARK}-*"):
        if not Path("/proc", left.name.rpartition("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    own = MEMORY / f"{MARK}-{os.getpid()}"
    own.mkdir(mode=0o755)
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


class Databases(Protocol):
    """One kind of database server, or a folder of files."""

    def fresh(self, build: Build = schema.upgrade) -> str:
        """Return the address of a new database as `build(url)` leaves it; each `build` runs once a session."""


class SqliteDatabases:
    """Files in one folder; what is built may lie in another that several processes share."""

    def __init__(self, folder: Path, shared: Path | None = None) -> None:
        self._folder = folder
        self._shared = shared or folder
        self._built: dict[Build, Path] = {}
        self._numbers = count()
        self._used: list[Path] = []

    def fresh(self, build: Build = schema.upgrade) -> str:
        """Copy the built file. An early one goes: no test works on so many."""
        if build not in self._built:
            self._built[build] = self._template(build)
        path = self._folder / f"{next(self._numbers)}.sqlite"
        shutil.copyfile(self._built[build], path)
        self._used.append(path)
        if len(self._used) > DROP_AT_ONCE:
            dropped = self._used.pop(0)
            for each in dropped.parent.glob(f"{dropped.name}*"):
                each.unlink()
        return f"sqlite:///{path}"

    def _template(self, build: Build) -> Path:
        """What the first who asks for it has built; the others wait."""
        name = f"{build.__module__}.{build.__qualname__}"
        template, draft = self._shared / f"{name}.sqlite", self._folder / f"{name}.draft"
        with (self._shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not template.exists():
                build(f"sqlite:///{draft}")
                with sqlite3.connect(draft) as connection:  # everything into the one file that is copied
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                shutil.copyfile(draft, template)
        return template


class PostgresDatabases:
    """Databases on one server, named after the worker so that several may share it."""

    def __init__(self, url: str, strategy: str = "WAL_LOG") -> None:
        self._url = make_url(url)
        self._copy = f"CREATE DATABASE {{}} TEMPLATE {{}} STRATEGY {strategy}"
        self._prefix = f"chuangyou_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
        self._built: dict[Build, str] = {}
        self._numbers = count()
        self._used: list[str] = []
        plain = re.sub(r"^postgresql\+psycopg", "postgresql", self._url.render_as_string(hide_password=False))
        self._connection = psycopg.connect(make_conninfo(plain), autocommit=True)

    def fresh(self, build: Build = schema.upgrade) -> str:
        """Create a database from the built template."""
        if build not in self._built:
            template = f"{self._prefix}_template{len(self._built)}"
            self._run("CREATE DATABASE {}", template)
            self._built[build] = template
            build(self._address(template))
        if len(self._used) >= DROP_AT_ONCE:
            self._drop_used()
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run(self._copy, name, self._built[build])
        self._used.append(name)
        return self._address(name)

    def close(self) -> None:
        """Leave the server as it was found."""
        self._used += self._built.values()
        self._drop_used()
        self._connection.close()

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _drop_used(self) -> None:
        while self._used:
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", self._used.pop())

    def _run(self, statement: str, *names: str) -> None:
        self._connection.execute(SQL(statement).format(*map(Identifier, names)))


@contextmanager
def postgres_databases() -> Iterator[PostgresDatabases]:
    """The server of TEST_DATABASE_URL, or one started for this session."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        databases = PostgresDatabases(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", given))
        try:
            yield databases
        finally:
            databases.close()
    else:
        with postgres_server(CHEAP, scratch()) as socket_folder:
            databases = PostgresDatabases(f"postgresql+psycopg://postgres@/postgres?host={socket_folder}", "FILE_COPY")
            yield databases  # its databases go with it
