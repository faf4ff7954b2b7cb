"""Who is at work: every worker says so in the database while it lives, so that any machine can tell."""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from time import monotonic

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflow import clock
from workflow.store import queued
from workflow.store.session import create_engine, writing
from workflow.store.workers import Worker

ALIVE_WITHIN = timedelta(seconds=60)  #: a worker says every 20 seconds that it is there
FORGOTTEN_AFTER = timedelta(days=7)
LONGEST = 120

log = logging.getLogger(__name__)


class Watched:
    """The other workers, as one of them sees them: by its own patience, whatever their clocks say."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._known: dict[str, tuple[datetime, float]] = {}

    def silent(self, session: Session) -> list[str]:
        """Those that have said nothing new for a while."""
        found, now = [], monotonic()
        for each in session.scalars(select(Worker).where(Worker.name != self._name)):
            said, since = self._known.get(each.name, (None, now))
            if said != each.seen_at:
                self._known[each.name] = (each.seen_at, now)
            elif now - since > ALIVE_WITHIN.total_seconds():
                found.append(each.name)
        return found


@contextmanager
def present(engine: Engine, name: str) -> Iterator[Callable[[], Sequence[str]]]:
    """Say that a worker is there, again whenever the yielded function is called, and at the end that it has gone.

    The function answers which workers are not heard of any more.
    """
    started_at, watched = clock.now(), Watched(name)

    def beat() -> Sequence[str]:
        now = clock.now()
        with writing(engine) as session:
            session.merge(
                Worker(
                    name=name[:LONGEST], machine=platform.node()[:LONGEST], version=product_version(),
                    started_at=started_at, seen_at=now,
                )
            )  # fmt: skip
            session.execute(delete(Worker).where(Worker.seen_at < now - FORGOTTEN_AFTER))
            session.flush()
            return watched.silent(session)

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


def give_back(url: str, name: str) -> None:
    """What a worker that stops has taken and not finished is for others."""
    engine = create_engine(url)
    try:
        with writing(engine) as session:
            queued.give_back(session, name)
    finally:
        engine.dispose()


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
