"""Every transition of the specification happens at least once: the seven stages and what they call by real operations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.operations.cast import Play
from tests.operations.scenarios import comment, issue, plan, pledge
from tests.operations.scenarios.story import STORIES, Story
from tests.enterprise import MORNING
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation

TOLD = (comment, issue, plan, pledge)


@pytest.fixture
def play(installation: Installation) -> Iterator[Play]:
    with clock.use(FixedClock(MORNING)) as fixed:
        yield Play(installation, fixed)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_story(play: Play, story: Story) -> None:
    story.script(play)
    assert story.fires - play.fired() == set()
