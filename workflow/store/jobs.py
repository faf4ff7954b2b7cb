"""Background work: put into the caller's own transaction, done at least once after it commits, never without it.

A job has a kind and a key; the same kind and key again is harmless. `DurableJobs` keeps jobs in the tables of DBOS in
the application's database. `MemoryJobs` keeps the same promise in memory, for tests, the demo and simulations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Protocol

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, SessionTransaction

from workflow import logs
from workflow.store import queued
from workflow.store.queued import Depth, FailedJob

QUEUE, BULK, OUTWARD = "jobs", "bulk", "outward"
QUEUES = (QUEUE, BULK, OUTWARD)
CALLS_OUTSIDE = frozenset(
    {"deliver"}
)  #: kinds that wait for others: a queue of their own, so that nobody waits for them
MEMORY = "jobs of this transaction"  #: where a session keeps what it has not committed
AGAIN = "~"  #: an id ends with this and a number when the job is a further attempt at the one before

Handler = Callable[..., object]  #: handler(**arguments); opens its own transactions, may be called again


class Priority(IntEnum):
    """Who waits for a job: a person who has just acted, or nobody in particular."""

    PERSON = 0
    BULK = 10


_priority: ContextVar[Priority] = ContextVar("priority", default=Priority.PERSON)


@contextmanager
def at_priority(priority: Priority) -> Iterator[None]:
    """What is enqueued inside has this priority where nothing else is said: what a bulk job brings is bulk."""
    token = _priority.set(priority)
    try:
        yield
    finally:
        _priority.reset(token)


@dataclass(frozen=True)
class Terms:
    """What goes with a job besides its arguments: its priority, how often it was tried, the request that ordered it."""

    priority: int = Priority.PERSON
    attempt: int = 0
    request: str = ""

    def stored(self) -> list[dict[str, object]]:
        """What is stored after the arguments: what differs from the usual, mostly nothing."""
        found = {name: value for name, value in asdict(self).items() if value}
        return [found] if found else []


class Jobs(Protocol):
    """Where background work is put, and where it is seen again when it could not be done."""

    def enqueue(
        self, session: Session, kind: str, key: str, *, priority: Priority | None = None, **arguments: object
    ) -> None:
        """Put a job into the transaction of `session`; arguments are JSON values."""

    def failed(self, session: Session, limit: int) -> Sequence[FailedJob]:
        """The jobs that are tried no more, oldest first."""

    def count_failed(self, session: Session) -> int:
        """How many there are."""

    def depths(self, session: Session) -> Sequence[Depth]:
        """What waits, runs or has failed, counted by kind, queue and status."""

    def try_again(self, session: Session, job: FailedJob) -> None:
        """Put a failed job into the queue again; it is no failed one any more."""

    def forget(self, session: Session, job: FailedJob) -> None:
        """Never try a failed job again."""


def install_queue(url: str) -> None:
    """Create or upgrade the queue's own tables: schema `dbos` on PostgreSQL, beside ours on SQLite."""
    DBOS.migrate(url)


def queue_of(kind: str, priority: int) -> str:
    """The queue in which a job waits: nobody who has just acted waits for bulk work, or for another server."""
    if kind in CALLS_OUTSIDE:
        return OUTWARD
    return QUEUE if priority == Priority.PERSON else BULK


def order(kind: str, job_id: str, terms: Terms) -> EnqueueOptions:
    """How the queue is told of a job."""
    options: EnqueueOptions = {
        "workflow_name": kind, "queue_name": queue_of(kind, terms.priority), "workflow_id": job_id,
    }  # fmt: skip
    if terms.priority:
        options["priority"] = int(terms.priority)
    return options


def next_id(job_id: str) -> str:
    """The id of the next attempt at a job: `kind:key`, `kind:key~1`, `kind:key~2`."""
    base, again, number = job_id.rpartition(AGAIN)
    return f"{base}{AGAIN}{int(number) + 1}" if again and number.isdigit() else f"{job_id}{AGAIN}1"


class DurableJobs:
    """Jobs in the database, taken by `workflow.worker`."""

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(system_database_engine=engine, serializer=DBOSPortableJSONSerializer(), lazy=True)

    def enqueue(
        self, session: Session, kind: str, key: str, *, priority: Priority | None = None, **arguments: object
    ) -> None:
        """Put a job into the transaction of `session`; the id is `kind:key`."""
        terms = Terms(_priority.get() if priority is None else priority, request=logs.request_id())
        self._put(session, kind, f"{kind}:{key}", arguments, terms)

    def failed(self, session: Session, limit: int) -> Sequence[FailedJob]:
        """The jobs that are tried no more, oldest first."""
        return queued.failed(session, limit) if queued.is_installed(session) else []

    def count_failed(self, session: Session) -> int:
        """How many there are."""
        return queued.count_failed(session) if queued.is_installed(session) else 0

    def depths(self, session: Session) -> Sequence[Depth]:
        """What waits, runs or has failed, counted by kind, queue and status."""
        return queued.depths(session) if queued.is_installed(session) else []

    def try_again(self, session: Session, job: FailedJob) -> None:
        """Put it into the queue under its next id and forget the failed one, both in this transaction."""
        self._put(session, job.kind, next_id(job.id), job.arguments, Terms(job.priority, request=logs.request_id()))
        queued.forget(session, job.id)

    def forget(self, session: Session, job: FailedJob) -> None:
        """Never try a failed job again."""
        queued.forget(session, job.id)

    def _put(self, session: Session, kind: str, job_id: str, arguments: Mapping[str, object], terms: Terms) -> None:
        self._client.enqueue_in_transaction(session, order(kind, job_id, terms), arguments, *terms.stored())


@dataclass(frozen=True)
class Job:
    """One job that waits in memory."""

    kind: str
    key: str
    arguments: Mapping[str, object]


class WithoutFailures:
    """What a queue answers in which a failing job stays and is done again: none has failed for good."""

    def failed(self, session: Session, limit: int) -> Sequence[FailedJob]:  # noqa: ARG002 - as the protocol has it
        """None."""
        return []

    def count_failed(self, session: Session) -> int:  # noqa: ARG002 - as the protocol has it
        """None."""
        return 0

    def depths(self, session: Session) -> Sequence[Depth]:  # noqa: ARG002 - as the protocol has it
        """Nothing is counted."""
        return []

    def try_again(self, session: Session, job: FailedJob) -> None:
        """There is none."""

    def forget(self, session: Session, job: FailedJob) -> None:
        """There is none."""


class MemoryJobs(WithoutFailures):
    """Jobs in memory: they appear in `waiting` when the session commits and are gone when it rolls back."""

    def __init__(self) -> None:
        self.waiting: list[Job] = []
        self._seen: set[tuple[str, str]] = set()

    def enqueue(
        self,
        session: Session,
        kind: str,
        key: str,
        *,
        priority: Priority | None = None,  # noqa: ARG002 - as the protocol has it
        **arguments: object,
    ) -> None:
        """Put a job into the transaction of `session`; in memory nothing overtakes."""
        if MEMORY not in session.info:
            session.info[MEMORY] = []
            event.listen(session, "after_commit", self._committed)
            event.listen(session, "after_soft_rollback", _rolled_back)
        savepoint = session.get_nested_transaction() or session.get_transaction() or session.begin()
        session.info[MEMORY].append((savepoint, Job(kind, key, arguments)))

    def drain(self, handlers: Mapping[str, Handler]) -> int:
        """Do everything that waits, and what that brings; answers how many. A failing job raises and stays."""
        done = 0
        while self.waiting:
            job = self.waiting[0]
            handlers[job.kind](**job.arguments)
            self.waiting.remove(job)
            done += 1
        return done

    def _committed(self, session: Session) -> None:
        if session.in_nested_transaction():  # the end of a savepoint is no commit
            return
        for _, job in session.info[MEMORY]:
            if (job.kind, job.key) not in self._seen:
                self._seen.add((job.kind, job.key))
                self.waiting.append(job)
        session.info[MEMORY].clear()


def _rolled_back(session: Session, ended: SessionTransaction) -> None:
    session.info[MEMORY][:] = [(at, job) for at, job in session.info[MEMORY] if not _within(at, ended)]


def _within(transaction: SessionTransaction | None, ended: SessionTransaction) -> bool:
    """Whether a transaction is the one that ended, or a savepoint inside it."""
    while transaction is not None and transaction is not ended:
        transaction = transaction.parent
    return transaction is ended
