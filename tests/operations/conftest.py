"""An installation with the demonstration enterprise, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.enterprise import build, installed
from workflow.operations.installation import Installation
from workflow.store.session import writing


@pytest.fixture
def installation(databases: Databases) -> Iterator[Installation]:
    """The demonstration enterprise with an open campaign."""
    with installed(databases.fresh(build)) as made:
        yield made


@pytest.fixture
def session(installation: Installation) -> Iterator[Session]:
    """A transaction that the test shares with the operations it calls."""
    with writing(installation.engine) as opened:
        yield opened
