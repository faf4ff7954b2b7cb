"""An installation with the demonstration enterprise, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.documents.papers import rendered
from tests.enterprise import MORNING, build, installed
from tests.operations.cast import Play
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.documents import rendering
from workflow.operations.installation import Installation
from workflow.store.session import writing


@pytest.fixture
def installation(databases: Databases) -> Iterator[Installation]:
    """The demonstration enterprise with an open campaign."""
    with installed(databases.fresh(build)) as made:
        yield made


@pytest.fixture
def play(installation: Installation) -> Iterator[Play]:
    """The enterprise as actors, on a day that passes when the test says so."""
    with clock.use(FixedClock(MORNING)) as fixed:
        yield Play(installation, fixed)


@pytest.fixture
def session(installation: Installation) -> Iterator[Session]:
    """A transaction that the test shares with the operations it calls."""
    with writing(installation.engine) as opened:
        yield opened


@pytest.fixture
def one_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A press that gives the same sheet for every paper: for tests of handling, not of how papers look."""
    monkeypatch.setattr(rendering, "render_pdf", lambda *_values, **_more: rendered("shared/slip"))
