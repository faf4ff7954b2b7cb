"""What a worker does by the clock, and what it keeps an eye on."""

from __future__ import annotations

import time
from threading import Event

from dbos import DBOS
from sqlalchemy import Engine

from tests.worker.working import WAIT_SECONDS, Start, apart, wait_until
from workflow.worker import Duties


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


def test_what_an_older_release_did_by_the_clock_is_done_no_more(start: Start) -> None:
    with start(Duties({}, {"old": ("* * * * *", lambda: None), "kept": ("* * * * *", lambda: None)})):
        assert {each["schedule_name"] for each in apart(DBOS.list_schedules)} == {"old", "kept"}
    with start(Duties({}, {"kept": ("* * * * *", lambda: None)})):
        assert [each["schedule_name"] for each in apart(DBOS.list_schedules)] == ["kept"]
