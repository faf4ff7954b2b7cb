"""What cases that opened one another mean to each other, as their definitions say it."""

from __future__ import annotations

from workflow.definition.model import Child, Stage, Transition


def feeds(stage: Stage) -> set[str]:
    """The names of the children for which a case of the stage may wait."""
    awaited = {each.after.child for each in stage.transitions if each.after is not None}
    return awaited | {name for name, child in stage.children.items() if child.on}


def awaits(transition: Transition, child: Child, name: str, state: str) -> bool:
    """Whether the arrival of a child in a state fires the transition."""
    after = transition.after
    return transition.trigger == child.on.get(state) or (
        after is not None and after.child == name and state in after.states
    )
