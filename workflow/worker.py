"""The worker: takes jobs and due moments from the database and calls operations. Runs beside the web or alone.

DBOS remembers what was taken, so that a job cut short by a crash is done again; every handler bears that. What it
needs to be told is in `Duties`; nothing here knows what a job means.
"""

from __future__ import annotations

import logging
import platform
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import Engine

from workflow import clock
from workflow.errors import WorkflowError
from workflow.operations.deadlines import fire_due
from workflow.operations.installation import Installation
from workflow.operations.papers import RENDER
from workflow.operations.rendering import render_document
from workflow.operations.sealing import seal_campaigns
from workflow.settings import Settings
from workflow.store.jobs import QUEUE, Handler

APPLICATION = "chuangyou"
VERSION = "1"  #: of the job formats, not of the product: jobs of an older release are still taken
POLL_SECONDS = 0.2  #: how soon a committed job is seen
CLAIMED_PER_THREAD = 4  #: jobs taken at a time, so that threads do not wait for the next look
ATTEMPTS = 4  #: of one job, 1, 2 and 4 times RETRY_SECONDS apart
RETRY_SECONDS = 0.5
GRACE_SECONDS = 20  #: for running jobs when the worker is told to stop
HOUSEKEEPING_SECONDS = 60.0
STALE_AFTER = timedelta(minutes=10)  #: a job taken so long ago was taken by a worker that is gone
KEPT_FOR = timedelta(days=1)  #: finished jobs, for questions
BATCH = 500

Tick = Callable[[], object]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Duties:
    """What a worker does: handlers by kind of job, and ticks by name with their cron line (UTC)."""

    handlers: Mapping[str, Handler]
    timetable: Mapping[str, tuple[str, Tick]]


def standing_duties(engine: Engine, installation: Installation) -> Duties:
    """The duties of the product: render documents, fire deadlines each minute, seal the journal each hour."""
    return Duties(
        handlers={RENDER: partial(render_document, engine, installation)},
        timetable={
            "fire_deadlines": ("* * * * *", partial(fire_due, engine, installation)),
            "seal_journal": ("0 * * * *", partial(seal_campaigns, engine)),
        },
    )


def run_worker(settings: Settings, stop: Event, duties: Duties, ready: Event | None = None) -> None:
    """Work until `stop` is set, then let running jobs finish. One worker a process; `ready` is set once it listens."""
    DBOS(config=_configuration(settings))
    running: list[str] = []
    try:
        for kind, handler in duties.handlers.items():
            DBOS.workflow(name=kind)(_job(kind, handler, running))
        ticks = {name: DBOS.workflow(name=name)(_tick(name, tick)) for name, (_, tick) in duties.timetable.items()}
        DBOS.launch()
        _listen(settings, duties, ticks)
        if ready:
            ready.set()
        while not stop.wait(HOUSEKEEPING_SECONDS):
            _try("housekeeping", lambda: keep_house(clock.now()))
    finally:
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=GRACE_SECONDS if running else 0)


def keep_house(now: datetime) -> None:
    """Give jobs of a lost worker to the others, and forget what was finished long ago."""
    stale = (now - STALE_AFTER).isoformat()
    lost = DBOS.list_workflows(status="PENDING", dequeued_before=stale, limit=BATCH, load_input=False)
    if lost:
        DBOS.resume_workflows([job.workflow_id for job in lost], queue_name=QUEUE)
    old = (now - KEPT_FOR).isoformat()
    while done := DBOS.list_workflows(status="SUCCESS", completed_before=old, limit=BATCH, load_input=False):
        DBOS.delete_workflows([job.workflow_id for job in done])


@contextmanager
def stopping_on_signals() -> Iterator[Event]:
    """An event that SIGTERM and SIGINT set, for as long as the block lasts."""
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _configuration(settings: Settings) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_url": settings.database_url,
        "application_version": VERSION,
        "executor_id": platform.node() or APPLICATION,  # stable, so that a restart takes up its own jobs at once
        "serializer": DBOSPortableJSONSerializer(),  # JSON; the default would unpickle what the database holds
        "max_executor_threads": settings.worker_threads,
        "sys_db_pool_size": settings.worker_threads + CLAIMED_PER_THREAD,
        "notification_listener_polling_interval_sec": POLL_SECONDS,
        "log_level": "WARNING",
    }


def _listen(settings: Settings, duties: Duties, ticks: Mapping[str, Callable[[datetime, object], None]]) -> None:
    claimed = CLAIMED_PER_THREAD * settings.worker_threads
    DBOS.register_queue(QUEUE, worker_concurrency=claimed, polling_interval_sec=POLL_SECONDS)
    DBOS.apply_schedules(
        [
            {"schedule_name": name, "workflow_fn": ticks[name], "schedule": cron, "queue_name": QUEUE}
            for name, (cron, _) in duties.timetable.items()
        ]
    )


def _job(kind: str, handler: Handler, running: list[str]) -> Callable[[Mapping[str, object]], None]:
    @DBOS.step(
        name=f"{kind}.perform",
        retries_allowed=True,
        max_attempts=ATTEMPTS,
        interval_seconds=RETRY_SECONDS,
        should_retry=_may_pass,
    )
    def perform(arguments: Mapping[str, object]) -> None:
        running.append(kind)
        try:
            handler(**arguments)
        finally:
            running.remove(kind)

    def job(arguments: Mapping[str, object]) -> None:
        perform(arguments)

    return job


def _tick(name: str, tick: Tick) -> Callable[[datetime, object], None]:
    def run(_scheduled_at: datetime, _context: object) -> None:
        _try(name, tick)

    return run


def _try(name: str, action: Tick) -> None:
    try:
        action()
    except Exception:
        log.exception("%s failed; it is tried again at its next turn", name)


def _may_pass(error: BaseException) -> bool:
    """A refusal of ours stays a refusal; a busy or lost database may come back."""
    return not isinstance(error, WorkflowError)
