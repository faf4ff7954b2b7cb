"""Background jobs: with the caller's transaction or not at all, at least once, through crashes and restarts."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from threading import enumerate as enumerate_threads

import pytest
from dbos import DBOS
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from workflow import clock, logs
from workflow.cli.signals import stopping_on_signals
from workflow.errors import Refused
from workflow.operations.upkeep import attempting, places
from workflow.settings import Settings
from workflow.store import schema
from workflow.store.base import Base
from workflow.store.jobs import DurableJobs, Handler, Jobs, MemoryJobs, Priority, at_priority, install_queue
from workflow.store.queued import FailedJob
from workflow.store.session import create_engine, reading, writing
from workflow.worker import Duties, keep_house, run_worker

WAIT_SECONDS = 90
Start = Callable[[Duties], AbstractContextManager[None]]


def wait_until(claim: Callable[[], object]) -> None:
    limit = time.monotonic() + WAIT_SECONDS
    while not claim():
        assert time.monotonic() < limit, "nothing happened"
        time.sleep(0.02)


@pytest.fixture
def queue_url(database_url: str) -> str:
    """A database that has the queue's tables too."""
    install_queue(database_url)
    return database_url


@pytest.fixture
def engine(queue_url: str) -> Iterator[Engine]:
    made = create_engine(queue_url)
    yield made
    made.dispose()


@pytest.fixture
def start(queue_url: str, tmp_path: Path) -> Start:
    """Runs a worker with given duties for the length of a block."""
    settings = Settings(database_url=queue_url, var_dir=tmp_path)

    @contextmanager
    def started(duties: Duties) -> Iterator[None]:
        stop, ready = Event(), Event()
        thread = Thread(target=run_worker, args=(settings, stop, duties, ready))
        thread.start()
        try:
            assert ready.wait(WAIT_SECONDS)
            yield
        finally:
            stop.set()
            thread.join(WAIT_SECONDS)
            assert not thread.is_alive()

    return started


def put(engine: Engine, jobs: Jobs, kind: str, *keys: int) -> None:
    with writing(engine) as session:
        for key in keys:
            jobs.enqueue(session, kind, f"{key}", number=key)


def statuses(engine: Engine) -> dict[str, str]:
    table = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT workflow_uuid, status FROM {table}"))
        return {row.workflow_uuid: row.status for row in rows}


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


def noting(into: list[int]) -> Handler:
    def note(number: int) -> None:
        into.append(number)

    return note


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


def test_a_fault_that_may_pass_is_tried_again_and_a_refusal_is_not(engine: Engine, start: Start) -> None:
    tries: dict[int, int] = {1: 0, 2: 0}

    def stumble(number: int) -> None:
        tries[number] += 1
        if number == 2:
            raise Refused
        if tries[number] < 2:
            raise OSError("database is away")

    put(engine, DurableJobs(engine), "stumble", 1, 2)
    with start(Duties({"stumble": stumble}, {})):
        wait_until(lambda: statuses(engine) == {"stumble:1": "SUCCESS", "stumble:1~1": "SUCCESS", "stumble:2": "ERROR"})
    assert tries == {1: 2, 2: 1}


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


def test_stopping_lets_a_running_job_finish(engine: Engine, start: Start) -> None:
    begun, finished = Event(), Event()

    def slow(number: int) -> None:
        begun.set()
        time.sleep(0.7)
        finished.set()

    put(engine, DurableJobs(engine), "slow", 1)
    with start(Duties({"slow": slow}, {})):
        assert begun.wait(WAIT_SECONDS)
    assert finished.is_set()
    assert statuses(engine) == {"slow:1": "SUCCESS"}


def test_stopping_does_not_wait_for_the_next_attempt(engine: Engine, start: Start) -> None:
    """It waits in the queue until its moment comes, whoever works then."""
    tries: list[int] = []

    def stumble(number: int) -> None:
        tries.append(number)
        if len(tries) == 1:
            raise OSError("database is away")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempting, "PAUSES", (3,))
        put(engine, DurableJobs(engine), "stumble", 1)
        before = set(enumerate_threads())
        with start(Duties({"stumble": stumble}, {})):
            wait_until(lambda: statuses(engine) == {"stumble:1": "SUCCESS", "stumble:1~1": "DELAYED"})
        wait_until(lambda: set(enumerate_threads()) <= before)
        assert len(tries) == 1
        with start(Duties({"stumble": stumble}, {})):
            wait_until(lambda: statuses(engine)["stumble:1~1"] == "SUCCESS")
    assert len(tries) == 2


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


def test_poison_stops_nobody_and_stands_in_the_list(engine: Engine, start: Start) -> None:
    """Fifty jobs that fail for good and fifty good ones: fifty are done, fifty are listed with the reason."""
    done: list[int] = []

    def work(number: int) -> None:
        if number % 2:
            raise OSError("cannot be done")
        done.append(number)

    jobs = DurableJobs(engine)
    put(engine, jobs, "work", *range(100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempting, "PAUSES", (1,))
        with start(Duties({"work": work}, {})):
            wait_until(lambda: len(done) == 50)
            wait_until(lambda: failed(engine, jobs) and len(failed(engine, jobs)) == 50)
    listed = failed(engine, jobs)
    assert {each.arguments["number"] for each in listed} == set(range(1, 100, 2))
    assert {each.attempts for each in listed} == {2}
    assert all(each.reason.startswith("系统出现故障，已试2次，事件编号 ") for each in listed)
    assert "cannot be done" not in " ".join(each.reason for each in listed)


def test_a_failed_job_is_tried_again_or_given_up(engine: Engine, start: Start, tmp_path: Path) -> None:
    """Trying again is put into a transaction like the first time; only what is done leaves the list by itself."""
    mended: list[int] = []

    def work(number: int) -> None:
        if number not in mended:
            raise Refused("没有这个字")

    jobs = DurableJobs(engine)
    put(engine, jobs, "work", 1, 2)
    with start(Duties({"work": work}, {})):
        wait_until(lambda: len(failed(engine, jobs)) == 2)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(keep_house, tmp_path, clock.now() + timedelta(days=400)).result()
        one, other = sorted(failed(engine, jobs), key=lambda each: each.id)
        assert (one.id, one.reason, one.attempts) == ("work:1", "没有这个字", 1)
        with Session(engine) as session:
            jobs.try_again(session, one)
            session.rollback()
        assert len(failed(engine, jobs)) == 2
        mended.append(1)
        with writing(engine) as session:
            jobs.try_again(session, one)
            jobs.forget(session, other)
        wait_until(lambda: statuses(engine) == {"work:1~1": "SUCCESS"})
    assert failed(engine, jobs) == []


def test_what_fails_for_good_may_be_told_elsewhere(engine: Engine, start: Start) -> None:
    """As a paper is, which is then listed with its reason; where even that fails, the job is listed."""
    told: list[tuple[str, int]] = []

    def work(number: int) -> None:
        raise Refused("没有这个字")

    def tell(reason: str, number: int) -> None:
        told.append((reason, number))
        if number == 2:
            raise OSError("database is away")

    jobs = DurableJobs(engine)
    put(engine, jobs, "work", 1, 2)
    with start(Duties({"work": work}, {}, last_words={"work": tell})):
        wait_until(lambda: statuses(engine) == {"work:1": "SUCCESS", "work:2": "ERROR"})
    assert sorted(told) == [("没有这个字", 1), ("没有这个字", 2)]
    assert [(each.id, each.reason) for each in failed(engine, jobs)] == [("work:2", "没有这个字")]


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


def failed(engine: Engine, jobs: DurableJobs) -> list[FailedJob]:
    with reading(engine) as session:
        found = list(jobs.failed(session, 1000))
        assert jobs.count_failed(session) == len(found)
        return found


def queues(engine: Engine) -> dict[str, set[str]]:
    table = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    found: dict[str, set[str]] = {}
    with engine.connect() as connection:
        for kind, queue in connection.execute(text(f"SELECT name, queue_name FROM {table}")):
            found.setdefault(kind, set()).add(queue)
    return found


CRASH = """
import os, sys
from pathlib import Path
from threading import Event
from workflow.settings import Settings
from workflow.worker import Duties, run_worker

settings = Settings(database_url=sys.argv[1], var_dir=Path(sys.argv[2]))
run_worker(settings, Event(), Duties({"fragile": lambda number: os._exit(9)}, {}))
"""


@pytest.fixture
def cut_short(engine: Engine, queue_url: str, tmp_path: Path) -> None:
    """A job whose worker died while doing it."""
    put(engine, DurableJobs(engine), "fragile", 1)
    command = [sys.executable, "-c", CRASH, queue_url, str(tmp_path)]
    crashed = subprocess.run(command, cwd=Path(__file__).parents[1], timeout=WAIT_SECONDS, check=False)
    assert crashed.returncode == 9
    assert statuses(engine) == {"fragile:1": "PENDING"}


@pytest.mark.usefixtures("cut_short")
def test_a_job_cut_short_by_a_crash_is_done_after_the_restart(engine: Engine, start: Start) -> None:
    done: list[int] = []
    with start(Duties({"fragile": noting(done)}, {})):
        wait_until(lambda: statuses(engine) == {"fragile:1": "SUCCESS"})
    assert done == [1]


def keep_house_apart(places: Path) -> None:
    """In a thread of its own, as the worker does: beside a browser's event loop the queue cannot be asked."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(keep_house, places, clock.now()).result()


@pytest.mark.usefixtures("cut_short")
def test_a_job_cut_short_by_a_crash_is_done_by_another_worker(engine: Engine, start: Start, tmp_path: Path) -> None:
    done: list[int] = []
    with places.place(tmp_path) as name_of_the_dead, ExitStack() as stack:
        stack.enter_context(start(Duties({"fragile": noting(done)}, {})))
        keep_house_apart(tmp_path)
        assert statuses(engine) == {"fragile:1": "PENDING"}  # as long as its worker seems alive
        alive = stack.pop_all()
    with alive:
        assert places.places_left(tmp_path) == [name_of_the_dead]
        keep_house_apart(tmp_path)
        wait_until(lambda: statuses(engine) == {"fragile:1": "SUCCESS"})
    assert done == [1]


def test_a_job_of_a_machine_that_is_heard_of_no_more_is_done_by_another(
    engine: Engine, start: Start, tmp_path: Path
) -> None:
    """No lock of that machine can be seen from here; that it says nothing any more is enough."""
    done: list[int] = []
    put(engine, DurableJobs(engine), "note", 1)
    table = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    taken = f"UPDATE {table} SET status = 'PENDING', executor_id = 'yard:0', application_version = '1'"
    with engine.begin() as connection:
        connection.execute(text(taken))
    with start(Duties({"note": noting(done)}, {})), ThreadPoolExecutor(1) as pool:
        pool.submit(keep_house, tmp_path, clock.now()).result()
        time.sleep(1)
        assert statuses(engine) == {"note:1": "PENDING"}
        pool.submit(keep_house, tmp_path, clock.now(), ["yard:0"]).result()
        wait_until(lambda: statuses(engine) == {"note:1": "SUCCESS"})
    assert done == [1]


def test_two_workers_never_share_a_name(tmp_path: Path) -> None:
    with places.place(tmp_path) as one, places.place(tmp_path) as other:
        assert one != other
        assert places.places_left(tmp_path) == []
    assert places.places_left(tmp_path) == [one, other]
    with places.place(tmp_path) as again:
        assert again == one


def test_ticks_come_at_their_times_and_a_failing_one_comes_again(engine: Engine, start: Start) -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 1:
            raise OSError("database is away")

    with start(Duties({}, {"each_second": ("* * * * * *", tick)})):
        wait_until(lambda: len(ticks) >= 2)


def test_a_watch_is_kept_from_the_start_and_told_to_end(start: Start) -> None:
    looks: list[float] = []
    ended = Event()

    def watch(over: Event) -> None:
        looks.append(time.monotonic())
        if len(looks) == 1:
            raise OSError("database is away")
        if over.wait(WAIT_SECONDS):
            ended.set()

    with start(Duties({}, {}, {"deadlines": (0.1, watch)})):
        begun = time.monotonic()
        wait_until(lambda: len(looks) == 2)
    assert ended.is_set()
    assert looks[1] - begun < 5


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


def test_housekeeping_rescues_lost_jobs_and_forgets_old_ones(engine: Engine, start: Start, tmp_path: Path) -> None:
    entered: list[int] = []
    release = Event()

    def hang(number: int) -> None:
        entered.append(number)
        if len(entered) == 1:  # as if its worker had gone
            release.wait(WAIT_SECONDS)

    jobs = DurableJobs(engine)
    put(engine, jobs, "hang", 1)
    with start(Duties({"hang": hang}, {})):
        wait_until(lambda: entered == [1])
        keep_house(tmp_path, clock.now())
        assert statuses(engine) == {"hang:1": "PENDING"}
        keep_house(tmp_path, clock.now() + timedelta(minutes=11))
        wait_until(lambda: entered == [1, 1])
        release.set()
        wait_until(lambda: statuses(engine) == {"hang:1": "SUCCESS"})
        keep_house(tmp_path, clock.now() + timedelta(hours=23))
        assert statuses(engine) == {"hang:1": "SUCCESS"}
        keep_house(tmp_path, clock.now() + timedelta(hours=25))
        assert statuses(engine) == {}


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


def test_sigterm_sets_the_event_and_leaves_the_old_handler() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopping_on_signals() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(WAIT_SECONDS)
    assert signal.getsignal(signal.SIGTERM) is before


def test_nothing_is_left_running_after_a_stop(start: Start) -> None:
    with start(Duties({}, {})):
        assert DBOS.list_workflows() == []
    with pytest.raises(Exception, match="DBOS"):
        DBOS.list_workflows()


def test_what_an_older_release_did_by_the_clock_is_done_no_more(start: Start) -> None:
    with start(Duties({}, {"old": ("* * * * *", lambda: None), "kept": ("* * * * *", lambda: None)})):
        assert {each["schedule_name"] for each in DBOS.list_schedules()} == {"old", "kept"}
    with start(Duties({}, {"kept": ("* * * * *", lambda: None)})):
        assert [each["schedule_name"] for each in DBOS.list_schedules()] == ["kept"]
