"""`python -m tests.bindings`: a campaign's file over many bodies, its worker killed twice on the way.

Prints how long it took, how many files there are for how many bodies, and how much memory the worker held. `--bodies`,
`--database` and `--limit` bound it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from tests.databases import KINDS, SqliteDatabases, postgres_databases
from tests.enterprise import build, campaign_id, installed, place, who
from tests.launches import KILLED_AT, LOOK_SECONDS, Worker, _enlarge
from workflow.operations.bindings import ordering
from workflow.operations.many.launching import Wanted, prospects_of, start_launch
from workflow.operations.many.opening_below import work_chunks
from workflow.store.bindings import Binding, BindingFile, BindingPart
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.session import create_engine, reading, writing


def main() -> None:
    """Bind on each database, and print."""
    asked = argparse.ArgumentParser(description="汇总装订的中断与内存")
    asked.add_argument("--bodies", type=int, default=500)
    asked.add_argument("--database", choices=KINDS, action="append")
    asked.add_argument("--limit", type=float, default=900.0, help="seconds after which to give up")
    given = asked.parse_args()
    with ExitStack() as stack:
        for kind in given.database or KINDS:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="binding-")))
            databases = SqliteDatabases(folder) if kind == "sqlite" else stack.enter_context(postgres_databases())
            url = databases.fresh(build)
            install_queue(url)
            _enlarge(url, given.bodies)
            print(f"{kind}: {_run(url, folder, given.limit)}", flush=True)


def _order(url: str) -> int:
    """Open a plan in every branch, then order the file of all of them."""
    engine = create_engine(url)
    with installed(url) as made:
        installation = replace(made, jobs=DurableJobs(engine))
        with writing(engine) as session:
            actor, node, campaign = who(session, "HY008"), place(session, "HY").id, campaign_id(session)
            about = prospects_of(session, installation, actor, campaign, "plan", node)
            launch = start_launch(session, made, actor, about, Wanted("organization", ["branch"], {})).id
        for _ in work_chunks(engine, made, launch):
            pass
        with writing(engine) as session:
            wanted = ordering.Wanted(ordering.BODIES)
            found = ordering.order_binding(session, installation, actor, campaign, node, wanted).id
    engine.dispose()
    return found


def _run(url: str, folder: Path, limit: float) -> str:
    number, engine = _order(url), create_engine(url)
    begun, lives, kills = time.monotonic(), [Worker(url, folder)], list(KILLED_AT)
    try:
        while time.monotonic() - begun < limit:
            time.sleep(LOOK_SECONDS)
            lives[-1].look()
            with reading(engine) as session:
                found = session.get_one(Binding, number)
                if found.finished_at is not None:
                    break
                if kills and found.done >= kills[0] * found.total:
                    kills.pop(0)
                    lives[-1].kill()
                    lives.append(Worker(url, folder))
        seconds = time.monotonic() - begun
        with reading(engine) as session:
            found = session.get_one(Binding, number)
            groups = session.scalar(select(func.count(BindingPart.group.distinct()))) or 0
            files = session.scalar(select(func.count()).select_from(BindingFile)) or 0
            assert groups - 1 == files - 1 == found.done == found.total, (groups, files, found.done, found.total)
            total = found.total
        return (
            f"{files} files for {total} bodies, killed {len(lives) - 1} times, {seconds:.0f} s; "
            f"memory of each worker {'; '.join(each.tell() for each in lives)}"
        )
    finally:
        lives[-1].process.terminate()
        lives[-1].process.wait(30)
        engine.dispose()


if __name__ == "__main__":
    main()
