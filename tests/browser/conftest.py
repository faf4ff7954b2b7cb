"""A real browser before a real server: Debian's Chromium, driven by Playwright, on the enterprise of tests.web."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests import pages
from tests.browser.people import Person
from tests.browser.program import chromium
from tests.databases import Databases
from tests.enterprise import installed
from tests.web.world import NOW, build_world
from web import create_app
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation

pages.share()

Enter = Callable[..., Person]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests here; each person has a profile of their own."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@contextmanager
def served(installation: Installation) -> Iterator[str]:
    """The address of a server for this installation, on a free port of this machine."""
    server = make_server("127.0.0.1", 0, create_app(installation=installation), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def moving() -> FixedClock:
    """The clock of the enterprise; a test lets time pass with it."""
    return FixedClock(NOW)


@pytest.fixture
def installation(sqlite_databases: Databases, moving: FixedClock) -> Iterator[Installation]:
    """The enterprise in the middle of its campaign."""
    with installed(sqlite_databases.fresh(build_world)) as made, clock.use(moving):
        yield made


@pytest.fixture
def site(installation: Installation) -> Iterator[str]:
    """Where the pages are."""
    with served(installation) as address:
        yield address


@pytest.fixture
def enter(browser: Browser, site: str) -> Iterator[Enter]:
    """`enter("hy020")` is somebody at a desk; `width`, `scripts` make it a phone or a plain browser."""
    people: list[Person] = []

    def come(username: str | None = None, *, width: int = 1280, scripts: bool = True) -> Person:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )  # fmt: skip
        person = Person(context.new_page())
        people.append(person)
        if username is not None:
            (person.come_back if scripts else person.sign_in)(username)
        return person

    yield come
    faults = [fault for each in people for fault in each.faults]
    for each in people:
        each.page.context.close()
    assert faults == [], "the browser complained"
