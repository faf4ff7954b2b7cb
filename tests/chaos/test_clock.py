"""A worker whose clock jumps an hour forward or back: what is due happens once, and nothing before its moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import select

from tests.databases import Databases
from tests.enterprise import MORNING, build, installed
from tests.operations.cast import Play
from tests.operations.scenarios.rectification import issued
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.due.deadlines import fire_due
from workflow.settings import Settings
from workflow.store.cases import Deadline
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.session import reading
from workflow.worker import Duties, run_worker

HOUR, LITTLE = timedelta(hours=1), timedelta(seconds=1)
OVERDUE = "Z26"
LOOKS = 3  #: of the worker after each jump


class Looks:
    """Counts how often the worker has looked for what is due, and lets others wait for the next looks."""

    def __init__(self, play: Play) -> None:
        self._play, self._looked = play, Event()

    def look(self, over: Event) -> None:
        """What the worker does again and again."""
        fire_due(self._play.installation.engine, self._play.installation, over)
        self._looked.set()

    def wait(self) -> None:
        """Until the worker has certainly looked at the present moment."""
        for _ in range(LOOKS):
            self._looked.clear()
            assert self._looked.wait(30)


def test_a_clock_that_jumps_fires_once_and_never_early(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh(build)
    install_queue(url)
    with installed(url) as made, clock.use(FixedClock(MORNING)) as fixed:
        play = Play(replace(made, jobs=DurableJobs(made.engine)), fixed)
        case = issued(play)
        due, looks, stop = _limit(play, case), Looks(play), Event()
        duties = Duties({}, {}, {"fire_deadlines": (0.02, looks.look)})
        thread = Thread(target=run_worker, args=(Settings(database_url=url, var_dir=tmp_path), stop, duties))
        fixed.set(due - HOUR - LITTLE)
        thread.start()
        try:
            for jump, fired in ((HOUR, 0), (-HOUR, 0), (HOUR, 0), (HOUR, 1), (-HOUR, 1), (-HOUR, 1), (3 * HOUR, 1)):
                fixed.advance(jump)
                looks.wait()
                assert play.transitions(case).count(OVERDUE) == fired, fixed.now() - due
        finally:
            stop.set()
            thread.join(30)
        with reading(made.engine) as session:
            at = session.scalars(
                select(Deadline.fired_at).where(Deadline.case_id == case, Deadline.due_at == due)
            ).all()
        assert [each is not None and each >= due for each in at] == [True]


def _limit(play: Play, case: int) -> datetime:
    mine = (Deadline.case_id == case, Deadline.trigger == "mark_overdue")
    with reading(play.installation.engine) as session:
        return session.scalars(select(Deadline.due_at).where(*mine)).one()
