"""The worker: takes jobs and due moments from the database and calls operations. Runs beside the web or alone.

DBOS remembers what was taken, so that a job cut short by a crash is done again; every handler bears that. What it
needs to be told is in `Duties`; nothing here knows what a job means.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Semaphore

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from workflow import clock, logs
from workflow.operations.approving.reseating import reseat_all
from workflow.operations.approving.vacancies import look_for_vacancies
from workflow.operations.bindings.forgetting import forget_bindings
from workflow.operations.bindings.ordering import JOB as BINDING
from workflow.operations.bindings.working import work_binding
from workflow.operations.documents import distributing
from workflow.operations.documents.papers import RENDER
from workflow.operations.documents.rendering import give_up, render_document
from workflow.operations.documents.reprinting import queue_again
from workflow.operations.due.deadlines import fire_due
from workflow.operations.due.rescheduling import RESCHEDULE, reschedule_all
from workflow.operations.importing import handing_in
from workflow.operations.informing.arrivals import TELL, tell_arrivals
from workflow.operations.informing.delivering import deliver, deliver_due
from workflow.operations.informing.digesting import send_digests
from workflow.operations.informing.forgetting import forget_notices
from workflow.operations.informing.reminding import remind_all
from workflow.operations.informing.telling import DELIVER
from workflow.operations.installation import Installation
from workflow.operations.many import batching, launching
from workflow.operations.many.opening_below import work_launch
from workflow.operations.sealing import seal_campaigns
from workflow.operations.upkeep.attempting import LastWords, Shift, attempt_or_tell
from workflow.operations.upkeep.places import place, places_left
from workflow.operations.upkeep.presence import give_back, present
from workflow.operations.upkeep.stuck import look_for_stuck
from workflow.operations.watches import Watch, watching
from workflow.settings import Settings
from workflow.store.jobs import BULK, QUEUE, QUEUES, Handler, Priority, Terms, at_priority, next_id, order
from workflow.store.session import SECRET, link

APPLICATION = "chuangyou"
VERSION = "1"  #: of the job formats, not of the product: jobs of an older release are still taken
POLL_SECONDS = 0.2  #: how soon a committed job is seen
CLAIMED_PER_THREAD = 4  #: jobs taken at a time, so that threads do not wait for the next look
GRACE_SECONDS = 20  #: for running jobs when the worker is told to stop
HOUSEKEEPING_SECONDS = 20.0
FIRE_SECONDS = 5.0  #: between two looks for what is due
DELIVER_SECONDS = 15.0  #: between two looks for what may go out now
CALM_SECONDS = 120.0  #: for which bulk work waits at most while a watch is busy: what is due goes before its papers
STALE_AFTER = timedelta(minutes=10)  #: a job that another machine took so long ago was taken by a worker that is gone
KEPT_FOR = timedelta(days=1)  #: finished jobs, for questions
BATCH = 500

Tick = Callable[[], object]
#: Of the worker of that name; what it gives is to be said again and again, and answers who is heard of no more.
Presence = Callable[[str], AbstractContextManager[Callable[[], Sequence[str]]]]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Duties:
    """What a worker does: handlers by kind of job, ticks by name with their cron line (UTC), and watches.

    A tick is one worker's, whoever is first. A watch is kept by each, from its start on and so many seconds after it
    has ended: what it does bears company. It is given an event that tells it to end.
    """

    handlers: Mapping[str, Handler]
    timetable: Mapping[str, tuple[str, Tick]]
    watches: Mapping[str, tuple[float, Watch]] = field(default_factory=dict)
    last_words: Mapping[str, LastWords] = field(default_factory=dict)  #: by kind of job
    presence: Presence = lambda _name: nullcontext(tuple[str, ...])


def standing_duties(installation: Installation) -> Duties:
    """The duties of the product: render, tell, work off batches, look for what is due, left lying or stuck, seal."""
    engine = installation.engine
    return Duties(
        handlers={
            RENDER: partial(render_document, engine, installation),
            TELL: partial(tell_arrivals, engine, installation),
            DELIVER: partial(deliver, engine, installation),
            batching.JOB: partial(batching.work_batch, engine, installation),
            launching.JOB: partial(work_launch, engine, installation),
            distributing.JOB: partial(distributing.work_distribution, engine, installation),
            BINDING: partial(work_binding, engine, installation),
            handing_in.JOB: partial(handing_in.work_import, engine, installation),
            RESCHEDULE: partial(reschedule_all, engine, installation),
        },
        last_words={RENDER: partial(give_up, engine)},
        presence=partial(present, engine),
        watches={
            "fire_deadlines": (FIRE_SECONDS, partial(fire_due, engine, installation)),
            "deliver_due": (DELIVER_SECONDS, lambda _over: deliver_due(engine, installation)),
        },
        timetable={
            "remind": ("* * * * *", partial(remind_all, engine, installation)),
            "send_digests": ("*/5 * * * *", partial(send_digests, engine, installation)),
            "forget_bindings": ("50 18 * * *", partial(forget_bindings, engine)),
            "forget_notices": ("40 18 * * *", partial(forget_notices, engine, installation)),
            "queue_again": ("* * * * *", partial(queue_again, engine, installation)),
            "reseat": ("* * * * *", partial(reseat_all, engine, installation)),
            "look_for_vacancies": ("*/10 * * * *", partial(look_for_vacancies, engine, installation)),
            "look_for_stuck": ("*/10 * * * *", partial(look_for_stuck, engine, installation)),
            "reschedule_stale": ("30 * * * *", partial(reschedule_all, engine, installation)),
            "seal_journal": ("0 * * * *", partial(seal_campaigns, engine)),
        },
    )


def run_worker(settings: Settings, stop: Event, duties: Duties, ready: Event | None = None) -> list[str]:
    """Work until `stop` is set, then let running jobs finish. One worker a process; `ready` is set once it listens.

    Answers the kinds of the jobs that did not finish in time; these are given back to the queue.
    """
    shift = _shift(settings, stop)
    calm = Event()
    calm.set()
    with place(settings.var_dir) as name:
        DBOS(config=_configuration(settings, name))
        try:
            for kind, handler in duties.handlers.items():
                DBOS.workflow(name=kind)(_job(kind, handler, shift, calm, duties.last_words.get(kind)))
            ticks = {name: DBOS.workflow(name=name)(_tick(name, tick)) for name, (_, tick) in duties.timetable.items()}
            DBOS.launch()
            _listen(settings, duties, ticks)
            with duties.presence(name) as beat, watching(duties.watches, calm, _try):
                if ready:
                    ready.set()
                while not stop.wait(HOUSEKEEPING_SECONDS):
                    _try("housekeeping", lambda: keep_house(settings.var_dir, clock.now(), beat()))
        finally:
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=GRACE_SECONDS if shift.running else 0)
            _try("giving back", lambda: give_back(settings.database_url, name))
        return list(shift.running)


def keep_house(var_dir: Path, now: datetime, silent: Sequence[str] = ()) -> None:
    """Give jobs of lost workers to the others, and forget what was finished long ago."""
    lost = DBOS.list_workflows(status="PENDING", dequeued_before=(now - STALE_AFTER).isoformat(), limit=BATCH)
    if gone := [*places_left(var_dir), *silent]:
        lost += DBOS.list_workflows(status="PENDING", executor_id=gone, limit=BATCH)
    for queue in {job.queue_name or QUEUE for job in lost}:
        found = {job.workflow_id for job in lost if (job.queue_name or QUEUE) == queue}
        DBOS.resume_workflows(sorted(found), queue_name=queue)
    old = (now - KEPT_FOR).isoformat()
    while done := DBOS.list_workflows(status="SUCCESS", completed_before=old, limit=BATCH, load_input=False):
        DBOS.delete_workflows([job.workflow_id for job in done])


def _configuration(settings: Settings, name: str) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_url": settings.database_url,
        "application_version": VERSION,
        "executor_id": name,
        "serializer": DBOSPortableJSONSerializer(),  # JSON; the default would unpickle what the database holds
        "db_engine_kwargs": {"connect_args": link(settings.database_url), **SECRET},
        "sys_db_pool_size": settings.worker_threads + CLAIMED_PER_THREAD,
        "notification_listener_polling_interval_sec": POLL_SECONDS,
        "log_level": "WARNING",
    }


def _listen(settings: Settings, duties: Duties, ticks: Mapping[str, Callable[[datetime, object], None]]) -> None:
    claimed = CLAIMED_PER_THREAD * settings.worker_threads
    for each in QUEUES:
        DBOS.register_queue(each, worker_concurrency=claimed, polling_interval_sec=POLL_SECONDS)
    DBOS.apply_schedules(
        [
            {"schedule_name": name, "workflow_fn": ticks[name], "schedule": cron, "queue_name": QUEUE}
            for name, (cron, _) in duties.timetable.items()
        ]
    )
    for known in DBOS.list_schedules():  # what an older release did by the clock
        if known["schedule_name"] not in ticks:
            DBOS.delete_schedule(known["schedule_name"])


def _shift(settings: Settings, stop: Event) -> Shift:
    """As many turns as threads; half as many for bulk work, which shares the processors with what people wait for."""
    turns = {each: Semaphore(settings.worker_threads) for each in QUEUES}
    return Shift({**turns, BULK: Semaphore(max(1, settings.worker_threads // 2))}, [], stop)


def _job(kind: str, handler: Handler, shift: Shift, calm: Event, last_words: LastWords | None) -> Callable[..., None]:
    # DBOS's own threads stay unlimited: one of them may wait long for the outcome of a job taken twice, and must not
    # keep the others from working. The turns limit the work itself. Its own retries would hold a thread meanwhile.
    @DBOS.step(name=f"{kind}.perform")
    def perform(arguments: Mapping[str, object], terms: Mapping[str, object]) -> float | None:
        if terms.get("priority") == Priority.BULK:
            calm.wait(CALM_SECONDS)
        with shift.turn(kind, Terms(**terms)), logs.about(job=DBOS.workflow_id):  # type: ignore[arg-type]
            return attempt_or_tell(kind, handler, arguments, Terms(**terms), last_words)  # type: ignore[arg-type]

    def job(arguments: Mapping[str, object], terms: Mapping[str, object] | None = None) -> None:
        if (pause := perform(arguments, terms or {})) is not None:
            _put_off(kind, arguments, Terms(**(terms or {})), pause)  # type: ignore[arg-type]

    return job


def _put_off(kind: str, arguments: Mapping[str, object], terms: Terms, pause: float) -> None:
    """The same job once more, after a pause in which it keeps no place in the queue."""
    later = replace(terms, attempt=terms.attempt + 1)
    options = order(kind, next_id(str(DBOS.workflow_id)), later)
    DBOS.enqueue_workflow_with_options({**options, "delay_seconds": pause}, arguments, *later.stored())


def _tick(name: str, tick: Tick) -> Callable[[datetime, object], None]:
    def run(_scheduled_at: datetime, _context: object) -> None:
        _try(name, tick)

    return run


def _try(name: str, action: Tick) -> None:
    try:
        with at_priority(Priority.BULK):
            action()
    except Exception:
        log.exception("%s failed; it is tried again at its next turn", name)
