"""Calls in a loop take no memory from the system, however deep the loop stands."""

from __future__ import annotations

from collections.abc import Callable
from resource import RUSAGE_SELF, getrusage

from workflow.documents.frames import with_room

DEPTHS, CALLS = range(200), 2000
FEW = 200  #: pages: those of the block itself, and what the interpreter takes now and then


def called_in_a_loop(depth: int) -> int:
    if depth:
        return called_in_a_loop(depth - 1)
    return sum(map(_small, range(CALLS)))


def _small(number: int) -> int:
    return int(_smaller(number))


def _smaller(number: int) -> int:
    return number


def pages_taken(function: Callable[[int], int], depth: int) -> int:
    before = getrusage(RUSAGE_SELF).ru_minflt
    function(depth)
    return getrusage(RUSAGE_SELF).ru_minflt - before


def test_no_depth_takes_pages_call_by_call() -> None:
    @with_room
    def roomy(depth: int) -> int:
        return called_in_a_loop(depth)

    roomy(0)
    assert max(pages_taken(roomy, depth) for depth in DEPTHS) < FEW


def test_arguments_answer_and_errors_stay() -> None:
    @with_room
    def divided(number: int, *, by: int) -> float:
        return number / by

    assert divided(6, by=4) == 1.5
    assert divided.__name__ == "divided"
