"""Effects of commendation (M6): whom it concerns, and which committee has it (R50, domain.md §4 note e)."""

from __future__ import annotations

from workflow.engine.recusal import subject_side
from workflow.engine.registry import effect
from workflow.engine.routing import RoutingError, superior_committee
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import count


@effect
def name_nominee(situation: Situation) -> Change:
    """Who has to withdraw, and the unit whose quota the nomination uses."""
    return Change(data={**_concerned(situation), "unit": situation.case.bodies["own"], "level": 1})


def _concerned(situation: Situation) -> dict[str, object]:
    """The member; of an organisation its leaders, who decide on it nowhere but in its own meeting (W42)."""
    person = situation.case.person
    return {"nominees": sorted(subject_side(situation.snapshot)), "nominated_member": [person.id] if person else []}


@effect
def take_level(situation: Situation) -> Change:
    """At the committee that has the matter, `sup` is that committee's leading superior (R50)."""
    moved = _at(situation, situation.case.bodies["com"])
    return Change(data=_concerned(situation), bodies=moved.bodies)


@effect
def climb_level(situation: Situation) -> Change:
    """The superior makes the recommendation its own; the next step up is its own superior, none is skipped (W43)."""
    moved = _at(situation, situation.case.bodies["sup"])
    climbed = {"level": count(situation.data, "level") + 1, "own_opinion": None}
    return Change(data={**_concerned(situation), **climbed}, bodies=moved.bodies)


@effect
def restart_line(situation: Situation) -> Change:
    """A new nomination starts at the first committee again, with a notice of its own there (W32)."""
    snapshot = situation.snapshot
    first = superior_committee(snapshot.tree, snapshot.vocabulary, situation.case.bodies["own"])
    moved = _at(situation, first)
    return Change(data={**_concerned(situation), "level": 1, "own_opinion": None}, bodies=moved.bodies)


def _at(situation: Situation, committee: int) -> Change:
    tree = situation.snapshot.tree
    try:
        superior = tree.leading_superior(committee)
    except RoutingError:
        superior = committee  # the top of the line: the award is decided there, nothing goes further up
    return Change(bodies={"com": committee, "sup": superior})
