"""Databases for the tests: each test that asks for `database_url` runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.databases import KINDS, Databases, SqliteDatabases, postgres_databases, scratch
from tests.statements import share

share()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=KINDS, help="run the tests on this kind of database only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each kind of database that it, or a fixture of it, asks for."""
    if "databases" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        metafunc.parametrize("databases", [chosen] if chosen else KINDS, indirect=True)


def pytest_collection_finish() -> None:
    """The tests and the modules stay to the end: what looks for garbage need not look at them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """SQLite files, for tests whose subject is not the database. The workers of a run build each kind once."""
    shared = tmp_path_factory.getbasetemp().parent / "built" if "PYTEST_XDIST_WORKER" in os.environ else None
    if shared:
        shared.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="chuangyou-sqlite-", dir=scratch()) as folder:
        yield SqliteDatabases(Path(folder), shared)


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    """A PostgreSQL server, started when the first test asks for it."""
    with postgres_databases() as databases:
        yield databases


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> Databases:
    """Maker of databases; `databases.fresh(build)` gives a copy of what `build(url)` made once a session."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    return made


@pytest.fixture
def database_url(databases: Databases) -> str:
    """The address of an empty database at the newest schema."""
    return databases.fresh()
