"""One simulated installation: a database in memory, a clock, the people in it, and what has gone wrong so far."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from workflow import clock, randomness
from workflow.clock import FixedClock
from workflow.definition.loader import Definitions
from workflow.definition.model import Stage
from workflow.operations.campaigns import open_campaign
from workflow.operations.installation import Installation
from workflow.operations.publishing import stage_of
from workflow.settings import Settings
from workflow.simulation.chance import Chance
from workflow.simulation.faults import Connection, Crashed, Faults, connect
from workflow.simulation.queue import TABLE, SimulatedJobs
from workflow.simulation.trees import Shape, grow
from workflow.simulation.wishes import is_deep, wanted_by
from workflow.store import tables
from workflow.store.session import lone, reading, writing

FIRST_YEAR, LAST_YEAR = 2011, 2024  #: of a campaign: years whose working calendars are known before and after
SINCE = date(2010, 6, 1)
CAMPAIGN = 1  #: its id, in a database that holds one

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
        self.engine = lone(lambda: self.raw)
        self.restart()

    def restart(self) -> None:
        """The process begins anew: nothing is left but the database."""
        self.installation = Installation(Settings(), self.definitions, self.engine, SimulatedJobs())

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


_images: dict[tuple[int, Shape], bytes] = {}


def _image(seed: int, definitions: Definitions, shape: Shape) -> bytes:
    """The database of a new tree with its campaign, as bytes that can be copied."""
    if (seed, shape) not in _images:
        _images.clear()
        world = _empty(seed, definitions, shape, b"")
        tables.metadata.create_all(world.engine)
        with world.writing() as session:
            session.execute(text(TABLE))
            deep = is_deep(wanted_by(seed, definitions))
            grow(session, world.installation, Chance(seed, "tree"), shape, SINCE, deep=deep)
            open_campaign(session, world.installation, code=str(seed), title="创先争优活动")
        _images[seed, shape] = world.raw.serialize()
        world.raw.end()
    return _images[seed, shape]


def _empty(seed: int, complete: Definitions, shape: Shape, image: bytes) -> World:
    fixed = clock.current()
    assert isinstance(fixed, FixedClock)  # noqa: S101 - `inhabited` set it
    faults = Faults(fixed)
    known = {year: table for year, table in complete.calendar.items() if year <= first_day(seed).year}
    definitions = replace(complete, calendar=known)  # the office publishes the next year later
    return World(seed, definitions, complete.calendar, shape, fixed, faults, connect(image, faults))


@contextmanager
def inhabited(seed: int, definitions: Definitions, shape: Shape) -> Iterator[World]:
    """The world of a seed, as often as it is asked for; clock and randomness of the process are its own meanwhile."""
    morning = datetime.combine(first_day(seed), datetime.min.time(), UTC)
    logs = logging.getLogger("workflow")
    level = logs.level
    logs.setLevel(logging.CRITICAL + 1)
    try:
        with clock.use(FixedClock(morning)):
            with randomness.use(Chance(seed, "tree randomness").source):
                image = _image(seed, definitions, shape)
            with randomness.use(Chance(seed, "randomness").source):
                world = _empty(seed, definitions, shape, image)
                yield world
                world.raw.end()
    finally:
        logs.setLevel(level)
