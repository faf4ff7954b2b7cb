"""Rounds in turn, medians, and ratios to the floor of the same round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Seconds = Sequence[float]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    measure: str
    database: str
    name: str
    ratio: float  #: to the floor of the measure
    value: float  #: milliseconds, or bytes
    unit: str = "ms"
    target: float | None = None  #: the ratio (or for bytes the value) to stay within

    @property
    def met(self) -> bool | None:
        """Whether the target is reached."""
        if self.target is None:
            return None
        return (self.value if self.unit == "bytes" else self.ratio) <= self.target


def ratios(rounds: Sequence[Mapping[str, float]], floor: str) -> dict[str, tuple[float, float]]:
    """name → (median ratio to the floor of the same round, median value)."""
    return {
        name: (median(each[name] / each[floor] for each in rounds), median(each[name] for each in rounds))
        for name in rounds[0]
    }


def rows_of(
    measure: str, database: str, rounds: Sequence[Mapping[str, float]], floor: str, targets: Mapping[str, float]
) -> list[Row]:
    """Lines of a measure whose rounds are in seconds."""
    found = ratios(rounds, floor).items()
    return [
        Row(measure, database, name, ratio, 1000 * value, target=targets.get(name)) for name, (ratio, value) in found
    ]


def p95(values: Seconds) -> float:
    """The value that 95 of 100 stay within."""
    return sorted(values)[int(0.95 * len(values))]


def in_turn(names: Sequence[str], rounds: int, once: Callable[[str], float]) -> list[dict[str, float]]:
    """Every name once a round, each round beginning with another one."""
    found = []
    for index in range(rounds):
        start = index % len(names)
        found.append({name: once(name) for name in (*names[start:], *names[:start])})
    return found
