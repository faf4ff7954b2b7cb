"""Stages of the campaign with rules of decision that are drawn instead of their own."""

from __future__ import annotations

from typing import Any

from tests.engine.cast import definition
from workflow.definition.approval import Climb, Decide, Repeat
from workflow.definition.model import Stage, State, Tone, Transition
from workflow.simulation.chance import Chance

OFTEN = 50  #: percent of the states in which several could decide


def ruled(name: str, chance: Chance) -> Stage:
    """The stage, where some states ask several people, some climb, and some stay with whoever held the post."""
    stage = definition(name)
    states = {key: _drawn(stage, key, state, chance) for key, state in stage.states.items()}
    return stage.model_copy(update={"states": states})


def _drawn(stage: Stage, key: str, state: State, chance: Chance) -> State:
    if state.final or not state.waits_for:
        return state
    change: dict[str, Any] = {
        "follow": chance.pick(["post", "person"]),
        "same_approver": chance.pick([Repeat.OFF, Repeat.OFF, Repeat.ONCE, Repeat.CONSECUTIVE]),
        "climbs": tuple(chance.some([Climb.VACANT, Climb.INITIATOR], chance.below(3))),
    }
    leaving = [each for each in stage.leaving(key) if not each.is_system and not each.sign]
    passes, fails = (_of(leaving, tone) for tone in ((Tone.FORWARD,), (Tone.RETURN, Tone.REJECT)))
    if passes and fails and chance.happens(OFTEN):
        change["decide"] = _decide(chance, passes.trigger, fails.trigger)
    return state.model_copy(update=change)


def _of(leaving: list[Transition], tones: tuple[Tone, ...]) -> Transition | None:
    found = [each for each in leaving if each.tone in tones]
    return found[0] if len(found) == 1 else None


def _decide(chance: Chance, passes: str, fails: str) -> Decide:
    least = chance.between(1, 3)
    drawn: dict[str, Any] = chance.pick([
        {"rule": "all"}, {"rule": "sequence"}, {"rule": "percent", "pass_at": chance.pick([(1, 2), (2, 3), (1, 1)])},
        {"rule": "count", "pass_at": least}, {"rule": "count", "pass_at": least, "fail_at": 1},
        {"rule": "weight", "pass_at": least}, {"rule": "sequence", "up": {"role": "secretary", "levels": least}},
    ])  # fmt: skip
    return Decide.model_validate({**drawn, "passes": passes, "fails": fails, "hear_all": chance.happens(30)})
