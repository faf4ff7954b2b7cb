"""The one home of the transitions library: a machine per definition, fired on plain cursors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

from transitions import EventData, Machine

from workflow.definition.model import Stage, Transition
from workflow.engine.registry import GUARDS
from workflow.engine.snapshot import Situation
from workflow.errors import Refused


@dataclass
class Cursor:
    """Where one case stands while an act is tried. The machine moves `state` when every guard lets it."""

    state: str
    situation: Situation
    refused_by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why an act cannot go on: the guard's name and its sentence."""

    guard: str
    reason: str


def refused(transition: Transition, refusal: Refusal) -> Refused:
    """The refusal as the error that a person reads."""
    return Refused(title=transition.title, guard=refusal.guard, reason=refusal.reason, transition=transition.id)


def _passes(name: str, event: EventData) -> bool:
    cursor = event.model
    assert isinstance(cursor, Cursor)  # noqa: S101 - `fire` is the only caller
    reason = GUARDS[name](cursor.situation)
    if reason is not None:
        cursor.refused_by, cursor.reason = name, reason
    return reason is None


@lru_cache(maxsize=256)
def machine_of(stage: Stage) -> Machine:
    """Build the machine of a definition once. No model is ever registered: that would reset a loaded state."""
    machine = Machine(
        model=None, states=list(stage.states), initial=stage.initial, auto_transitions=False, send_event=True
    )
    for each in stage.transitions:
        for source in each.sources:
            machine.add_transition(
                each.trigger,
                source,
                each.target(source),
                conditions=[partial(_passes, name) for name in (each.when, *each.guards) if name],
            )
    return machine


def fire(stage: Stage, trigger: str, situation: Situation) -> str | Refusal:
    """Move a case in thought: the state reached, or which guard refuses and why.

    The trigger must leave the case's state; `engine.step` has looked it up before.
    """
    cursor = Cursor(situation.case.state, situation)
    moved = machine_of(stage).events[trigger].trigger(cursor)
    return cursor.state if moved else Refusal(cursor.refused_by, cursor.reason)
