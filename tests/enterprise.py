"""The demonstration enterprise for tests: loaded into a database once, then copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.clock import FixedClock
from workflow.definition.loader import Definitions, load
from workflow.engine.actor import Actor
from workflow.operations import identity
from workflow.operations.campaigns import open_campaign
from workflow.operations.demonstrating.enterprise import load_enterprise
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import actor
from workflow.settings import Settings
from workflow.store import schema
from workflow.store.cases import Campaign
from workflow.store.jobs import MemoryJobs
from workflow.store.organization import Organization
from workflow.store.people import Person
from workflow.store.session import create_engine, writing

ROOT = Path(__file__).resolve().parent.parent
MORNING = datetime(2012, 3, 5, 1, 0, tzinfo=UTC)  #: nine o'clock of a Monday in Beijing
TODAY = date(2012, 3, 5)

#: Nobody breaks into a test: hashing as for life takes a fifth of a second at each signing in.
identity._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

_definitions: list[Definitions] = []


def definitions() -> Definitions:
    """definitions/, read once."""
    if not _definitions:
        _definitions.append(load(ROOT / "definitions"))
    return _definitions[0]


@contextmanager
def installed(url: str) -> Iterator[Installation]:
    """An installation on this database whose jobs wait in memory, on a fixed day."""
    engine = create_engine(url)
    with clock.use(FixedClock(MORNING)):
        yield Installation(Settings(database_url=url), definitions(), engine, MemoryJobs())
    engine.dispose()


def build(url: str) -> None:
    """A database with the enterprise and a campaign; given to `databases.fresh`."""
    schema.upgrade(url)
    with installed(url) as installation, writing(installation.engine) as session:
        load_enterprise(session, installation)
        open_campaign(session, installation, code="2012", title="深入开展创先争优活动")


def campaign_id(session: Session) -> int:
    """The one campaign."""
    return session.scalars(select(Campaign.id)).one()


def who(session: Session, number: str) -> Actor:
    """The person with that 工号, with the posts held now."""
    return actor(session, session.scalars(select(Person.id).where(Person.number == number)).one(), TODAY)


def place(session: Session, code: str) -> Organization:
    """The body with that code."""
    return session.scalars(select(Organization).where(Organization.code == code)).one()
