"""Jobs come with the caller's transaction or not at all, and at least once."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from tests.worker.working import Start, noting, put, wait_until
from workflow import logs
from workflow.errors import Refused
from workflow.store import schema
from workflow.store.base import Base
from workflow.store.jobs import DurableJobs, Jobs, MemoryJobs, install_queue
from workflow.store.session import writing
from workflow.worker import Duties


def script(jobs: Jobs, engine: Engine) -> None:
    """What an application does with a queue; both queues must come to the same work."""
    put(engine, jobs, "note", 1, 2)
    put(engine, jobs, "note", 2, 3)  # 2 again
    with pytest.raises(Refused), writing(engine) as session:
        _order_and_refuse(session, jobs, 4)
    with writing(engine) as session:
        jobs.enqueue(session, "note", "5", number=5)
        with pytest.raises(Refused), session.begin_nested():
            _order_and_refuse(session, jobs, 6)
        with session.begin_nested():
            jobs.enqueue(session, "note", "7", number=7)


def _order_and_refuse(session: Session, jobs: Jobs, number: int) -> None:
    with session.begin_nested():
        jobs.enqueue(session, "note", f"{number}", number=number)
    raise Refused


def test_jobs_follow_their_transaction_and_a_repeat_is_harmless(engine: Engine, start: Start) -> None:
    noted: list[int] = []
    jobs = DurableJobs(engine)
    script(jobs, engine)
    with start(Duties({"note": noting(noted)}, {})):
        wait_until(lambda: len(noted) >= 5)
        put(engine, jobs, "note", 1, 8)  # 1 is long done
        wait_until(lambda: 8 in noted)
    assert sorted(noted) == [1, 2, 3, 5, 7, 8]


def test_the_queue_in_memory_keeps_the_same_promise(engine: Engine) -> None:
    noted: list[int] = []
    jobs = MemoryJobs()
    script(jobs, engine)
    assert [job.key for job in jobs.waiting] == ["1", "2", "3", "5", "7"]
    assert jobs.drain({"note": noting(noted)}) == 5
    put(engine, jobs, "note", 1, 8)
    assert jobs.drain({"note": noting(noted)}) == 1
    assert noted == [1, 2, 3, 5, 7, 8]


def test_a_failing_job_in_memory_stays(engine: Engine) -> None:
    def fail(number: int) -> None:
        raise Refused

    jobs = MemoryJobs()
    put(engine, jobs, "note", 1)
    with pytest.raises(Refused):
        jobs.drain({"note": fail})
    assert [job.key for job in jobs.waiting] == ["1"]


def test_arguments_are_stored_as_json(engine: Engine) -> None:
    with writing(engine) as session:
        DurableJobs(engine).enqueue(session, "note", "1", number=7, title="整改通知书")
    table = "dbos.workflow_input" if engine.dialect.name == "postgresql" else "workflow_input"
    with engine.connect() as connection:
        stored = connection.execute(text(f"SELECT inputs FROM {table}")).scalar_one()
    assert json.loads(stored)["positionalArgs"] == [{"number": 7, "title": "整改通知书"}]


def test_the_queue_has_its_own_tables_and_alembic_leaves_them_alone(engine: Engine, queue_url: str) -> None:
    install_queue(queue_url)  # a second time changes nothing
    is_postgresql = engine.dialect.name == "postgresql"
    found = set(inspect(engine).get_table_names(schema="dbos" if is_postgresql else None))
    theirs = found if is_postgresql else found - Base.metadata.tables.keys() - {"alembic_version"}
    assert {"workflow_status", "queues", "workflow_schedules"} <= theirs
    assert not theirs & Base.metadata.tables.keys()
    schema.check(queue_url)


def test_a_job_and_what_it_brings_know_the_request(engine: Engine, start: Start) -> None:
    known: dict[int, str] = {}
    lines: list[str] = []
    jobs, handler = DurableJobs(engine), logging.Handler()
    handler.emit = lambda record: lines.append(logs.JsonLine().format(record))  # type: ignore[method-assign]
    logging.getLogger("tried").handlers[:] = [handler]

    def work(number: int) -> None:
        known[number] = logs.request_id()
        logging.getLogger("tried").warning("working")
        if number < 3:
            put(engine, jobs, "work", number + 1)

    with logs.about(request="asked-0001"):
        put(engine, jobs, "work", 1)
    put(engine, jobs, "work", 10)
    with start(Duties({"work": work}, {})):
        wait_until(lambda: len(known) == 4)
    assert known == {1: "asked-0001", 2: "asked-0001", 3: "asked-0001", 10: ""}
    told = {each["job"]: (each["kind"], each.get("request")) for each in map(json.loads, lines)}
    assert told == {"work:1": ("work", "asked-0001"), "work:2": ("work", "asked-0001"),
                    "work:3": ("work", "asked-0001"), "work:10": ("work", None)}  # fmt: skip
