"""Who is at work: every worker says so in the database while it lives, so that any machine can tell."""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow import clock
from workflow.store.session import writing
from workflow.store.workers import Worker

ALIVE_WITHIN = timedelta(seconds=60)  #: a worker says every 20 seconds that it is there
FORGOTTEN_AFTER = timedelta(days=7)
LONGEST = 120

log = logging.getLogger(__name__)


@contextmanager
def present(engine: Engine, name: str) -> Iterator[Callable[[], None]]:
    """Say that a worker is there, again whenever the yielded function is called, and at the end that it has gone."""
    started_at = clock.now()

    def beat() -> None:
        now = clock.now()
        with writing(engine) as session:
            session.merge(
                Worker(
                    name=name[:LONGEST], machine=platform.node()[:LONGEST], version=product_version(),
                    started_at=started_at, seen_at=now,
                )
            )  # fmt: skip
            session.execute(delete(Worker).where(Worker.seen_at < now - FORGOTTEN_AFTER))

    beat()
    try:
        yield beat
    finally:
        _leave(engine, name)


def workers(session: Session) -> Sequence[Worker]:
    """All that were seen lately, those that are there first."""
    return session.scalars(select(Worker).order_by(Worker.seen_at.desc(), Worker.name)).all()


def last_seen(session: Session) -> datetime | None:
    """When any worker was there last."""
    return session.scalar(select(func.max(Worker.seen_at)))


def is_alive(worker: Worker, now: datetime) -> bool:
    """Whether it has been heard of lately."""
    return now - worker.seen_at <= ALIVE_WITHIN


def product_version() -> str:
    """The version of the product, as installed."""
    try:
        return version("chuangyou")
    except PackageNotFoundError:
        return ""


def _leave(engine: Engine, name: str) -> None:
    try:
        with writing(engine) as session:
            session.execute(delete(Worker).where(Worker.name == name[:LONGEST]))
    except SQLAlchemyError:  # the row then tells when it was there last
        log.exception("could not say that worker %s has gone", name)
