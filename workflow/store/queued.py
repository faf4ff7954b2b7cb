"""What the tables of the queue hold: jobs that failed, and how many wait. Its own client only lists row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CursorResult, RowMapping, column, delete, func, inspect, select, table, update
from sqlalchemy.orm import Session

FAILED = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")  #: refused or tried in vain; or it ended its worker every time
WAITING = ("ENQUEUED", "DELAYED", "PENDING")
STATUS = ("workflow_uuid", "name", "status", "queue_name", "priority", "created_at", "updated_at",
          "recovery_attempts")  # fmt: skip
KEYED = ("workflow_input", "workflow_output", "operation_outputs")  #: what else the queue keeps of a job
MILLISECONDS = 1000


@dataclass(frozen=True)
class FailedJob:
    """A job that is tried no more until somebody says so."""

    id: str
    kind: str
    priority: int
    arguments: Mapping[str, Any]
    since: datetime
    attempts: int
    reason: str  #: a sentence of ours; empty where the job ended its worker
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Depth:
    """How many jobs of a kind are in a queue in one status, and since when the oldest."""

    kind: str
    queue: str
    status: str
    count: int
    oldest: datetime


def is_installed(session: Session) -> bool:
    """Whether the queue's tables are there: they are not before the first upgrade."""
    schema = "dbos" if session.get_bind().dialect.name == "postgresql" else None
    return inspect(session.connection()).has_table("workflow_status", schema=schema)


def failed(session: Session, limit: int) -> Sequence[FailedJob]:
    """The failed jobs, oldest first; of each the arguments, and what its error says."""
    jobs, inputs = _table(session, "workflow_status", *STATUS), _table(session, "workflow_input", "inputs")
    outputs = _table(session, "workflow_output", "error")
    rows = session.execute(
        select(jobs, inputs.c.inputs, outputs.c.error)
        .outerjoin(inputs, inputs.c.workflow_uuid == jobs.c.workflow_uuid)
        .outerjoin(outputs, outputs.c.workflow_uuid == jobs.c.workflow_uuid)
        .where(jobs.c.status.in_(FAILED), jobs.c.queue_name.is_not(None))
        .order_by(jobs.c.updated_at, jobs.c.workflow_uuid)
        .limit(limit)
    )
    return [_failed(row) for row in rows.mappings()]


def count_failed(session: Session) -> int:
    """How many jobs have failed."""
    jobs = _table(session, "workflow_status", *STATUS)
    return session.scalar(select(func.count()).where(jobs.c.status.in_(FAILED), jobs.c.queue_name.is_not(None))) or 0


def depths(session: Session) -> Sequence[Depth]:
    """What waits, runs or has failed, by kind, queue and status. One statement."""
    jobs = _table(session, "workflow_status", *STATUS)
    group = (jobs.c.name, jobs.c.queue_name, jobs.c.status)
    rows = session.execute(
        select(*group, func.count(), func.min(jobs.c.created_at))
        .where(jobs.c.status.in_((*WAITING, *FAILED)), jobs.c.queue_name.is_not(None))
        .group_by(*group)
    )
    return [Depth(name, queue, status, count, _moment(oldest)) for name, queue, status, count, oldest in rows]


def give_back(session: Session, worker: str) -> int:
    """Put what a worker has taken and not finished into the queue again, for others; answers how many."""
    jobs = _table(session, "workflow_status", "status", "queue_name", "executor_id", "owner_xid", "started_at_epoch_ms")
    taken = (jobs.c.status == "PENDING", jobs.c.executor_id == worker, jobs.c.queue_name.is_not(None))
    given = update(jobs).where(*taken).values(status="ENQUEUED", owner_xid=None, started_at_epoch_ms=None)
    result: CursorResult[Any] = session.execute(given)  # type: ignore[assignment]
    return result.rowcount


def forget(session: Session, job_id: str) -> None:
    """Remove a job and all that the queue keeps of it, in this transaction."""
    for name in (*KEYED, "workflow_status"):
        of_queue = _table(session, name)
        session.execute(delete(of_queue).where(of_queue.c.workflow_uuid == job_id))


def _table(session: Session, name: str, *columns: str) -> Any:
    schema = "dbos" if session.get_bind().dialect.name == "postgresql" else None
    return table(name, *map(column, dict.fromkeys(("workflow_uuid", *columns))), schema=schema)


def _failed(row: RowMapping) -> FailedJob:
    positional = json.loads(row["inputs"])["positionalArgs"] if row["inputs"] else []
    error = json.loads(row["error"]) if row["error"] else {}
    facts = error.get("data") or {}
    return FailedJob(
        id=row["workflow_uuid"], kind=row["name"], priority=row["priority"] or 0,
        arguments=positional[0] if positional else {}, since=_moment(row["updated_at"]),
        attempts=facts.get("attempts") or row["recovery_attempts"] or 1, reason=error.get("message") or "", facts=facts,
    )  # fmt: skip


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / MILLISECONDS, UTC)
