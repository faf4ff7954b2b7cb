"""Background work: put into the caller's own transaction, done at least once after it commits, never without it.

A job has a kind and a key; the same kind and key again is harmless. `DurableJobs` keeps jobs in the tables of DBOS in
the application's database. `MemoryJobs` keeps the same promise in memory, for tests, the demo and simulations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, SessionTransaction

QUEUE, OUTWARD = "jobs", "outward"
QUEUES = (QUEUE, OUTWARD)
CALLS_OUTSIDE = frozenset(
    {"deliver"}
)  #: kinds that wait for others: a queue of their own, so that nobody waits for them
MEMORY = "jobs of this transaction"  #: where a session keeps what it has not committed

Handler = Callable[..., object]  #: handler(**arguments); opens its own transactions, may be called again


class Jobs(Protocol):
    """Where background work is put."""

    def enqueue(self, session: Session, kind: str, key: str, **arguments: object) -> None:
        """Put a job into the transaction of `session`; arguments are JSON values."""


def install_queue(url: str) -> None:
    """Create or upgrade the queue's own tables: schema `dbos` on PostgreSQL, beside ours on SQLite."""
    DBOS.migrate(url)


def queue_of(kind: str) -> str:
    """The queue in which jobs of this kind wait."""
    return OUTWARD if kind in CALLS_OUTSIDE else QUEUE


class DurableJobs:
    """Jobs in the database, taken by `workflow.worker`."""

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(system_database_engine=engine, serializer=DBOSPortableJSONSerializer(), lazy=True)

    def enqueue(self, session: Session, kind: str, key: str, **arguments: object) -> None:
        """Put a job into the transaction of `session`; the id is `kind:key`."""
        self._client.enqueue_in_transaction(
            session, {"workflow_name": kind, "queue_name": queue_of(kind), "workflow_id": f"{kind}:{key}"}, arguments
        )


@dataclass(frozen=True)
class Job:
    """One job that waits in memory."""

    kind: str
    key: str
    arguments: Mapping[str, object]


class MemoryJobs:
    """Jobs in memory: they appear in `waiting` when the session commits and are gone when it rolls back."""

    def __init__(self) -> None:
        self.waiting: list[Job] = []
        self._seen: set[tuple[str, str]] = set()

    def enqueue(self, session: Session, kind: str, key: str, **arguments: object) -> None:
        """Put a job into the transaction of `session`."""
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
