"""The API over the demonstration enterprise, on each database, called with the tokens of its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import pages
from tests.databases import Databases
from tests.enterprise import MORNING, build, installed
from tests.operations.cast import Play
from web import create_app
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.identity import create_token
from workflow.operations.installation import Installation
from workflow.store.session import writing

pages.share()

ROOT = "/api/v1"


@dataclass(frozen=True)
class Program:
    """A program that calls the API with somebody's token."""

    client: FlaskClient
    token: str | None

    def get(self, address: str, **query: object) -> TestResponse:
        return self.client.get(ROOT + address, query_string=query, headers=self._headers({}))

    def post(self, address: str, body: object = None, *, key: str | None = None, **more: Any) -> TestResponse:
        headers = self._headers({"Idempotency-Key": key} if key else {})
        return self.client.post(ROOT + address, json=body, headers=headers, **more)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {**more, "Authorization": f"Bearer {self.token}"} if self.token else more


@pytest.fixture
def installation(databases: Databases) -> Iterator[Installation]:
    """The demonstration enterprise with an open campaign."""
    with installed(databases.fresh(build)) as made:
        yield made


@pytest.fixture
def play(installation: Installation) -> Iterator[Play]:
    """The enterprise as actors."""
    with clock.use(FixedClock(MORNING)) as fixed:
        yield Play(installation, fixed)


@pytest.fixture
def anonymous(installation: Installation) -> Program:
    """A program without a token."""
    return Program(create_app(installation=installation).test_client(use_cookies=False), None)


@pytest.fixture
def program(installation: Installation, anonymous: Program) -> Callable[[str], Program]:
    """`program("hy006")` calls with a new token of that account."""

    def make(username: str) -> Program:
        with writing(installation.engine) as session:
            token = create_token(session, username, "tests", timedelta(days=30))
        return Program(anonymous.client, token)

    return make
