"""Return a case to where it has been, and go straight back from there (approvals.md, actions)."""

from __future__ import annotations

from workflow.definition.approval import ReturnTo, Rule
from workflow.definition.model import Stage, State, Tone, Transition
from workflow.engine.rights import task_addresses
from workflow.engine.snapshot import Act, Snapshot

RETURN_TO, RESUME = "return_to", "after_return"
RERUN, STRAIGHT = "rerun", "straight"
CAPACITY = "capacity"  #: in which post somebody acts
PROCEDURE = frozenset({"reason", RETURN_TO, RESUME})  #: entered with an act, but no data of the case


def destinations(snapshot: Snapshot, transition: Transition) -> tuple[str, ...]:
    """The states to which this return may lead, its own target first, then the newest visited."""
    own = transition.target(snapshot.case.state)
    if transition.return_to is ReturnTo.FIXED:
        return (own,)
    behind = (act.state_after for act in reversed(snapshot.history))
    visited = (each for each in (*behind, snapshot.definition.initial) if each != snapshot.case.state)
    return tuple(dict.fromkeys((own, *(each for each in visited if _waits(snapshot, each)))))


def may_go_straight(snapshot: Snapshot, target: str) -> bool:
    """Whether the case may come straight back: never past a vote or a notice, which have to be held anew."""
    between = passed_since(snapshot, target)
    states = snapshot.definition.states
    return bool(between) and not any(_decides_apart(states[each]) for each in between)


def passed_since(snapshot: Snapshot, target: str) -> tuple[str, ...]:
    """The states between the last stay in `target` and the present state: those that a straight return skips.

    Where the case has never been in `target`, they are those that it would pass again from there.
    """
    behind = [act.state_after for act in snapshot.history]
    if target in behind:
        found = behind[len(behind) - behind[::-1].index(target) :]
    else:
        found = _way(snapshot.definition, target, snapshot.case.state)
    return tuple(dict.fromkeys(each for each in found if each not in (target, snapshot.case.state)))


def destination(snapshot: Snapshot, act: Act, target: str) -> tuple[str, str | None]:
    """Where the act leads, and the state that the case goes straight back to afterwards."""
    case, transition = snapshot.case, act.transition
    if transition.return_to is ReturnTo.VISITED and not act.actor.is_system:
        chosen = act.values.get(RETURN_TO)
        found = chosen if chosen in destinations(snapshot, transition) else target
        straight = act.values.get(RESUME) == STRAIGHT and may_go_straight(snapshot, str(found))
        return str(found), case.state if straight else None
    if target == case.state or case.resume is None or _is_amended_in(snapshot, target):
        return target, case.resume
    return (case.resume if transition.tone is Tone.FORWARD else target), None


def returned_by(snapshot: Snapshot) -> int | None:
    """Who returned the case last: asked when it comes straight back."""
    returns = {each.id for each in snapshot.definition.transitions if each.tone is Tone.RETURN}
    return next((act.person_id for act in reversed(snapshot.history) if act.transition in returns), None)


def _is_amended_in(snapshot: Snapshot, name: str) -> bool:
    """Whether what was returned is mended there: it goes straight back from there, not before."""
    stage = snapshot.definition
    stays = (each for each in stage.leaving(name) if each.target(name) == name and not each.is_system)
    return any(isinstance(asked, str) for each in stays for asked in each.ask)


def _waits(snapshot: Snapshot, name: str) -> bool:
    """Whether somebody is asked to take the case up again there: not in a vote, a notice or an end."""
    state = snapshot.definition.states[name]
    waited = state.waits_for.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    return bool(task_addresses(snapshot, waited)) and not state.final and not _decides_apart(state)


def _decides_apart(state: State) -> bool:
    return state.waits_for_child is not None or (state.decide is not None and state.decide.rule is Rule.BALLOT)


def _way(stage: Stage, start: str, end: str) -> list[str]:
    """The states on a shortest forward way, both ends left out; empty where there is none."""
    ways = {start: [start]}
    level = [start]
    while level and end not in ways:
        level = [
            target
            for source in level
            for each in stage.leaving(source)
            if each.tone is Tone.FORWARD and (target := each.target(source)) not in ways
            and ways.setdefault(target, [*ways[source], target])
        ]  # fmt: skip
    return ways.get(end, [])[1:-1]
