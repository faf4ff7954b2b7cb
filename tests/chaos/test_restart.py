"""PostgreSQL is killed again and again while people act and a worker prints: what was acknowledged is there, once.

Nobody is told to start again: programs repeat a request that got no answer, with the same key, and the worker goes on.
After each recovery amcheck compares every index with its table, and reads every table.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import LiteralString

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from tests.chaos.works import DRAFTER
from tests.enterprise import MORNING, build, installed, who
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.postgres import KILLABLE, Server, restartable_server
from tests.worker.working import statuses, wait_until
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.acting import act
from workflow.operations.idempotency import Answer, once
from workflow.operations.installation import Installation
from workflow.operations.sealing import verify_case
from workflow.settings import Settings
from workflow.store.documents import Document, DocumentFile
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.session import reading, writing
from workflow.worker import Duties, run_worker, standing_duties

PEOPLE, CASES_EACH = 4, 8
KILLED_AFTER = range(3, 31, 3)  #: acts: ten times
GIVEN_UP_AFTER = 60.0  #: seconds of one act
FEWEST_INDEXES = 250

INDEXES = """SELECT count(bt_index_check(index.oid, heapallindexed => true, checkunique => true))
    FROM pg_class AS index JOIN pg_index ON indexrelid = index.oid JOIN pg_am ON pg_am.oid = index.relam
    WHERE amname = 'btree' AND relpersistence = 'p' AND indisready AND indisvalid"""
TABLES = """SELECT relname, fault.* FROM pg_class, LATERAL verify_heapam(oid) AS fault
    WHERE relkind IN ('r', 't', 'm') AND relpersistence = 'p'"""


@pytest.fixture
def server() -> Iterator[Server]:
    with restartable_server(KILLABLE) as made:
        made.start()
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def at_work(installation: Installation, var: Path) -> Iterator[None]:
    """A worker of this process."""
    stop, ready = Event(), Event()
    settings = Settings(database_url=installation.settings.database_url, var_dir=var)
    duties = Duties(standing_duties(installation).handlers, {})
    thread = Thread(target=run_worker, args=(settings, stop, duties, ready))
    thread.start()
    try:
        assert ready.wait(30)
        yield
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def hand_in(installation: Installation, case: int) -> bool:
    """A plan goes to its review; repeated with the same key until there is an answer. Whether it had to be repeated."""
    limit, tries = time.monotonic() + GIVEN_UP_AFTER, 0
    while time.monotonic() < limit:
        tries += 1
        try:
            with writing(installation.engine) as session:
                person = who(session, DRAFTER)

                def perform() -> Answer:
                    act(session, installation, person, case, "submit_internal", {})  # noqa: B023 - called at once
                    return Answer(200, {})

                once(session, person.person_id or 0, str(case), b"", perform)
        except SQLAlchemyError:
            time.sleep(0.1)
        else:
            return tries > 1
    raise AssertionError("no answer")


def spoken(server: Server, database: str, statement: LiteralString) -> list[tuple[object, ...]]:
    """What the server answers to a statement of its owner."""
    with psycopg.connect(host=str(server.home), user="postgres", dbname=database, autocommit=True) as connection:
        answer = connection.execute(statement)
        return answer.fetchall() if answer.description else []


def assert_sound(server: Server, play: Play, acknowledged: list[int]) -> None:
    """Everything stored is whole; a damaged index makes amcheck refuse."""
    assert spoken(server, "load", INDEXES) > [(FEWEST_INDEXES,)]
    assert spoken(server, "load", TABLES) == []
    with reading(play.installation.engine) as session:
        assert [fault for each in acknowledged if (fault := verify_case(session, each))] == []
    assert all(play.transitions(each) == ["P01"] for each in acknowledged), "what was answered is there, once"


def test_postgresql_restarted_under_load(server: Server, tmp_path: Path) -> None:
    spoken(server, "postgres", "CREATE DATABASE load")
    spoken(server, "load", "CREATE EXTENSION amcheck")
    url = f"postgresql+psycopg://postgres@/load?host={server.home}"
    build(url)
    install_queue(url)
    with installed(url) as made, clock.use(FixedClock(MORNING)) as fixed:
        play = Play(replace(made, jobs=DurableJobs(made.engine)), fixed)
        cases = [plan(play) for _ in range(PEOPLE * CASES_EACH)]
        with at_work(play.installation, tmp_path), ThreadPoolExecutor(PEOPLE) as people:
            acts = [people.submit(hand_in, play.installation, each) for each in cases]
            for number in KILLED_AFTER:
                wait_until(lambda number=number: sum(each.done() for each in acts) >= number)  # type: ignore[misc]
                acknowledged = [case for case, each in zip(cases, acts, strict=True) if each.done()]
                server.kill()
                server.start()
                made.engine.dispose()
                assert_sound(server, play, acknowledged)
            assert sum(each.result() for each in acts) > 0, "nobody was disturbed"
            made.engine.dispose()
            wait_until(lambda: set(statuses(made.engine).values()) == {"SUCCESS"})
        assert_sound(server, play, cases)
        with reading(made.engine) as session:
            papers = select(Document.state, func.count()).join(DocumentFile, DocumentFile.document_id == Document.id)
            assert [tuple(each) for each in session.execute(papers.group_by(Document.state))] == [
                ("rendered", len(cases))
            ]
