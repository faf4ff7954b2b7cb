"""The pages over the enterprise in the middle of its campaign, on the Monday after."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests import pages
from tests.databases import Databases
from tests.enterprise import installed
from tests.web.visiting import Visitor
from tests.web.world import NOW, build_world, numbers
from web import create_app
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation

pages.share()

Visit = Callable[..., Visitor]


@pytest.fixture
def installation(sqlite_databases: Databases) -> Iterator[Installation]:
    """The enterprise on SQLite, for tests whose subject is not the database."""
    with installed(sqlite_databases.fresh(build_world)) as made, clock.use(FixedClock(NOW)):
        yield made


@pytest.fixture
def app(installation: Installation) -> Flask:
    """The application as a server would run it: an error is a page, not an exception."""
    return create_app(installation=installation)


@pytest.fixture
def visit(app: Flask) -> Visit:
    """`visit("hy020")` is somebody signed in, `visit()` a stranger."""
    return lambda username=None: Visitor(app, username)


@pytest.fixture
def case(installation: Installation) -> Callable[[str], str]:
    """`case("pledge.returned")` is the number of the first case of a stage in a state."""
    known = numbers(installation)
    return lambda which: known[which][0]
