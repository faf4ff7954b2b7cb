"""Every transition of the specification happens at least once, by the real operations on both databases."""

from __future__ import annotations

import pytest

from tests.engine.facts import FACTS
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

TOLD = (appraisal, assessment, commendation, comment, issue, plan, pledge, rectification, supporting)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_story(play: Play, story: Story) -> None:
    story.script(play)
    assert story.fires - play.fired() == set()


def test_every_transition_of_the_specification_is_told_in_a_story() -> None:
    told = frozenset[str]().union(*(story.fires for story in STORIES))
    assert FACTS.keys() - told == set()
    assert told - FACTS.keys() == set()
