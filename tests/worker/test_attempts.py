"""A job that fails: tried again, or shown to people, and nobody else waits for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.worker.working import Start, apart, failed, put, statuses, wait_until
from workflow import clock
from workflow.errors import Refused
from workflow.operations.upkeep import attempting
from workflow.store.jobs import DurableJobs
from workflow.store.session import writing
from workflow.worker import Duties, keep_house


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
        apart(keep_house, tmp_path, clock.now() + timedelta(days=400))
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
