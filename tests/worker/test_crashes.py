"""A worker that dies: its jobs are done after the restart, or by another one."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, text

from tests.worker.working import WAIT_SECONDS, Start, apart, noting, put, statuses, wait_until
from workflow import clock
from workflow.operations.upkeep import places
from workflow.store.jobs import DurableJobs
from workflow.worker import Duties, keep_house

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
    crashed = subprocess.run(command, cwd=Path(__file__).parents[2], timeout=WAIT_SECONDS, check=False)
    assert crashed.returncode == 9
    assert statuses(engine) == {"fragile:1": "PENDING"}


@pytest.mark.usefixtures("cut_short")
def test_a_job_cut_short_by_a_crash_is_done_after_the_restart(engine: Engine, start: Start) -> None:
    done: list[int] = []
    with start(Duties({"fragile": noting(done)}, {})):
        wait_until(lambda: statuses(engine) == {"fragile:1": "SUCCESS"})
    assert done == [1]


@pytest.mark.usefixtures("cut_short")
def test_a_job_cut_short_by_a_crash_is_done_by_another_worker(engine: Engine, start: Start, tmp_path: Path) -> None:
    done: list[int] = []
    with places.place(tmp_path) as name_of_the_dead, ExitStack() as stack:
        stack.enter_context(start(Duties({"fragile": noting(done)}, {})))
        apart(keep_house, tmp_path, clock.now())
        assert statuses(engine) == {"fragile:1": "PENDING"}  # as long as its worker seems alive
        alive = stack.pop_all()
    with alive:
        assert places.places_left(tmp_path) == [name_of_the_dead]
        apart(keep_house, tmp_path, clock.now())
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
    with start(Duties({"note": noting(done)}, {})):
        apart(keep_house, tmp_path, clock.now())
        time.sleep(1)
        assert statuses(engine) == {"note:1": "PENDING"}
        apart(keep_house, tmp_path, clock.now(), ["yard:0"])
        wait_until(lambda: statuses(engine) == {"note:1": "SUCCESS"})
    assert done == [1]


def test_two_workers_never_share_a_name(tmp_path: Path) -> None:
    with places.place(tmp_path) as one, places.place(tmp_path) as other:
        assert one != other
        assert places.places_left(tmp_path) == []
    assert places.places_left(tmp_path) == [one, other]
    with places.place(tmp_path) as again:
        assert again == one


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
        apart(keep_house, tmp_path, clock.now())
        assert statuses(engine) == {"hang:1": "PENDING"}
        apart(keep_house, tmp_path, clock.now() + timedelta(minutes=11))
        wait_until(lambda: entered == [1, 1])
        release.set()
        wait_until(lambda: statuses(engine) == {"hang:1": "SUCCESS"})
        apart(keep_house, tmp_path, clock.now() + timedelta(hours=23))
        assert statuses(engine) == {"hang:1": "SUCCESS"}
        apart(keep_house, tmp_path, clock.now() + timedelta(hours=25))
        assert statuses(engine) == {}
