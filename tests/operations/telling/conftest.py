"""The enterprise with a mail server and robots in reach, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import func, update

from tests.databases import Databases
from tests.enterprise import MORNING, build, definitions
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.jobs import MemoryJobs
from workflow.store.people import Person
from workflow.store.session import create_engine, writing


@pytest.fixture
def fixed() -> Iterator[FixedClock]:
    """Monday, nine in the morning in Beijing."""
    with clock.use(FixedClock(MORNING)) as made:
        yield made


@pytest.fixture
def outside(databases: Databases, fixed: FixedClock) -> Iterator[Installation]:
    """An installation that tells outside what it tells; everybody has a mail address."""
    url = databases.fresh(build)
    engine = create_engine(url)
    settings = Settings(
        database_url=url, mail_url=SecretStr("smtp://127.0.0.1:25"), mail_from="chuangyou@hengyuan.example",
        outbound_hosts="robots.example", public_url="https://chuangyou.example",
    )  # fmt: skip
    with writing(engine) as session:
        session.execute(update(Person).values(mail=func.lower(Person.number) + "@hengyuan.example"))
    yield Installation(settings, definitions(), engine, MemoryJobs())
    engine.dispose()
