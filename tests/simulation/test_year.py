"""Short campaign years, with faults: what must hold holds after every step, and in the end every case has ended."""

from __future__ import annotations

import pytest

from tests.enterprise import definitions
from workflow.simulation.faults import Kind
from workflow.simulation.playing import Played, play
from workflow.simulation.script import write
from workflow.simulation.trees import Shape

EVENTS = 70
SEEDS = (3,)


@pytest.fixture(scope="module", params=SEEDS)
def played(request: pytest.FixtureRequest) -> Played:
    """The beginning of a seed's year, and then on to the end without faults."""
    return play(request.param, definitions(), Shape(), write(request.param, Shape().bodies)[:EVENTS])


def test_everything_holds_and_everything_ends(played: Played) -> None:
    assert played.wrong == ""
    assert played.cases == played.closed > 0


def test_faults_strike(played: Played) -> None:
    assert sum(played.struck.values()) > 0
    assert {kind for kind, _ in played.struck} <= {each.value for each in Kind}


def test_the_story_is_told_in_order(played: Played) -> None:
    moments = [at for at, _ in played.story]
    assert moments == sorted(moments)
    assert any("发起" in sentence for _, sentence in played.story)
