"""Let several threads do something at the same moment, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

from workflow.errors import WorkflowError

SECONDS = 60  #: after which a race counts as a deadlock


@dataclass(frozen=True)
class Finish:
    """How one runner came in."""

    value: Any = None
    error: WorkflowError | None = None

    @property
    def won(self) -> bool:
        return self.error is None


def race(*runners: Callable[[], Any]) -> list[Finish]:
    """All of them at once, in the order given. Any error but one of ours fails the test."""
    start = Barrier(len(runners))

    def run(runner: Callable[[], Any]) -> Finish:
        start.wait(SECONDS)
        try:
            return Finish(runner())
        except WorkflowError as error:
            return Finish(error=error)

    with ThreadPoolExecutor(len(runners)) as pool:
        return [each.result(SECONDS) for each in [pool.submit(run, runner) for runner in runners]]


def only_winner(finishes: list[Finish]) -> int:
    """The position of the one who won."""
    winners = [position for position, each in enumerate(finishes) if each.won]
    assert len(winners) == 1, finishes
    return winners[0]
