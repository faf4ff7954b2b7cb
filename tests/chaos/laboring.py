"""`python -m tests.chaos.laboring URL VAR MARKS [HOLD]`: a worker that loses patience with others after seconds.

With HOLD it stops in the middle of printing a paper, leaving a mark, until another mark tells it to go on: while it
`renders`, when it holds nothing, or as it `stores`, in the middle of a transaction with the case locked.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.enterprise import definitions
from workflow import worker
from workflow.cli.signals import stopping_on_signals
from workflow.operations import journal
from workflow.operations.documents import rendering
from workflow.operations.installation import Installation
from workflow.operations.upkeep import presence
from workflow.settings import Settings
from workflow.store.jobs import DurableJobs
from workflow.store.session import create_engine
from workflow.worker import run_worker, standing_duties

PATIENCE = timedelta(seconds=2)
HELD, GO = "held", "go"


def main(url: str, var: str, marks: str, hold: str = "") -> None:
    """Work until told to stop."""
    worker.HOUSEKEEPING_SECONDS, presence.ALIVE_WITHIN = PATIENCE.total_seconds() / 4, PATIENCE
    if hold == "renders":
        rendering.render_pdf = _held(rendering.render_pdf, Path(marks))
    elif hold == "stores":
        journal.append = _held(journal.append, Path(marks))
    settings = Settings(database_url=url, var_dir=Path(var), worker_threads=4)
    installation = Installation(settings, definitions(), engine := create_engine(url), DurableJobs(engine))
    duties = replace(standing_duties(installation), timetable={}, watches={})
    with stopping_on_signals() as stop:
        run_worker(settings, stop, duties)


def _held(real: Callable[..., Any], marks: Path) -> Callable[..., Any]:
    def held(*given: Any, **more: Any) -> Any:
        (marks / HELD).touch()
        while not (marks / GO).exists():
            time.sleep(0.05)
        return real(*given, **more)

    return held


if __name__ == "__main__":
    main(*sys.argv[1:])
