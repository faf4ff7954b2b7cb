"""Everything that is drawn: one seed, and a stream of its own for each thing that draws, so that none disturbs another.

An event that is dropped from a script leaves the draws of every other event as they were; that is what lets a failing
script shrink.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

from workflow.randomness import SeededRandomness

T = TypeVar("T")

BYTES = 6  #: of one draw
WHOLE = 100  #: percent


class Chance:
    """One stream of draws, named by what it is for."""

    def __init__(self, *named: object) -> None:
        self.source = SeededRandomness(int.from_bytes(sha256(repr(named).encode()).digest()))

    def below(self, bound: int) -> int:
        """A number from 0 up to `bound`, without it."""
        return int.from_bytes(self.source.token_bytes(BYTES)) % bound

    def between(self, least: int, most: int) -> int:
        """A number from `least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def happens(self, percent: int) -> bool:
        """Whether something of this probability happens."""
        return self.below(WHOLE) < percent

    def pick(self, among: Sequence[T]) -> T:
        """One of them; there has to be one."""
        return among[self.below(len(among))]

    def some(self, among: Iterable[T], count: int) -> list[T]:
        """So many of them, or all, in a random order."""
        left = list(among)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]

    def weighted(self, weights: Mapping[T, int]) -> T:
        """One of the keys, each as often as its weight says."""
        mark = self.below(sum(weights.values()))
        for key, weight in weights.items():
            if mark < weight:
                return key
            mark -= weight
        raise AssertionError("the mark lies below the sum of the weights")
