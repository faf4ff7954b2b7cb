"""README, "Running on several machines": its commands run, on one machine and a database of their own, and end well."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psycopg
import pytest
from sqlalchemy import select

from tests.enterprise import MORNING, ROOT, build, installed
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.postgres import postgres_server
from tests.test_readme import _free_port, commands
from workflow import clock
from workflow.clock import FixedClock
from workflow.store.documents import Document, DocumentFile
from workflow.store.session import reading
from workflow.store.workers import Worker

BLOCK = 1  #: of the README's shell blocks
WAIT_SECONDS = 60
WORKERS = 2
TOKEN = (".venv/bin/chuangyou", "token", "create")
LASTING = (" worker", " web", "gunicorn")  #: what runs until it is told to stop


@pytest.fixture
def lines() -> list[str]:
    """The commands, with ports that nobody uses instead of those that the README names."""
    text = "\n".join(commands("README.md", BLOCK))
    for port in sorted(set(re.findall(r"\b800\d\b", text))):
        text = text.replace(port, str(_free_port()))
    return text.splitlines()


@pytest.fixture
def machines(lines: list[str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment that the first lines export, with a database and a folder of our own."""
    exported = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))
    with postgres_server() as socket:
        with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE chuangyou")
        url = f"postgresql+psycopg://postgres@/chuangyou?host={socket}"
        yield {**os.environ, **exported, "DATABASE_URL": url, "CHUANGYOU_VAR_DIR": str(tmp_path), "HOME": str(tmp_path)}


def wait_until(claim: Callable[[], object]) -> None:
    limit = time.monotonic() + WAIT_SECONDS
    while not claim():
        assert time.monotonic() < limit, "nothing happened"
        time.sleep(0.1)


@contextmanager
def running(line: str, environ: dict[str, str]) -> Iterator[None]:
    """A command that lasts; told to stop it ends by itself, and well."""
    assigned, command = re.fullmatch(r"((?:[A-Z]+=\S+ )*)(.*)", line).groups()  # type: ignore[union-attr]
    process = subprocess.Popen(["sh", "-c", f"{assigned}exec {command}"], cwd=ROOT, env=environ)
    try:
        yield
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0, line
    finally:
        process.kill()
        process.wait()


def test_both_languages_give_the_same_commands() -> None:
    assert commands("README.md", BLOCK) == commands("README.zh-CN.md", BLOCK)


def test_the_commands_run_and_an_act_brings_a_paper(lines: list[str], machines: dict[str, str]) -> None:
    url = machines["DATABASE_URL"]
    build(url)
    lasting = [each for each in lines if any(name in each for name in LASTING)]
    upgrade, *looks = [each for each in lines if each not in lasting and not each.startswith("export ")]
    subprocess.run(upgrade, shell=True, cwd=ROOT, env=machines, check=True)
    with installed(url) as made, clock.use(FixedClock(MORNING)) as fixed:
        play = Play(made, fixed)
        case = plan(play, body="HY-11")
    with ExitStack() as stack:
        for each in lasting:
            for _ in range(WORKERS if each.endswith(" worker") else 1):
                stack.enter_context(running(each, machines))
        ports = [re.findall(r"PORT=(\d+)|:(\d+) ", each)[0] for each in lasting if not each.endswith(" worker")]
        for port in [first or second for first, second in ports]:
            wait_until(lambda port=port: _answers(f"http://127.0.0.1:{port}/readyz"))  # type: ignore[misc]
        for each in looks:
            subprocess.run(each, shell=True, cwd=ROOT, env=machines, check=True, capture_output=True)
        with reading(made.engine) as session:
            assert len(session.scalars(select(Worker.name)).all()) == WORKERS
        token = subprocess.run([*TOKEN, "hy020"], cwd=ROOT, env=machines, check=True, capture_output=True, text=True)
        port = next(first or second for first, second in ports)
        wait_until(lambda: _withdrawn(play, case, port, token.stdout.strip()))
        wait_until(lambda: _printed(play, case))
    made.engine.dispose()


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except (URLError, TimeoutError, ConnectionError):
        return False


def _withdrawn(play: Play, case: int, port: str, token: str) -> bool:
    """An act through the API; it orders a paper. The workers fire what has been due since 2012 at the same time."""
    row = play.row(case)
    body = {"trigger": "withdraw", "version": row.version, "values": {"reason": "改由党总支统一制定"}}
    request = Request(
        f"http://127.0.0.1:{port}/api/v1/cases/{row.number}/acts", json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": f"{row.version}"},
    )  # fmt: skip
    try:
        with urlopen(request, timeout=WAIT_SECONDS) as answer:
            return answer.status == 200
    except HTTPError as error:
        if error.code != 409:
            raise
        return False


def _printed(play: Play, case: int) -> bool:
    with reading(play.installation.engine) as session:
        done = select(Document.id).join(DocumentFile, DocumentFile.document_id == Document.id)
        return session.scalar(done.where(Document.case_id == case, Document.state == "rendered")) is not None
