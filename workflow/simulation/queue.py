"""A queue with the contract of DBOS, and nothing else of it: neither threads nor a clock of its own.

A job is enqueued in the caller's own transaction, is done at least once after the commit and never without it, in any
order and after any delay; the same kind and key again is harmless. tests/simulation holds DBOS to the same contract.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from workflow.store.changes import write_pending
from workflow.store.jobs import Priority, WithoutFailures
from workflow.store.prepared import Prepared, connected

TABLE = """
CREATE TABLE simulated_jobs (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, arguments TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, key))
"""
#: What waits for a job is looked for after every step.
INDEX = "CREATE INDEX simulated_waiting ON documents (id) WHERE state = 'queued'"
PUT = Prepared(text("INSERT OR IGNORE INTO simulated_jobs (kind, key, arguments) VALUES (:kind, :key, :arguments)"))
WAITING = Prepared(
    text("SELECT number, kind, key, arguments FROM simulated_jobs WHERE done = 0 ORDER BY number LIMIT :most")
)
DONE = Prepared(text("UPDATE simulated_jobs SET done = done + 1 WHERE number = :number"))


@dataclass(frozen=True)
class Job:
    """One job that waits."""

    number: int
    kind: str
    key: str
    written: str  #: its arguments, as they are stored

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What it is called with."""
        found: Mapping[str, Any] = json.loads(self.written)
        return found


class SimulatedJobs(WithoutFailures):
    """Jobs in a table of the simulated database: they are there when the caller's transaction is, and gone with it."""

    def enqueue(
        self,
        session: Session,
        kind: str,
        key: str,
        *,
        priority: Priority | None = None,  # noqa: ARG002 - any order is allowed
        **arguments: object,
    ) -> None:
        """Put a job into the transaction of `session`."""
        write_pending(session)
        put = {"kind": kind, "key": key, "arguments": json.dumps(arguments, sort_keys=True)}
        PUT.run(connected(session), put)


def waiting(engine: Engine, most: int) -> list[Job]:
    """Jobs that nobody has marked as done, the oldest first."""
    with engine.connect() as connection:
        rows = WAITING.rows(connection, {"most": most})
    return [Job(*each) for each in rows]


def mark(engine: Engine, job: Job) -> None:
    """Remember that a job is done."""
    with engine.begin() as connection:
        DONE.run(connection, {"number": job.number})
