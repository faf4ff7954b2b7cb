"""The ballots of an appraisal, of which nothing is known but how many there are and what is on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.engine.campaign.shown import File
from workflow.engine.moving import Step
from workflow.engine.snapshot import Ballots

OPEN = "open"  #: the state in which an appraisal is voted on


def voted(file: File, step: Step) -> Ballots:
    """Everybody on the roster votes, and is satisfied."""
    ballots = file.ballots
    if step.change.roster is not None:
        groups = [group for _, group in step.change.roster]
        ballots = Ballots({each: groups.count(each) for each in dict.fromkeys(groups)})
    if file.stage.counts_ballots and OPEN in {each.target for each in step.moves}:
        many = sum(ballots.roster.values())
        ballots = replace(ballots, issued=many, collected=many)
    if step.change.rewrite_ballots:
        items: Any = file.facts.data.get("items") or []
        said = {each["code"]: "satisfied" for each in items}
        answers = [(group, said) for group, many in ballots.roster.items() for _ in range(many)]
        ballots = replace(ballots, answers=answers[: ballots.collected])
    return ballots
