"""What a worker holds in memory while it prints a thousand papers, and what the pages hold: processes of their own.

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
from hashlib import sha256
from pathlib import Path
from statistics import linear_regression
from urllib.error import URLError
from urllib.request import urlopen

import rfc8785
from sqlalchemy import func, select

from tests.bench.job import ROOT
from tests.bench.ratios import Row
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
PATIENCE = 1200
GROWTH = 5_000.0  #: bytes a paper, which is within what the measurement itself wavers


def measure(folder: Path, papers: int) -> list[Row]:
    """Memory of the worker at the start, after the papers, and a paper's share of its growth; memory of the pages."""
    database = f"sqlite:///{folder / 'memory.sqlite'}"
    environment = {**os.environ, "DATABASE_URL": database, "CHUANGYOU_VAR_DIR": str(folder)}
    installation = migrated(Settings(database_url=database, var_dir=folder))
    prepare(installation)
    with _running(environment, "worker") as process:
        _wait(installation, process)
        held = [(0, _resident(process))]
        for step in range(1, STEPS + 1):
            _print_again(installation, papers * step // STEPS - papers * (step - 1) // STEPS, step)
            _wait(installation, process)
            held.append((papers * step // STEPS, _resident(process)))
    warm = [each for each in held if each[0] >= papers * WARM]
    slope, _ = linear_regression(*zip(*warm, strict=True))
    for number, size in held:
        print(f"  {number:5} papers  {size / 1e6:6.1f} MB", flush=True)
    return [
        Row(f"memory, {papers:,} papers", "sqlite", "worker before", 1, held[0][1], "bytes"),
        Row(
            f"memory, {papers:,} papers", "sqlite", "worker after", held[-1][1] / held[0][1], held[-1][1], "bytes", MOST
        ),
        Row(f"memory, {papers:,} papers", "sqlite", "growth a paper", 1, max(slope, 0), "bytes", GROWTH),
        Row(f"memory, {papers:,} papers", "sqlite", "pages", 1, _pages(environment), "bytes", MOST),
    ]


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


def _pages(environment: dict[str, str]) -> float:
    """Memory of the pages after some hundred requests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _running({**environment, "PORT": str(port)}, "web") as process:
        answered = 0
        until = time.monotonic() + 60
        while answered < 300 and time.monotonic() < until:
            try:
                with urlopen(f"http://127.0.0.1:{port}/login") as answer:
                    answer.read()
                answered += 1
            except URLError:
                time.sleep(0.2)
        return _resident(process)


def _resident(process: subprocess.Popen[bytes]) -> float:
    """Bytes of the process in memory (Linux)."""
    fields = Path(f"/proc/{process.pid}/statm").read_text().split()
    return float(int(fields[1]) * os.sysconf("SC_PAGE_SIZE"))
