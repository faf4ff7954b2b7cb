"""What a worker and its press hold in memory while they print a thousand papers, and what the pages hold.

The papers are those of the demonstration, sent to be printed again and again with another code each time.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import linear_regression
from urllib.error import URLError
from urllib.request import urlopen

import rfc8785
from sqlalchemy import func, select

from tests.bench.job import ROOT
from tests.bench.ratios import Row
from tests.bench.visiting import Browser
from workflow.cli.installed import migrated
from workflow.operations.demonstrating.prologue import prepare
from workflow.operations.documents.papers import RENDER, queue
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.documents import Document
from workflow.store.session import reading, writing

MOST = 150_000_000.0
WARM = 0.3  #: of the papers, until every template and font has been used
STEPS = 20
VISITORS = 30
PATIENCE = 1200
GROWTH = 5_000.0  #: bytes a paper, which is within what the measurement itself wavers


def measure(folder: Path, papers: int) -> list[Row]:
    """Memory of the worker, of the process that prints for it, and of the pages with theirs, as each stands alone."""
    database = f"sqlite:///{folder / 'memory.sqlite'}"
    environment = {**os.environ, "DATABASE_URL": database, "CHUANGYOU_VAR_DIR": str(folder)}
    installation = migrated(Settings(database_url=database, var_dir=folder))
    prepare(installation)
    held = _printing(installation, environment, papers)
    about = f"memory, {papers:,} papers"
    rows = [Row(about, "sqlite", "worker before", 1, held[0].service, "bytes", MOST)]
    for name, sizes in (("worker", [each.service for each in held]), ("press", [each.press for each in held])):
        warm = [(each.papers, size) for each, size in zip(held, sizes, strict=True) if each.papers >= papers * WARM]
        slope, _ = linear_regression(*zip(*warm, strict=True))
        rows.append(Row(about, "sqlite", f"{name} after", sizes[-1] / held[0].service, sizes[-1], "bytes", MOST))
        rows.append(Row(about, "sqlite", f"growth a paper, {name}", 1, max(slope, 0), "bytes", GROWTH))
    pages = _pages(environment)
    rows.append(Row(about, "sqlite", "pages", 1, pages.service, "bytes", MOST))
    return [*rows, Row(about, "sqlite", "press of the pages", 1, pages.press, "bytes", MOST)]


@dataclass(frozen=True)
class Held:
    """Bytes of a service and of the process that prints for it, after so many papers."""

    papers: int
    service: float
    press: float

    def __str__(self) -> str:
        return f"{self.papers:5} papers  {self.service / 1e6:6.1f} MB  press {self.press / 1e6:6.1f} MB"


def _printing(installation: Installation, environment: dict[str, str], papers: int) -> list[Held]:
    """What a worker holds as it prints."""
    with _running(environment, "worker") as process:
        _wait(installation, process)
        held = [_held(0, process)]
        for step in range(1, STEPS + 1):
            _print_again(installation, papers * step // STEPS - papers * (step - 1) // STEPS, step)
            _wait(installation, process)
            held.append(_held(papers * step // STEPS, process))
    return held


def _print_again(installation: Installation, papers: int, step: int) -> None:
    """Order so many papers in one transaction."""
    with writing(installation.engine) as session:
        documents = list(session.scalars(select(Document).where(Document.state == "rendered").order_by(Document.id)))
        for number, document in enumerate((documents * (papers // len(documents) + 1))[:papers]):
            code = f"{step}-{number}"
            document.content = {**document.content, "document": {**document.content["document"], "code": code}}
            document.content_hash = sha256(rfc8785.dumps(document.content)).hexdigest()
            queue(session, installation, document)
            session.flush()


def _wait(installation: Installation, process: subprocess.Popen[bytes]) -> None:
    """Until nothing is queued any more."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with reading(installation.engine) as session:
            waiting = sum(each.count for each in installation.jobs.depths(session) if each.kind == RENDER)
            waiting += session.scalar(select(func.count()).where(Document.state == "queued")) or 0
        if not waiting:
            return
        assert process.poll() is None, "the worker has ended"
        time.sleep(0.5)
    raise TimeoutError("the worker does not come to an end")


@contextmanager
def _running(environment: dict[str, str], command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "workflow.cli", command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _pages(environment: dict[str, str]) -> Held:
    """What the pages hold after people have looked at their inbox, its cases and what their acts would print."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with _running({**environment, "PORT": str(port)}, "web") as process:
        _answers(address)
        previews = sum(Browser(address, f"hy{number:03}").look_around() for number in range(1, VISITORS + 1))
        assert previews, "no preview was shown"
        return _held(previews, process)


def _answers(address: str) -> None:
    """Wait until a service does."""
    until = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"{address}/sign-in"):
                return
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _held(papers: int, process: subprocess.Popen[bytes]) -> Held:
    """Resident memory of a service and of its child (Linux)."""
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    children = [child for task in tasks for child in task.read_text().split()]
    held = Held(papers, _resident(str(process.pid)), sum(map(_resident, children)))
    print(f"  {held}", flush=True)
    return held


def _resident(process: str) -> float:
    fields = Path(f"/proc/{process}/statm").read_text().split()
    return float(int(fields[1]) * os.sysconf("SC_PAGE_SIZE"))
