"""What somebody may do on a case now, in their own right or on behalf of others."""

from __future__ import annotations

from dataclasses import replace

from workflow.engine.actor import Actor
from workflow.engine.options import Option, options
from workflow.operations.loading import Loaded


def options_of(loaded: Loaded, actor: Actor) -> list[Option]:
    """Every act that leaves the present state; none on a case that rests.

    What the person may not do alone but may do in somebody's stead is offered with the principal's name.
    """
    if loaded.is_at_rest:
        return []
    myself, *others = actor.capacities(loaded.row.stage)
    found = {each.transition.id: each for each in options(loaded.snapshot, myself, loaded.at, loaded.today)}
    for principal in others:
        for each in options(loaded.snapshot, principal, loaded.at, loaded.today):
            if each.mine and not found[each.transition.id].mine:
                found[each.transition.id] = replace(each, principal=principal.principal)
    return list(found.values())
