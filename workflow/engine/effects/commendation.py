"""Effects of commendation (M6): whom it concerns, and which committee has it (R50, domain.md §4 note e)."""

from __future__ import annotations

from workflow.engine.registry import effect
from workflow.engine.routing import RoutingError
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import count


@effect
def name_nominee(situation: Situation) -> Change:
    """The person who has to withdraw from every vote on the matter, and the unit whose quota it uses."""
    person = situation.case.person
    return Change(data={"nominees": [person.id] if person else [], "unit": situation.case.bodies["own"], "level": 1})


@effect
def take_level(situation: Situation) -> Change:
    """At the committee that has the matter, `sup` is that committee's leading superior (R50)."""
    return _at(situation, situation.case.bodies["com"])


@effect
def climb_level(situation: Situation) -> Change:
    """The superior makes the recommendation its own; the next step up is its own superior, none is skipped (W43)."""
    moved = _at(situation, situation.case.bodies["sup"])
    return Change(data={"level": count(situation.data, "level") + 1, "own_opinion": None}, bodies=moved.bodies)


def _at(situation: Situation, committee: int) -> Change:
    tree = situation.snapshot.tree
    try:
        superior = tree.leading_superior(committee)
    except RoutingError:
        superior = committee  # the top of the line: the award is decided there, nothing goes further up
    return Change(bodies={"com": committee, "sup": superior})
