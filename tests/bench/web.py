"""An approval through HTTP, one worker, beside the same approval by the operation."""

from __future__ import annotations

from statistics import median

from tests.bench.driving import Stable
from tests.bench.job import Scale
from tests.bench.ratios import Row, rows_of

TARGET = 3.0


def measure(stable: Stable, kind: str, scale: Scale, rounds: int, cases: int) -> list[Row]:
    """The lines of one database."""
    with stable.peer("ours", kind, scale) as ours:
        ours.call("web", cases=cases)
        answers = [ours.call("web", cases=cases) for _ in range(rounds)]
    medians = [{name: median(seconds) for name, seconds in each.items()} for each in answers]
    return rows_of("approval through HTTP", kind, medians, "operation", {"http": TARGET})
