"""What the tests of the worker share: jobs put into the queue, and how they fare."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TypeVar

from sqlalchemy import Engine, text

from workflow.store.jobs import DurableJobs, Handler, Jobs
from workflow.store.queued import FailedJob
from workflow.store.session import reading, writing
from workflow.worker import Duties

WAIT_SECONDS = 90
Answer = TypeVar("Answer")
Start = Callable[[Duties], AbstractContextManager[None]]


def wait_until(claim: Callable[[], object]) -> None:
    limit = time.monotonic() + WAIT_SECONDS
    while not claim():
        assert time.monotonic() < limit, "nothing happened"
        time.sleep(0.02)


def apart(function: Callable[..., Answer], *arguments: object) -> Answer:
    """Call in a thread of its own, as the worker does: beside a browser's event loop the queue cannot be asked."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


def put(engine: Engine, jobs: Jobs, kind: str, *keys: int) -> None:
    with writing(engine) as session:
        for key in keys:
            jobs.enqueue(session, kind, f"{key}", number=key)


def statuses(engine: Engine) -> dict[str, str]:
    table = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT workflow_uuid, status FROM {table}"))
        return {row.workflow_uuid: row.status for row in rows}


def queues(engine: Engine) -> dict[str, set[str]]:
    table = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    found: dict[str, set[str]] = {}
    with engine.connect() as connection:
        for kind, queue in connection.execute(text(f"SELECT name, queue_name FROM {table}")):
            found.setdefault(kind, set()).add(queue)
    return found


def failed(engine: Engine, jobs: DurableJobs) -> list[FailedJob]:
    with reading(engine) as session:
        found = list(jobs.failed(session, 1000))
        assert jobs.count_failed(session) == len(found)
        return found


def noting(into: list[int]) -> Handler:
    def note(number: int) -> None:
        into.append(number)

    return note
