"""A worker that is told to stop."""

from __future__ import annotations

import os
import signal
import time
from threading import Event
from threading import enumerate as enumerate_threads

import pytest
from dbos import DBOS
from sqlalchemy import Engine

from tests.worker.working import WAIT_SECONDS, Start, apart, put, statuses, wait_until
from workflow.cli.signals import stopping_on_signals
from workflow.operations.upkeep import attempting
from workflow.store.jobs import DurableJobs
from workflow.worker import Duties


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


def test_sigterm_sets_the_event_and_leaves_the_old_handler() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopping_on_signals() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(WAIT_SECONDS)
    assert signal.getsignal(signal.SIGTERM) is before


def test_nothing_is_left_running_after_a_stop(start: Start) -> None:
    with start(Duties({}, {})):
        assert apart(DBOS.list_workflows) == []
    with pytest.raises(Exception, match="DBOS"):
        apart(DBOS.list_workflows)
