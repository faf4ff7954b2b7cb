"""One simulated installation: a database in memory, a clock, the people in it, and what has gone wrong so far."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import sqlalchemy
from sqlalchemy import text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from workflow import clock, randomness
from workflow.clock import FixedClock
from workflow.definition.loader import Definitions
from workflow.definition.model import Stage
from workflow.operations.campaigns import open_campaign
from workflow.operations.installation import Installation
from workflow.operations.publishing import stage_of
from workflow.settings import Settings
from workflow.simulation.chance import Chance
from workflow.simulation.faults import Connection, Crashed, Faults, Onlooker, connect
from workflow.simulation.queue import INDEX, TABLE, SimulatedJobs
from workflow.simulation.trees import Shape, grow
from workflow.simulation.wishes import is_deep, wanted_by
from workflow.store import tables
from workflow.store.session import lone, reading, writing

FIRST_YEAR, LAST_YEAR = 2011, 2024  #: of a campaign: years whose working calendars are known before and after
SINCE = date(2010, 6, 1)
CAMPAIGN = 1  #: its id, in a database that holds one
TOGETHER, KEPT = 3, 4  #: seeds that live in the same tree, and trees that are kept for the next seed

_trees: dict[tuple[int, bool, Shape], bytes] = {}  #: by number, and whether it is a deep one

Told = Callable[[str], None]


@dataclass
class World:
    """What a simulation happens in."""

    seed: int
    definitions: Definitions  #: without the working calendars of later years
    calendars: Mapping[int, Mapping[str, object]]  #: all of them
    shape: Shape
    clock: FixedClock
    faults: Faults
    raw: Connection
    tell: Told = lambda _sentence: None
    seen: Counter[str] = field(default_factory=Counter)  #: what has happened, by name: for coverage
    pages: list[Any] = field(default_factory=list)  #: that people opened and have not sent yet
    stages: dict[int, Stage] = field(default_factory=dict)  #: by key of the published definition
    rendered_every: int = 0  #: every which paper is printed by the real press; 0: none

    def __post_init__(self) -> None:
        self.engine, self._settings = lone(lambda: self.raw), Settings()
        beside = sqlalchemy.create_engine("sqlite://", creator=lambda: Onlooker(self.raw), poolclass=StaticPool)
        self._onlooking = Session(beside, autoflush=False)
        self.restart()

    def restart(self) -> None:
        """The process begins anew: nothing is left but the database."""
        self.installation = Installation(self._settings, self.definitions, self.engine, SimulatedJobs())

    @property
    def now(self) -> datetime:
        """The present moment of the simulation."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """The present day."""
        return self.installation.today(self.now)

    def stage(self, session: Session, definition: int) -> Stage:
        """A published definition, looked up once: it never changes."""
        if definition not in self.stages:
            self.stages[definition] = stage_of(session, definition)
        return self.stages[definition]

    def reading(self) -> AbstractContextManager[Session]:
        """A transaction that reads."""
        return reading(self.engine)

    @contextmanager
    def onlooking(self) -> Iterator[Session]:
        """A session of the simulation itself, which sees the rows as they are and which no fault strikes.

        It is always the same one: to open and to end a transaction costs more than most looks.
        """
        try:
            yield self._onlooking
        finally:
            self._onlooking.expunge_all()

    def writing(self) -> AbstractContextManager[Session]:
        """A transaction that writes."""
        return writing(self.engine)

    def attempt(self, deed: Callable[[], object]) -> bool:
        """Do something; False when the process died over it, and has been started again."""
        try:
            deed()
        except Crashed as crash:
            self.tell(f"　　故障：{crash}；进程重新启动")
            self.restart()
            return False
        return True


def first_day(seed: int) -> date:
    """The day on which the campaign of this seed begins."""
    chance = Chance(seed, "first day")
    return date(chance.between(FIRST_YEAR, LAST_YEAR), chance.between(1, 12), chance.between(1, 28))


def _tree(seed: int, definitions: Definitions, shape: Shape) -> bytes:
    """The database of a tree, as bytes that can be copied; neighbouring seeds mostly live in the same one."""
    number, deep = -(-seed // TOGETHER), is_deep(wanted_by(seed, definitions))
    if (number, deep, shape) not in _trees:
        with _at(SINCE), randomness.use(Chance(number, "tree randomness").source):
            world = _empty(number * TOGETHER, definitions, shape, _schema())
            with world.writing() as session:
                grow(session, world.installation, Chance(number, "tree"), shape, SINCE, deep=deep)
        if len(_trees) >= KEPT:
            _trees.clear()
        _trees[number, deep, shape] = world.raw.serialize()
        world.raw.end()
    return _trees[number, deep, shape]


@cache
def _schema() -> bytes:
    """A database without rows."""
    raw = connect(b"", Faults(FixedClock(datetime.min.replace(tzinfo=UTC))))
    engine = lone(lambda: raw)
    tables.metadata.create_all(engine)
    with writing(engine) as session:
        session.execute(text(TABLE))
        session.execute(text(INDEX))
    return raw.serialize()


def _empty(seed: int, complete: Definitions, shape: Shape, image: bytes) -> World:
    fixed = clock.current()
    assert isinstance(fixed, FixedClock)  # noqa: S101 - `inhabited` set it
    faults = Faults(fixed)
    known = {year: table for year, table in complete.calendar.items() if year <= first_day(seed).year}
    definitions = replace(complete, calendar=known)  # the office publishes the next year later
    return World(seed, definitions, complete.calendar, shape, fixed, faults, connect(image, faults))


def _at(day: date) -> AbstractContextManager[FixedClock]:
    return clock.use(FixedClock(datetime.combine(day, datetime.min.time(), UTC)))


@contextmanager
def inhabited(seed: int, definitions: Definitions, shape: Shape) -> Iterator[World]:
    """The world of a seed, as often as it is asked for; clock and randomness of the process are its own meanwhile."""
    logs = logging.getLogger("workflow")
    level = logs.level
    logs.setLevel(logging.CRITICAL + 1)
    try:
        tree = _tree(seed, definitions, shape)
        with _at(first_day(seed)), randomness.use(Chance(seed, "randomness").source):
            world = _empty(seed, definitions, shape, tree)
            with world.writing() as session:
                open_campaign(session, world.installation, code=str(seed), title="创先争优活动")
            yield world
            world.raw.end()
    finally:
        logs.setLevel(level)
