"""The simulated queue keeps what DBOS keeps: one script for both (tests/worker/test_queue.py has it for DBOS)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from tests.worker.test_queue import script
from workflow.clock import FixedClock
from workflow.simulation.faults import Crashed, Fault, Faults, Kind, connect
from workflow.simulation.queue import TABLE, SimulatedJobs, mark, waiting
from workflow.store.session import lone, writing

MOST = 100


@pytest.fixture
def faults() -> Faults:
    return Faults(FixedClock(datetime(2012, 3, 5, tzinfo=UTC)))


@pytest.fixture
def engine(faults: Faults) -> Iterator[Engine]:
    raw = connect(b"", faults)
    made = lone(lambda: raw)
    with writing(made) as session:
        session.execute(text(TABLE))
    yield made
    raw.end()


def keys(engine: Engine) -> list[str]:
    return [each.key for each in waiting(engine, MOST)]


def test_jobs_follow_their_transaction_and_a_repeat_is_harmless(engine: Engine) -> None:
    script(SimulatedJobs(), engine)
    assert keys(engine) == ["1", "2", "3", "5", "7"]


def test_a_job_is_there_until_it_is_marked_and_not_again_afterwards(engine: Engine) -> None:
    script(SimulatedJobs(), engine)
    mark(engine, waiting(engine, MOST)[0])
    assert keys(engine) == ["2", "3", "5", "7"]
    script(SimulatedJobs(), engine)
    assert keys(engine) == ["2", "3", "5", "7"]


@pytest.mark.parametrize(("kind", "there"), [(Kind.BEFORE_COMMIT, False), (Kind.LOST, True)])
def test_a_job_comes_with_the_commit_whatever_is_answered(
    engine: Engine, faults: Faults, kind: Kind, *, there: bool
) -> None:
    with pytest.raises(Crashed), faults.during("enqueue", Fault(kind, 1)), writing(engine) as session:
        SimulatedJobs().enqueue(session, "note", "1", number=1)
    assert keys(engine) == (["1"] if there else [])
