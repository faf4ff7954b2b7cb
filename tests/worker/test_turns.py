"""Who waits for whom: people never for bulk work, nobody for a server that hangs."""

from __future__ import annotations

import time
from threading import Event

from sqlalchemy import Engine

from tests.worker.working import WAIT_SECONDS, Start, noting, put, queues, wait_until
from workflow.store.jobs import DurableJobs, Priority, at_priority
from workflow.worker import Duties


def test_calls_to_a_server_that_hangs_hold_up_no_other_job(engine: Engine, start: Start) -> None:
    """More of them than a worker has turns, and than it takes at a time (trust.md, L7)."""
    released, noted = Event(), list[int]()

    def hang(number: int) -> None:
        released.wait(WAIT_SECONDS)

    put(engine, DurableJobs(engine), "deliver", *range(40))
    put(engine, DurableJobs(engine), "note", 1, 2)
    with start(Duties({"deliver": hang, "note": noting(noted)}, {})):
        began = time.monotonic()
        wait_until(lambda: len(noted) == 2)
        assert time.monotonic() - began < WAIT_SECONDS / 3
        released.set()


def test_people_do_not_wait_for_bulk_work(engine: Engine, start: Start) -> None:
    """Five hundred bulk jobs wait: what a person ordered after them is done while almost all of them still are."""
    done: list[int] = []

    def slow(number: int) -> None:
        time.sleep(0.02)
        done.append(number)

    jobs = DurableJobs(engine)
    with at_priority(Priority.BULK):
        put(engine, jobs, "slow", *range(500))
    put(engine, jobs, "slow", 1000)
    with start(Duties({"slow": slow}, {})):
        wait_until(lambda: 1000 in done)
        assert len(done) < 50


def test_bulk_work_leaves_a_turn_to_people_and_brings_bulk_work(engine: Engine, start: Start) -> None:
    """As long as a launch takes, all workers' threads but some; what it orders is bulk work as well."""
    leave, begun, done = Event(), Event(), list[int]()
    jobs = DurableJobs(engine)

    def launch(number: int) -> None:
        begun.set()
        leave.wait(WAIT_SECONDS)
        put(engine, jobs, "note", 100 + number)

    with at_priority(Priority.BULK):
        put(engine, jobs, "launch", *range(20))
    with start(Duties({"launch": launch, "note": noting(done)}, {})):
        assert begun.wait(WAIT_SECONDS)
        put(engine, jobs, "note", 1)
        wait_until(lambda: done == [1])
        leave.set()
        wait_until(lambda: len(done) == 21)
    assert queues(engine) == {"launch": {"bulk"}, "note": {"jobs", "bulk"}}


def test_bulk_work_waits_while_a_watch_is_busy_and_people_do_not(engine: Engine, start: Start) -> None:
    busy, leave, noted = Event(), Event(), list[int]()

    def watch(_over: Event) -> None:
        busy.set()
        leave.wait(WAIT_SECONDS)

    watches = {"deadlines": (0.1, watch), "another": (0.05, lambda _over: None)}
    with start(Duties({"note": noting(noted)}, {}, watches)):
        assert busy.wait(WAIT_SECONDS)
        with at_priority(Priority.BULK):
            put(engine, DurableJobs(engine), "note", 1)
        put(engine, DurableJobs(engine), "note", 2)
        wait_until(lambda: noted == [2])
        time.sleep(0.3)
        assert noted == [2]
        leave.set()
        wait_until(lambda: noted == [2, 1])
