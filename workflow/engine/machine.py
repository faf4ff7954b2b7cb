"""The one home of the transitions library: a machine per definition, fired on plain cursors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from transitions import Machine

from workflow.definition.model import Stage, Transition
from workflow.engine.registry import GUARDS
from workflow.engine.snapshot import Situation
from workflow.errors import Refused


@dataclass
class Cursor:
    """Where one case stands while an act is tried. The machine moves `state`."""

    state: str


@dataclass(frozen=True)
class Refusal:
    """Why an act cannot go on: the guard's name and its sentence."""

    guard: str
    reason: str


def refused(transition: Transition, refusal: Refusal) -> Refused:
    """The refusal as the error that a person reads."""
    return Refused(title=transition.title, guard=refusal.guard, reason=refusal.reason, transition=transition.id)


@lru_cache(maxsize=256)
def machine_of(stage: Stage) -> Machine:
    """Build the machine of a definition once. No model is ever registered: that would reset a loaded state."""
    machine = Machine(model=None, states=list(stage.states), initial=stage.initial, auto_transitions=False)
    for each in stage.transitions:
        for source in each.sources:
            machine.add_transition(each.trigger, source, each.target(source))
    return machine


def refusal(situation: Situation) -> Refusal | None:
    """Which guard refuses the act and why; None where nothing stands in its way."""
    transition = situation.act.transition
    for name in (transition.when, *transition.guards):
        if name is not None and (reason := GUARDS[name](situation)) is not None:
            return Refusal(name, reason)
    return None


def fire(situation: Situation) -> str | Refusal:
    """Move a case in thought: the state reached, or which guard refuses and why.

    The trigger must leave the case's state; `engine.step` has looked it up before.
    """
    if refused_by := refusal(situation):
        return refused_by
    return _reached(situation.snapshot.definition, situation.act.transition.trigger, situation.case.state)


@lru_cache(maxsize=4096)
def _reached(stage: Stage, trigger: str, state: str) -> str:
    """Where the machine comes to: it knows no guards, so each of its moves is made once."""
    cursor = Cursor(state)
    machine_of(stage).events[trigger].trigger(cursor)
    return cursor.state
