"""`chuangyou jobs` and the doctor, over a queue in which jobs have failed."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread

import pytest
from sqlalchemy import Engine

from tests.databases import Databases
from tests.enterprise import build
from tests.test_cli import call, refusal
from tests.worker.working import WAIT_SECONDS, failed, put, wait_until
from workflow.errors import Refused
from workflow.settings import Settings
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.session import create_engine
from workflow.worker import Duties, run_worker


@pytest.fixture
def engine(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The enterprise, with two jobs that were refused."""

    def refuse(number: int) -> None:
        raise Refused("没有这个字")

    url = databases.fresh(build)
    install_queue(url)
    made, stop = create_engine(url), Event()
    put(made, DurableJobs(made), "tell", 1, 2)
    settings = Settings(database_url=url, var_dir=tmp_path_factory.mktemp("var"))
    thread = Thread(target=run_worker, args=(settings, stop, Duties({"tell": refuse}, {})))
    thread.start()
    wait_until(lambda: len(failed(made, DurableJobs(made))) == 2)
    stop.set()
    thread.join(WAIT_SECONDS)
    yield made
    made.dispose()


def test_failed_jobs_are_listed_tried_again_and_given_up(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    shown = call("jobs", "list", url=url)
    assert shown.exit_code == 1
    assert "没有办成的后台任务有2项" in shown.stderr
    assert "job:tell:1\n  通知办理人 通知办理人（试过1次，自" in shown.output
    assert "没有这个字" in shown.output
    doctor = call("doctor", url=url)
    assert doctor.exit_code == 1
    assert "故障  后台任务：2件没有办成，排除原因后用 chuangyou jobs retry 重试" in doctor.output
    assert "请写明要重试的编号" in refusal(call("jobs", "retry", url=url))
    assert "没有找到这一项" in refusal(call("jobs", "retry", "job:tell:9", url=url))
    assert call("jobs", "discard", "job:tell:1", "--reason", "已口头通知", url=url).exit_code == 0
    assert call("jobs", "retry", "--all", url=url).output.startswith("1项已重新交给后台办理")
    listed = call("jobs", "list", url=url)
    assert (listed.exit_code, listed.output) == (0, "没有办不成的后台任务。\n")
