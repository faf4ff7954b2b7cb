"""A worker killed while the mail server already has the letter: it comes at most twice, recognisably, and is marked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from tests.databases import Databases
from tests.enterprise import MORNING, build, definitions
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.telling.post_office import PostOffice, post_office
from tests.operations.telling.saying import deliveries, post, say, wish
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation
from workflow.settings import Settings
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.notices import Delivery
from workflow.store.session import create_engine, writing

ROOT = Path(__file__).resolve().parents[3]
WAIT_SECONDS, SLOW_SECONDS = 90, 3.0


def wait_until(claim: Callable[[], object]) -> None:
    limit = time.monotonic() + WAIT_SECONDS
    while not claim():
        assert time.monotonic() < limit, "nothing happened"
        time.sleep(0.05)


@contextmanager
def working(url: str, office: PostOffice, var_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own, with the settings of an installation."""
    environ = {
        **os.environ, "DATABASE_URL": url, "CHUANGYOU_VAR_DIR": str(var_dir), "CHUANGYOU_MAIL_URL": office.address,
        "CHUANGYOU_MAIL_FROM": "chuangyou@hengyuan.example",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "workflow.cli", "worker"], cwd=ROOT, env=environ)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(WAIT_SECONDS)
        finally:
            process.kill()


def test_an_act_reaches_the_mail_server_by_way_of_a_worker(databases: Databases, tmp_path: Path) -> None:
    """Through the queue that an installation has: the act, the job that tells, the job that delivers."""
    url = databases.fresh(build)
    install_queue(url)
    engine = create_engine(url)
    with post_office() as office:
        settings = Settings.model_validate(
            {"database_url": url, "mail_url": office.address, "mail_from": "chuangyou@hengyuan.example"}
        )
        ours = Installation(settings, definitions(), engine, DurableJobs(engine))
        wish(ours, "HY021", quiet_from=clock.now().time(), quiet_to=clock.now().time())
        with clock.use(FixedClock(MORNING)) as fixed:
            play = Play(ours, fixed)
            case = plan(play, body="HY-11", opener="HY021")
            fixed.advance(timedelta(minutes=1))
            play.do(case, "submit_internal", by="HY020")
        with working(url, office, tmp_path):
            wait_until(lambda: office.letters)
        assert [each["To"] for each in office.letters] == ["hy021@hengyuan.example"]
        assert "待办到达：" in str(office.letters[0]["Subject"])
    engine.dispose()


def test_killed_between_sending_and_marking(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh(build)
    install_queue(url)
    engine = create_engine(url)
    with post_office(slow_seconds=SLOW_SECONDS) as office:
        settings = Settings.model_validate(
            {"database_url": url, "mail_url": office.address, "mail_from": "chuangyou@hengyuan.example"}
        )
        ours = Installation(settings, definitions(), engine, DurableJobs(engine))
        wish(ours, "HY020", quiet_from=clock.now().time(), quiet_to=clock.now().time())
        say(ours, post(ours))
        with working(url, office, tmp_path) as process:
            wait_until(lambda: office.letters)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert [each.state for each in deliveries(ours)] == ["waiting"]
        office.slow_seconds = 0.0
        with writing(engine) as session:  # the time after which it is taken for lost
            session.execute(update(Delivery).values(due_at=clock.now()))
        with working(url, office, tmp_path):
            wait_until(lambda: [each.state for each in deliveries(ours)] == ["sent"])
        assert len(office.ids) == 2
        assert len(set(office.ids)) == 1
    engine.dispose()
