"""What happens to an action and to the inbox when a hundred thousand and a million cases are stored."""

from __future__ import annotations

from statistics import median

from tests.bench.cloning import Cloner
from tests.bench.driving import Peer, Stable
from tests.bench.job import Scale
from tests.bench.ratios import Row, p95, rows_of

GROWTH = 1.3
INBOX = {"postgresql": {"ours": 2.0}}  #: targets, by database


def measure(stable: Stable, kind: str, scale: Scale, rounds: int, cases: int, stored: list[int]) -> list[Row]:
    """The lines of one database; every stored case is open, a fifth of them before one person."""
    found: list[Row] = []
    inboxes: list[Row] = []
    first: float | None = None
    with stable.peer("plain", kind, scale) as plain, stable.peer("ours", kind, scale) as ours:
        ours.call("stand_open", cases=stored[0])
        cloner = Cloner(ours.place)
        for number in stored:
            cloner.grow(number)
            slowest, beside = _p95(plain, ours, rounds, cases)
            first = first or beside
            name, target = f"{number:,} cases", GROWTH if number != stored[0] else None
            found.append(Row("p95 of an action", kind, name, beside / first, 1000 * slowest, target=target))
            if number != stored[0]:
                inboxes += _inbox(ours, kind, number, rounds)
    return [*found, *inboxes]


def _p95(plain: Peer, ours: Peer, rounds: int, cases: int) -> tuple[float, float]:
    """Median over the rounds: our p95 in seconds, and beside the floor's median, which does not grow."""
    ours.call("round", cases=cases)
    values, beside = [], []
    for _ in range(rounds):
        floor = median(plain.call("round", cases=cases)["approve"])
        values.append(p95(ours.call("round", cases=cases)["approve"]))
        beside.append(values[-1] / floor)
    return median(values), median(beside)


def _inbox(ours: Peer, kind: str, number: int, rounds: int) -> list[Row]:
    ours.call("inbox", times=5)
    answers = [ours.call("inbox", times=10) for _ in range(rounds)]
    medians = [{name: median(seconds) for name, seconds in each.items()} for each in answers]
    return rows_of(f"inbox of {number:,} open tasks", kind, medians, "plain", INBOX.get(kind, {}))
