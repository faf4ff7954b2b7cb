"""In which post somebody is recorded as acting who acts as a person named for a duty."""

from __future__ import annotations

from dataclasses import replace

from tests.engine import cast
from tests.engine.test_truth_table import BRANCH, GUIDE, OFFICE, case
from workflow.engine.actor import Actor
from workflow.engine.capacity import office


def test_a_post_in_a_guiding_body_is_named_only_where_there_is_no_other() -> None:
    """R57: nobody shall read that a guide decided, though the same person has a higher post there."""
    facts = case("pledge", "organization", "branch", "draft")
    both = frozenset({(GUIDE, "party_secretary"), (OFFICE, "lg_office_staff")})
    guided = replace(facts, case=replace(facts.case, bodies={**facts.case.bodies, "own": BRANCH}))
    words = cast.vocabulary().posts
    assert office(guided, Actor(1, "某人", both))[0] == words["lg_office_staff"].title
    only = frozenset({(GUIDE, "party_secretary")})
    assert office(guided, Actor(1, "某人", only))[0] == words["party_secretary"].title
