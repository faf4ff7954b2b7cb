"""Two workers on two machines, one of them cut off in the middle of a job: the other finishes it, once.

The one that is cut off still lives, holds its place and perhaps a lock: only that nothing is heard of it tells.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from tests.chaos.cutting import LOOPBACK, Way, bridge, bridge_address, can_make_namespaces, namespaces, relays
from tests.chaos.laboring import GO, HELD
from tests.databases import PostgresDatabases
from tests.enterprise import MORNING, ROOT, build, installed
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.postgres import restartable_server
from tests.worker.working import statuses, wait_until
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.sealing import verify_case
from workflow.store.documents import Document, DocumentFile
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.journal import JournalEntry
from workflow.store.session import reading
from workflow.store.workers import Worker

#: Of the server, for a worker that is cut off while it holds a lock: two seconds instead of a minute.
FORGETS = "-c idle_in_transaction_session_timeout=2000"


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def two_machines(as_namespaces: bool) -> Iterator[tuple[str, list[Way]]]:
    """The address of a database from here, and two ways to its server that nobody else takes."""
    with ExitStack() as stack:
        onto = stack.enter_context(bridge()) if as_namespaces else ""
        host = bridge_address() if as_namespaces else LOOPBACK
        port = _free_port(host)
        server = stack.enter_context(restartable_server({"listen_addresses": host, "port": str(port)}))
        server.admit(f"{host}/24")
        server.start()
        stack.callback(server.stop)
        databases = PostgresDatabases(f"postgresql+psycopg://postgres@/postgres?host={server.home}&port={port}")
        stack.callback(databases.close)
        url = databases.fresh(build)
        yield url, stack.enter_context(namespaces(onto, port, 2) if as_namespaces else relays(port, 2))


@contextmanager
def working(url: str, way: Way, folder: Path, *hold: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on the machine at the end of a way. Both share the folder of places, so neither seems gone."""
    there = make_url(url).set(host=way.host, port=way.port, query={"options": FORGETS}).render_as_string()
    command = [*way.before, sys.executable, "-m", "tests.chaos.laboring", there, str(folder), str(folder), *hold]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


WAYS = [pytest.param(True, "renders", id="namespaces-renders")] if can_make_namespaces() else []
WAYS += [pytest.param(False, "stores", id="relay-stores")]
WAYS += [] if len(WAYS) > 1 else [pytest.param(False, "renders", id="relay-renders")]


@pytest.mark.parametrize(("as_namespaces", "hold"), WAYS)
def test_what_a_worker_was_at_that_is_cut_off_is_done_by_the_other_once(
    as_namespaces: bool, hold: str, tmp_path: Path
) -> None:
    with two_machines(as_namespaces) as (url, (one, other)), installed(url) as made:
        install_queue(url)
        with clock.use(FixedClock(MORNING)) as fixed:
            play = Play(replace(made, jobs=DurableJobs(made.engine)), fixed)
            case = plan(play)
            play.do(case, "submit_internal")
        with working(url, one, tmp_path, hold):
            wait_until((tmp_path / HELD).exists)
            one.cut()
            with working(url, other, tmp_path):
                wait_until(lambda: rendered(play, case) == 1)
                one.mend()
                (tmp_path / GO).touch()
                back = seen(play)
                wait_until(lambda: all(now > before for now, before in zip(seen(play), back, strict=True)))
                wait_until(lambda: set(statuses(made.engine).values()) == {"SUCCESS"})
        assert rendered(play, case) == 1
        assert set(statuses(made.engine).values()) == {"SUCCESS"}


def rendered(play: Play, case: int) -> int:
    """How often the paper of a case was printed, by its journal; its file is there then, and its chain sound."""
    with reading(play.installation.engine) as session:
        mine = (JournalEntry.case_id == case, JournalEntry.fact == "rendered")
        count = len(session.scalars(select(JournalEntry.id).where(*mine)).all())
        papers = select(Document.state).join(DocumentFile, DocumentFile.document_id == Document.id)
        assert session.scalars(papers.where(Document.case_id == case)).all() == ["rendered"] * count
        assert verify_case(session, case) is None
        return count


def seen(play: Play) -> list[datetime]:
    """When each worker said last that it is there."""
    with reading(play.installation.engine) as session:
        return list(session.scalars(select(Worker.seen_at).order_by(Worker.name)))
