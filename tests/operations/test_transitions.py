"""Every transition of the specification happens at least once, by the real operations on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.facts import FACTS
from tests.enterprise import MORNING
from tests.operations.cast import Play
from tests.operations.scenarios import (
    appraisal,
    assessment,
    commendation,
    comment,
    issue,
    plan,
    pledge,
    rectification,
    supporting,
)
from tests.operations.scenarios.story import STORIES, Story
from workflow import clock
from workflow.clock import FixedClock
from workflow.operations.installation import Installation

TOLD = (appraisal, assessment, commendation, comment, issue, plan, pledge, rectification, supporting)


@pytest.fixture
def play(installation: Installation) -> Iterator[Play]:
    with clock.use(FixedClock(MORNING)) as fixed:
        yield Play(installation, fixed)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_story(play: Play, story: Story) -> None:
    story.script(play)
    assert story.fires - play.fired() == set()


def test_every_transition_of_the_specification_is_told_in_a_story() -> None:
    told = frozenset[str]().union(*(story.fires for story in STORIES))
    assert FACTS.keys() - told == set()
    assert told - FACTS.keys() == set()
