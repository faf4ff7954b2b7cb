"""Lives of a process that ends at a boundary, one after another: each first finds what the one before has left.

They are forked from a process that has read everything once and runs no thread, so that a life costs little.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from signal import SIGKILL
from threading import Event, Thread

from pydantic import SecretStr
from sqlalchemy import select

from tests.chaos.dying import Boundary, Fuse, boundaries, burning
from tests.chaos.works import WORKS, Partly, Subject
from tests.enterprise import MORNING, definitions
from workflow import clock, worker
from workflow.clock import FixedClock
from workflow.operations.informing.telling import DELIVER
from workflow.operations.installation import Installation
from workflow.operations.many import opening_below
from workflow.settings import Settings
from workflow.store.notices import Delivery
from workflow.store.session import create_engine, reading
from workflow.worker import Duties, run_worker, standing_duties

LONGEST = 60.0  #: seconds of one life
COMMITS = "commits.json"
BEFORE = timedelta(minutes=1)  #: its own work a life first finds what the one before has left
LOOK = 0.02  #: seconds between two looks at the queue


@dataclass(frozen=True)
class Life:
    """One process: what it is to do, and at which boundary of that it ends."""

    url: str
    var: Path
    mail: str  #: address of the mail server, if there is one
    work: str
    at: datetime = MORNING
    subjects: Sequence[Subject] = ()  #: those of the lives before, and its own
    boundary: Boundary | None = None


def live_on(life: Life, subjects: Sequence[Subject], moments: Sequence[datetime]) -> list[Subject]:
    """A life that notes its commits, one that is killed at each boundary of them, and one that nothing happens to.

    Answers the subjects of those that were cut short and of the last. A commit of the queue's alone may not come again.
    """
    _let_live(_own(life, subjects, moments, 0, None))
    found = boundaries(json.loads((life.var / COMMITS).read_text()))
    cut = []
    for number, each in enumerate(found, 1):
        killed = _let_live(_own(life, subjects, moments, number, each)) == -SIGKILL
        assert killed or "workflow_status" in each[0], f"not killed {each}"
        cut += [subjects[number]] if killed else []
    assert _let_live(_own(life, subjects, moments, len(found) + 1, None)) == 0
    return [*cut, subjects[len(found) + 1]]


def _own(
    life: Life, subjects: Sequence[Subject], moments: Sequence[datetime], number: int, boundary: Boundary | None
) -> Life:
    return replace(life, at=moments[number], subjects=subjects[: number + 1], boundary=boundary)


def _let_live(life: Life) -> int | None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.chaos.warm"])
    process = processes.Process(target=_live, args=(life,))
    process.start()
    process.join(LONGEST)
    process.kill()
    assert process.exitcode in (0, -SIGKILL), f"a life ended with {process.exitcode}"
    return process.exitcode


def _live(life: Life) -> None:
    """A worker that finds what was left, then begins its own piece of work."""
    work, fuse = WORKS[life.work], Fuse(life.boundary)
    with clock.use(FixedClock(life.at - BEFORE)) as fixed, burning(fuse), _at_work(life) as ours:
        for each in life.subjects[:-1][-1:]:
            work.order(ours, each)
        for tick in work.ticks:
            tick(ours.engine, ours)
        _until_done(ours)
        fixed.set(life.at)
        fuse.light()
        work.order(ours, life.subjects[-1])
        _until_done(ours)
        (life.var / COMMITS).write_text(json.dumps(fuse.seen))


@contextmanager
def _at_work(life: Life) -> Iterator[Installation]:
    """An installation with its worker, in this process; what is long in life is short here."""
    worker.POLL_SECONDS, opening_below.CHUNK = LOOK, 2
    settings = Settings(database_url=life.url, var_dir=life.var, mail_url=SecretStr(life.mail) if life.mail else None,
                        mail_from="chuangyou@hengyuan.example")  # fmt: skip
    engine = create_engine(life.url)
    ours = Installation(settings, definitions(), engine, Partly(engine, *WORKS[life.work].without))
    stop, ready = Event(), Event()
    thread = Thread(target=run_worker, args=(settings, stop, Duties(standing_duties(ours).handlers, {}), ready))
    thread.start()
    try:
        assert ready.wait(LONGEST)
        yield ours
    finally:
        stop.set()
        thread.join(LONGEST)
        engine.dispose()


def _until_done(ours: Installation) -> None:
    """Wait until nothing is left in the queue, and no mail is on its way."""
    limit = time.monotonic() + LONGEST
    while not is_idle(ours):
        assert time.monotonic() < limit, "the queue is not worked off"
        time.sleep(LOOK)


def is_idle(ours: Installation) -> bool:
    """Whether nothing waits that is part of this work."""
    assert isinstance(ours.jobs, Partly)
    waiting = select(Delivery.id).where(Delivery.state == "waiting").limit(1)
    with reading(ours.engine) as session:
        return not ours.jobs.depths(session) and (DELIVER in ours.jobs.without or session.scalar(waiting) is None)
