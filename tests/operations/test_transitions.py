"""Every transition of the specification happens at least once: the stages and what they call by real operations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.enterprise import MORNING
from tests.operations.cast import Play
from tests.operations.scenarios import appraisal, assessment, comment, issue, plan, pledge, rectification
from tests.operations.scenarios.story import STORIES, Story
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation

TOLD = (appraisal, assessment, comment, issue, plan, pledge, rectification)


@pytest.fixture
def play(installation: Installation) -> Iterator[Play]:
    with clock.use(FixedClock(MORNING)) as fixed:
        yield Play(installation, fixed)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_story(play: Play, story: Story) -> None:
    story.script(play)
    assert story.fires - play.fired() == set()
