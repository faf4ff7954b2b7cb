"""`make bench`: how fast an action and a paper are, beside plain SQL and beside what people would otherwise use.

`make bench QUICK=1` takes a minute and is good for a first look only.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench import action, documents, memory, report, stored, web
from tests.bench.driving import LOCK, stable
from tests.bench.job import ROOT, Scale
from tests.bench.ratios import Row
from tests.environments import locked_python

VAR = ROOT / "var/bench"
KINDS = ("postgresql", "sqlite")
MEASURES = {"action", "web", "stored", "documents", "memory"}


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    scale: Scale
    rounds: int
    cases: int  #: a round
    stored: tuple[int, ...]
    papers: int  #: rounds of a letter
    tables: int  #: rounds of a long table
    printed: int  #: papers through one worker


FULL = Extent(Scale(), 15, 20, (1_000, 100_000, 1_000_000), 31, 5, 1_000)
QUICK = Extent(Scale((1, 3, 9, 30), 400), 5, 6, (100, 1_000, 10_000), 9, 1, 100)


def run(extent: Extent, folder: Path, python: Path, peers: list[str], measures: set[str]) -> list[Row]:
    """Every measure on both databases."""
    rows: list[Row] = []
    if "documents" in measures:
        rows += documents.measure(python, extent.papers, extent.tables)
    if "memory" in measures:
        rows += memory.measure(folder, extent.printed)
    if measures <= {"documents", "memory"}:
        return rows
    with stable(folder, python) as at:
        for kind in KINDS:
            if "action" in measures:
                rows += action.measure(at, kind, extent.scale, extent.rounds, extent.cases, peers)
            if "web" in measures:
                rows += web.measure(at, kind, extent.scale, extent.rounds, extent.cases)
            if "stored" in measures:
                rows += stored.measure(at, kind, extent.scale, extent.rounds, extent.cases, list(extent.stored))
    return rows


def main() -> None:
    """Measure, print, store."""
    quick = "--quick" in sys.argv
    measures = {each for each in sys.argv[1:] if not each.startswith("-")} or MEASURES
    VAR.mkdir(parents=True, exist_ok=True)
    python = locked_python(VAR / "venv", LOCK, "the peers")
    with tempfile.TemporaryDirectory(prefix="databases-", dir=VAR) as folder:
        rows = run(QUICK if quick else FULL, Path(folder), python, list(action.PEERS), measures)
    report.show(rows)
    report.save(rows, VAR / "results.json", quick=quick)


if __name__ == "__main__":
    main()
