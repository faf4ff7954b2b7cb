"""Shrink a failing script: drop events, then faults, for as long as the same thing still goes wrong.

Every event draws from a stream of its own, so one that stays does not notice that others have gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from workflow.simulation.script import Event

Fails = Callable[[Sequence[Event]], bool]

MOST_TRIES = 400


def shrunk(script: Sequence[Event], fails: Fails, tries: int = MOST_TRIES) -> list[Event]:
    """The shortest script found that still fails, after so many tries at most."""
    left, kept, size = tries, list(script), max(1, len(script) // 2)
    while size and left > 0:
        start = 0
        while start < len(kept) and left > 0:
            shorter = [*kept[:start], *kept[start + size :]]
            left -= 1
            if shorter and fails(shorter):
                kept = shorter
            else:
                start += size
        size //= 2
    return _without_faults(kept, fails, left)


def _without_faults(script: list[Event], fails: Fails, left: int) -> list[Event]:
    for number, event in enumerate(script):
        if event.fault is not None and left > 0:
            left -= 1
            calmer = [*script[:number], replace(event, fault=None), *script[number + 1 :]]
            script = calmer if fails(calmer) else script
    return script


REGRESSION = '''\
def test_seed_{seed}() -> None:
    """{wrong}"""
    script = keep(write({seed}, {bodies}), {numbers}, faulty={faulty})
    assert play({seed}, definitions(), Shape({bodies}, {members}), script).wrong == ""
'''


def keep(script: Sequence[Event], numbers: Sequence[int], faulty: Sequence[int]) -> list[Event]:
    """The events of these numbers, with the faults of those alone."""
    chosen = [each for each in script if each.number in numbers]
    return [each if each.number in faulty else replace(each, fault=None) for each in chosen]


def regression(seed: int, bodies: int, members: int, script: Sequence[Event], wrong: str) -> str:
    """A test that fails until the fault that was found is mended."""
    return REGRESSION.format(
        seed=seed, bodies=bodies, members=members, wrong=wrong.replace('"', "'")[:90],
        numbers=[each.number for each in script], faulty=[each.number for each in script if each.fault],
    )  # fmt: skip
