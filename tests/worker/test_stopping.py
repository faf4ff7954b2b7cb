"""SIGTERM: what is under way is finished, nothing new is begun; the second one ends at once; nothing is lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine

from tests.worker.working import put, statuses, wait_until
from workflow.store.jobs import DurableJobs

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys, time
from pathlib import Path
from flask import Flask
from workflow import worker
from workflow.cli import main
from workflow.cli import run as _
from workflow.worker import Duties

commands = sys.modules["workflow.cli.run"]
seconds, worker.GRACE_SECONDS, begun = float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])

def slow(number):
    (begun / f"job-{number}").touch()
    time.sleep(seconds)

def create_app(installation):
    app = Flask("slow")

    @app.get("/")
    def answer():
        (begun / "request").touch()
        time.sleep(seconds)
        return "finished"

    return app

commands.standing_duties = lambda installation: Duties({"slow": slow}, {})
commands.factory = lambda name: create_app
main(["run"])
"""


class Running:
    """The service in a process of its own, with a request and jobs that take some seconds."""

    def __init__(self, engine: Engine, folder: Path, seconds: float, grace: int) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = {
            **os.environ, "DATABASE_URL": engine.url.render_as_string(hide_password=False), "PORT": f"{self.port}",
            "CHUANGYOU_VAR_DIR": str(folder), "CHUANGYOU_MODE": "production", "SECRET_KEY": "q" * 40,
            "CHUANGYOU_WORKER_THREADS": "1",
        }  # fmt: skip
        command = [sys.executable, "-c", SCRIPT, f"{seconds}", f"{grace}", str(folder)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)

    def ask(self) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/", timeout=60) as answer:
            return str(answer.read(), "utf-8")

    def has_begun(self, what: str) -> bool:
        return (self.folder / what).exists()

    def has_taken_a_job(self) -> bool:
        """Any of them: jobs put at the same time are taken in any order."""
        return any(self.folder.glob("job-*"))

    def listens(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def run(engine: Engine, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(seconds: float, grace: int = 20) -> Running:
        put(engine, DurableJobs(engine), "slow", 1, 2, 3)
        started.append(Running(engine, tmp_path, seconds, grace))
        wait_until(started[-1].listens)
        wait_until(started[-1].has_taken_a_job)
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
        each.process.wait()


@contextmanager
def asked(running: Running) -> Iterator[Callable[[], str]]:
    """A slow request under way; answers with what it got."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(running.ask)
        wait_until(lambda: running.has_begun("request"))
        yield answer.result


def test_what_is_under_way_is_finished_and_the_rest_stays_for_others(
    run: Callable[..., Running], engine: Engine
) -> None:
    running = run(3.0)
    with asked(running) as answer:
        running.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not running.listens())
        assert running.process.poll() is None
        with pytest.raises(URLError):
            running.ask()
        assert answer() == "finished"
    assert running.process.wait(30) == 0
    found, begun = list(statuses(engine).values()), len(list(running.folder.glob("job-*")))
    assert (found.count("SUCCESS"), found.count("ENQUEUED")) == (begun, 3 - begun)
    assert begun < 3


def test_after_the_grace_a_job_is_given_back(run: Callable[..., Running], engine: Engine) -> None:
    running = run(600.0, 1)
    running.process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    assert running.process.wait(30) == 0
    assert time.monotonic() - begun < 15
    assert set(statuses(engine).values()) == {"ENQUEUED"}


def test_a_second_signal_ends_at_once(run: Callable[..., Running], engine: Engine) -> None:
    running = run(600.0)
    running.process.send_signal(signal.SIGTERM)
    running.process.send_signal(signal.SIGTERM)  # as `make` and a terminal may pass one wish on twice
    time.sleep(1.5)
    assert running.process.poll() is None
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 128 + signal.SIGTERM
    assert "SUCCESS" not in statuses(engine).values()


INSIDE = """
import signal, threading, time
from workflow.cli.signals import stopping_on_signals

def elsewhere():
    time.sleep(0.5)  # the main thread waits by now, and nothing wakes it
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    time.sleep(10)

with stopping_on_signals() as stop:
    threading.Thread(target=elsewhere, daemon=True).start()
    assert stop.wait(9)
"""


def test_a_signal_is_heard_whichever_thread_it_comes_to() -> None:
    subprocess.run([sys.executable, "-c", INSIDE], check=True, timeout=60)
