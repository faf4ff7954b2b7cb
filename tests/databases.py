"""A fresh database for every test, copied from one that was built once.

Building means running the migrations (and perhaps loading the demonstration enterprise); copying costs milliseconds.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
DROP_AT_ONCE = 40


class Databases(Protocol):
    """One kind of database server, or a folder of files."""

    def fresh(self, build: Build = schema.upgrade) -> str:
        """Return the address of a new database as `build(url)` leaves it; each `build` runs once a session."""


class SqliteDatabases:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built: dict[Build, Path] = {}
        self._numbers = count()

    def fresh(self, build: Build = schema.upgrade) -> str:
        """Copy the built file."""
        if build not in self._built:
            template = self._folder / f"template{len(self._built)}.sqlite"
            build(f"sqlite:///{template}")
            with sqlite3.connect(template) as connection:  # everything into the one file that is copied
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            self._built[build] = template
        path = self._folder / f"{next(self._numbers)}.sqlite"
        shutil.copyfile(self._built[build], path)
        return f"sqlite:///{path}"


class PostgresDatabases:
    """Databases on one server, named after the worker so that several may share it."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
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
        self._run("CREATE DATABASE {} TEMPLATE {}", name, self._built[build])
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
        with postgres_server() as socket_folder:
            databases = PostgresDatabases(f"postgresql+psycopg://postgres@/postgres?host={socket_folder}")
            yield databases  # its databases go with it
