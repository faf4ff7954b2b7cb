"""Whole campaign years with faults: what must hold holds after every step, and in the end every case has ended."""

from __future__ import annotations

import pytest

from tests.enterprise import definitions
from workflow.simulation.faults import Kind
from workflow.simulation.playing import Played, play
from workflow.simulation.script import write
from workflow.simulation.trees import Shape

FIRST, YEARS = 1, 48
TOGETHER = 3  #: years of one test, as many as share a tree: the processes of a run share the tests


@pytest.mark.parametrize("first", range(FIRST, FIRST + YEARS, TOGETHER))
def test_everything_holds_and_everything_ends(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        played = play(seed, definitions(), Shape(), write(seed, Shape().bodies))
        assert (seed, played.wrong) == (seed, "")
        assert played.cases == played.closed > 0
        _has_faults(played)
        _is_told_in_order(played)


def _has_faults(played: Played) -> None:
    assert sum(played.struck.values()) > 0
    assert {kind for kind, _ in played.struck} <= {each.value for each in Kind}
    assert played.committed > played.entries


def _is_told_in_order(played: Played) -> None:
    moments = [at for at, _ in played.story]
    assert moments == sorted(moments)
    assert any("发起" in sentence for _, sentence in played.story)
