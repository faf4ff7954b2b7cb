"""A database with the queue's tables, and a worker on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine

from tests.worker.working import WAIT_SECONDS, Start
from workflow.settings import Settings
from workflow.store.jobs import install_queue
from workflow.store.session import create_engine
from workflow.worker import Duties, run_worker


@pytest.fixture
def queue_url(database_url: str) -> str:
    """A database that has the queue's tables too."""
    install_queue(database_url)
    return database_url


@pytest.fixture
def engine(queue_url: str) -> Iterator[Engine]:
    made = create_engine(queue_url)
    yield made
    made.dispose()


@pytest.fixture
def start(queue_url: str, tmp_path: Path) -> Start:
    """Runs a worker with given duties for the length of a block."""
    settings = Settings(database_url=queue_url, var_dir=tmp_path)

    @contextmanager
    def started(duties: Duties) -> Iterator[None]:
        stop, ready = Event(), Event()
        thread = Thread(target=run_worker, args=(settings, stop, duties, ready))
        thread.start()
        try:
            assert ready.wait(WAIT_SECONDS)
            yield
        finally:
            stop.set()
            thread.join(WAIT_SECONDS)
            assert not thread.is_alive()

    return started
