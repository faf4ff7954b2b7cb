"""What a reading session promises: one state of the database, and no change to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from tests.databases import Databases
from workflow.store.organization import Organization
from workflow.store.prepared import Prepared
from workflow.store.session import PING_AFTER_S, RESTS_SINCE, create_engine, reading, writing


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = create_engine(database_url)
    yield made
    made.dispose()


def found(engine: Engine, code: str) -> None:
    with writing(engine) as session:
        session.add(Organization(code=code, name=code, short_name=code, kind="branch", valid_from=date(2012, 1, 1)))


def test_a_reader_sees_one_state_while_others_write(engine: Engine) -> None:
    """`audit verify` on a live server compares chains with heads: both must be of the same moment."""
    found(engine, "A")
    with reading(engine) as session:
        count = select(func.count()).select_from(Organization)
        assert session.scalar(count) == 1
        found(engine, "B")
        assert session.scalar(count) == 1
    with reading(engine) as session:
        assert session.scalar(count) == 2


def test_a_reader_leaves_the_next_writer_its_usual_rights(engine: Engine) -> None:
    with reading(engine) as session:
        session.scalar(select(Organization.id))
    found(engine, "A")


def test_a_reader_writes_nothing(postgresql_databases: Databases) -> None:
    engine = create_engine(postgresql_databases.fresh())
    with reading(engine) as session:
        session.add(Organization(code="A", name="A", short_name="A", kind="branch", valid_from=date(2012, 1, 1)))
        with pytest.raises(DBAPIError, match="read-only"):
            session.flush()
    engine.dispose()


def test_an_error_of_a_prepared_statement_does_not_quote_what_was_typed(engine: Engine) -> None:
    statement = Prepared(text("INSERT INTO nowhere (name) VALUES (:name)"))
    with pytest.raises(DBAPIError) as caught, writing(engine) as session:
        statement.run(session.connection(), {"name": "只对办理人公开"})
    assert "nowhere" in str(caught.value)
    assert "只对办理人公开" not in str(caught.value)


def test_a_connection_that_was_lost_at_rest_is_replaced(postgresql_databases: Databases) -> None:
    engine, other = (create_engine(postgresql_databases.fresh()) for _ in range(2))
    mine = text("SELECT pg_backend_pid()")
    with engine.connect() as connection:
        lost = connection.scalar(mine)
        record = connection.connection._connection_record
    assert record is not None
    with other.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:process, 10000)"), {"process": lost})
    record.info[RESTS_SINCE] -= PING_AFTER_S
    with engine.connect() as connection:
        assert connection.scalar(mine) != lost
    for each in (engine, other):
        each.dispose()


def test_a_server_that_cannot_be_reached_is_a_connection_lost(tmp_path: Path) -> None:
    """Else the queue gives up, and a job under way lies still until its worker is thought gone."""
    engine = create_engine(f"postgresql+psycopg://postgres@/nowhere?host={tmp_path}")
    with pytest.raises(DBAPIError, match="connection is bad") as found:
        engine.connect()
    assert found.value.connection_invalidated
