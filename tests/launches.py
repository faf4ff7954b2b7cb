"""`python -m tests.launches`: a stage launched over thousands of bodies, its worker killed twice on the way.

Prints how long it took, how many cases there are for how many bodies, and how much memory the worker held at the
beginning and at the end. `--bodies`, `--database` and `--limit` bound it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from os import environ
from pathlib import Path

from sqlalchemy import func, insert, select

from tests.databases import KINDS, SqliteDatabases, postgres_databases
from tests.enterprise import ROOT, build, campaign_id, installed, place, who
from workflow.operations.many.launching import Wanted, prospects_of, start_launch
from workflow.operations.organization.lines import bump
from workflow.store.cases import Case
from workflow.store.jobs import DurableJobs, install_queue
from workflow.store.launches import Launch
from workflow.store.organization import Organization, Relation
from workflow.store.people import Person, Post
from workflow.store.session import create_engine, reading, writing

SINCE = date(2010, 5, 1)
KILLED_AT = (0.25, 0.6)  #: of the way
LOOK_SECONDS = 0.5
FIRST_KEY = 1_000_000  #: of the bodies and people that are added


def main() -> None:
    """Launch on each database, and print."""
    asked = argparse.ArgumentParser(description="统一发起的规模、中断与内存")
    asked.add_argument("--bodies", type=int, default=20_000)
    asked.add_argument("--database", choices=KINDS, action="append")
    asked.add_argument("--limit", type=float, default=900.0, help="seconds after which to give up")
    given = asked.parse_args()
    with ExitStack() as stack:
        for kind in given.database or KINDS:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="launch-")))
            databases = SqliteDatabases(folder) if kind == "sqlite" else stack.enter_context(postgres_databases())
            url = databases.fresh(build)
            install_queue(url)
            _enlarge(url, given.bodies)
            print(f"{kind}: {_run(url, folder, given.limit)}", flush=True)


def _enlarge(url: str, bodies: int) -> None:
    """So many branches more below HY-1, each with a secretary."""
    engine = create_engine(url)
    with writing(engine) as session:
        above = place(session, "HY-1")
        rows: dict[type, list[dict[str, object]]] = {each: [] for each in (Organization, Relation, Person, Post)}
        for key in range(FIRST_KEY, FIRST_KEY + bodies):
            _add(rows, key, above)
        for table, found in rows.items():
            session.execute(insert(table), found)
        bump(session)
    engine.dispose()


def _add(rows: dict[type, list[dict[str, object]]], key: int, above: Organization) -> None:
    path, names = f"{above.path}{key}/", {"name": f"第{key}党支部", "short_name": f"{key}支部"}
    code, since = f"X{key}", {"valid_from": SINCE}
    rows[Organization].append({"id": key, "code": code, **names, "kind": "branch", "path": path, **since})
    rows[Relation].append({"kind": "lead", "superior_id": above.id, "subordinate_id": key, **since})
    rows[Person].append({"id": key, "number": code, "name": f"人员{key}", "party_status": "full"})
    rows[Post].append({"person_id": key, "organization_id": key, "code": "branch_secretary", **since})


@dataclass
class Worker:
    """A worker's process and the memory that it held each time somebody looked."""

    url: str
    folder: Path
    memory: list[float] = field(default_factory=list)  #: MB

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workflow.cli", "worker"], cwd=ROOT, stdout=subprocess.DEVNULL,
            env={**environ, "DATABASE_URL": self.url, "CHUANGYOU_VAR_DIR": str(self.folder)},
        )  # fmt: skip

    def look(self) -> None:
        """Note how much it holds now."""
        status = Path(f"/proc/{self.process.pid}/status")
        if status.exists():
            pages = next((each for each in status.read_text().splitlines() if each.startswith("VmRSS")), "VmRSS: 0")
            self.memory.append(int(pages.split()[1]) / 1024)

    def kill(self) -> None:
        """End it as the power does."""
        self.process.kill()
        self.process.wait()

    def tell(self) -> str:
        """Its memory after the first quarter of its life and at the end."""
        return f"{self.memory[len(self.memory) // 4]:.0f} → {self.memory[-1]:.0f} MB" if self.memory else "–"


def _run(url: str, folder: Path, limit: float) -> str:
    engine = create_engine(url)
    with installed(url) as made, writing(engine) as session:
        installation = replace(made, jobs=DurableJobs(engine))
        actor, node = who(session, "HY008"), place(session, "HY").id
        about = prospects_of(session, installation, actor, campaign_id(session), "plan", node)
        launch = start_launch(session, installation, actor, about, Wanted("organization", ["branch"], {})).id
    begun, lives = time.monotonic(), [Worker(url, folder)]
    kills = list(KILLED_AT)
    try:
        while time.monotonic() - begun < limit:
            time.sleep(LOOK_SECONDS)
            lives[-1].look()
            with reading(engine) as session:
                found = session.get_one(Launch, launch)
                if found.finished_at is not None:
                    break
                if kills and found.opened >= kills[0] * found.total:
                    kills.pop(0)
                    lives[-1].kill()
                    lives.append(Worker(url, folder))
        seconds = time.monotonic() - begun
        with reading(engine) as session:
            found = session.get_one(Launch, launch)
            cases = session.scalar(select(func.count()).select_from(Case)) or 0
            bodies = session.scalar(select(func.count(Case.organization_id.distinct()))) or 0
            assert cases == bodies == found.opened == found.total, (cases, bodies, found.opened, found.total)
        return (
            f"{cases} cases for {bodies} bodies, killed {len(lives) - 1} times, {seconds:.0f} s "
            f"({cases / seconds:.0f}/s); memory of each worker {'; '.join(each.tell() for each in lives)}"
        )
    finally:
        lives[-1].process.terminate()
        lives[-1].process.wait(30)
        engine.dispose()


if __name__ == "__main__":
    main()
