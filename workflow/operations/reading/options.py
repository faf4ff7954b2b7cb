"""What somebody may do on a case now, in their own right or on behalf of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workflow.engine.actor import Actor
from workflow.engine.options import Option, options
from workflow.operations.loading import Loaded


def options_of(loaded: Loaded, actors: Sequence[Actor]) -> list[Option]:
    """Every act that leaves the present state; none on a case that has ended or rests.

    `actors` is the person, then the person in the stead of others: what only these may do is offered with their name.
    """
    if loaded.row.closed_at is not None or loaded.is_at_rest:
        return []
    found = {each.transition.id: each for each in options(loaded.snapshot, actors[0], loaded.at, loaded.today)}
    for principal in actors[1:]:
        for each in options(loaded.snapshot, principal, loaded.at, loaded.today):
            if each.mine and not found[each.transition.id].mine:
                found[each.transition.id] = replace(each, principal=principal.principal)
    return list(found.values())
