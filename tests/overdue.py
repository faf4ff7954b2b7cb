"""`python -m tests.overdue`: a start with thousands of due moments long past, and somebody at work meanwhile.

Prints when the first was fired, when all were, and how long a page took meanwhile and before (issue: the first within
ten seconds, all within two minutes on two cores, the web usable). `--deadlines`, `--database` and `--limit` bound it.
"""

from __future__ import annotations

import argparse
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.cookiejar import CookieJar
from os import environ
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from sqlalchemy import Engine, func, select

from tests.bench.cloning import Cloner
from tests.bench.job import Place
from tests.databases import KINDS, PostgresDatabases, SqliteDatabases
from tests.enterprise import MORNING, build, installed
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.scenarios.rectification import issued, rectifying
from tests.postgres import postgres_server
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.demonstrating.enterprise import PASSWORD
from workflow.store.cases import Deadline
from workflow.store.jobs import install_queue
from workflow.store.session import create_engine, reading

ROOT = Path(__file__).resolve().parents[1]
STORIES = (plan, issued, rectifying)
WEB_SECONDS = 60  #: for the page to answer first
QUIET_SECONDS = 10  #: of measuring afterwards
PAUSE_SECONDS = 0.2  #: between two pages


def main() -> None:
    """Measure on each database, and print."""
    asked = argparse.ArgumentParser(description="到期积压的恢复速度")
    asked.add_argument("--deadlines", type=int, default=10_000)
    asked.add_argument("--database", choices=KINDS, action="append")
    asked.add_argument("--limit", type=float, default=300.0, help="seconds after which to give up")
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ends what it has started
    for kind in given.database or KINDS:
        with _database(kind) as place:
            count = _fill(place, given.deadlines)
            print(f"{kind}: {count} due moments", flush=True)
            with _service(place.url) as port:
                _watch(place.url, port, count, given.limit)


@contextmanager
def _database(kind: str) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="overdue-") as folder:
        if kind == "sqlite":
            url = SqliteDatabases(Path(folder)).fresh(build)
            yield Place(kind, urlsplit(url).path.removeprefix("/"))
            return
        with postgres_server({"autovacuum": "on"}) as socket_folder:  # as a server is run
            databases = PostgresDatabases(f"postgresql+psycopg://postgres@/postgres?host={socket_folder}")
            parts = urlsplit(databases.fresh(build))
            yield Place(kind, parse_qs(parts.query)["host"][0], parts.path.strip("/"))


def _fill(place: Place, deadlines: int) -> int:
    """Some cases of each story, copied until there are as many due moments; answers how many there are."""
    with installed(place.url) as installation, clock.use(FixedClock(MORNING)) as fixed:
        play = Play(installation, fixed)
        for story in STORIES:
            story(play)
        cloner, engine = Cloner(place), installation.engine
        cloner.grow(cloner.templates * -(-deadlines // _due(engine)))
        install_queue(place.url)
        return _due(engine)


def _due(engine: Engine) -> int:
    with reading(engine) as session:
        past = clock.now() + timedelta(days=365)
        return session.scalar(select(func.count()).where(Deadline.fired_at.is_(None), Deadline.due_at < past)) or 0


@contextmanager
def _service(url: str) -> Iterator[int]:
    """`chuangyou run`, web and worker in one process."""
    with socket.socket() as free, tempfile.TemporaryDirectory(prefix="overdue-var-") as var:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "workflow.cli", "run"]
        own = {"DATABASE_URL": url, "CHUANGYOU_VAR_DIR": var, "PORT": str(port)}
        process = subprocess.Popen(
            command, cwd=ROOT, env={**environ, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield port
        finally:
            process.terminate()
            process.wait(60)


def _watch(url: str, port: int, count: int, limit: float) -> None:
    """Print what happens from the start of the service on."""
    begun, engine, over = time.monotonic(), create_engine(url), Event()
    pages: list[tuple[float, float]] = []
    reader = Thread(target=_read_pages, args=(port, pages, over))
    reader.start()
    first: float | None = None
    try:
        while (left := _due(engine)) and time.monotonic() - begun < limit:
            if first is None and left < count:
                first = time.monotonic() - begun
            time.sleep(0.25)
        done = time.monotonic()
        print(f"  first fired {first or 0:.1f} s after the start, all {done - begun:.1f} s after it, {left} left")
        time.sleep(QUIET_SECONDS)
    finally:
        over.set()
        reader.join()
        engine.dispose()
    print(f"  a page meanwhile: {_spread([took for at, took in pages if at < done])}")
    print(f"  a page afterwards: {_spread([took for at, took in pages if at >= done])}", flush=True)


def _spread(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return "too few"
    cuts = quantiles(seconds, n=20)
    return f"median {cuts[9] * 1000:.0f} ms, p95 {cuts[18] * 1000:.0f} ms, {len(seconds)} pages"


def _read_pages(port: int, pages: list[tuple[float, float]], over: Event) -> None:
    """Somebody looks at the inbox again and again."""
    browser, base = build_opener(HTTPCookieProcessor(CookieJar())), f"http://127.0.0.1:{port}"
    _sign_in(browser, base)
    while not over.is_set():
        at = time.monotonic()
        with browser.open(f"{base}/", timeout=60) as answer:
            answer.read()
        pages.append((at, time.monotonic() - at))
        over.wait(PAUSE_SECONDS)


def _sign_in(browser: OpenerDirector, base: str) -> None:
    limit = time.monotonic() + WEB_SECONDS
    while time.monotonic() < limit:
        with suppress(OSError):
            page = browser.open(f"{base}/sign-in", timeout=60).read().decode()
            break
        time.sleep(0.2)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token, "no form to sign in by"
    form = {"csrf_token": token[1], "username": "hy008", "password": PASSWORD}
    with browser.open(f"{base}/sign-in", urlencode(form).encode(), timeout=60) as answer:
        assert "sign-in" not in answer.geturl(), "not let in"


if __name__ == "__main__":
    main()
