"""What an act does: pure. The answer is written by operations in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

import workflow.engine.effects
import workflow.engine.guards  # noqa: F401 - importing them is what fills the registries
from workflow.definition.model import Child, Transition
from workflow.engine import signing
from workflow.engine.deadlines import limit
from workflow.engine.machine import Refusal, fire
from workflow.engine.registry import EFFECTS, GUARDS
from workflow.engine.rights import holds, roles_of, why_not
from workflow.engine.signing import check_slot, sign
from workflow.engine.snapshot import Act, Actor, Change, Data, PastAct, Signature, Situation, Snapshot
from workflow.errors import NotAllowed, Refused

SYSTEM_ACTOR = Actor(None, "系统")
MOST_AUTOMATIC = 20  #: automatic moves in a row before the definition is called a loop
REASON = "reason"


@dataclass(frozen=True)
class Move:
    """One transition that happened."""

    transition: Transition
    source: str
    target: str
    actor: Actor
    values: Data  #: what was entered, reason included
    round: int


@dataclass(frozen=True)
class Step:
    """Everything that follows from an act. With no moves it is one signature of several."""

    snapshot: Snapshot  #: the case as it stands afterwards
    moves: tuple[Move, ...] = ()
    signature: Signature | None = None
    signer: Actor | None = None
    change: Change = field(default_factory=Change)  #: what effects added, over all moves
    children: tuple[str, ...] = ()  #: names of the child cases to open


@dataclass(frozen=True)
class Option:
    """An act that leaves the present state, as it looks to one person."""

    transition: Transition
    allowed: bool
    mine: bool  #: the person holds the role, whatever the guards say
    refusal: str = ""


def perform(snapshot: Snapshot, act: Act) -> Step:
    """Do the act, then every automatic transition that it makes possible.

    Raises NotAllowed when the actor does not hold the role, Refused (guard, reason) when a guard says no.
    """
    check_right(snapshot, act)
    refusal_or_state = fire(snapshot.definition, act.transition.trigger, _situation(snapshot, act))
    if isinstance(refusal_or_state, Refusal):
        raise Refused(
            title=act.transition.title,
            guard=refusal_or_state.guard,
            reason=refusal_or_state.reason,
            transition=act.transition.id,
        )
    if not act.transition.sign or act.actor.is_system:
        return _follow(_move(snapshot, act, refusal_or_state), act)
    signature = sign(snapshot, act)
    standing = signing.standing(snapshot, signature)
    if len(standing) == len(act.transition.sign):
        return replace(_follow(_move(snapshot, act, refusal_or_state), act), signature=signature, signer=act.actor)
    entered = _entered(act)
    case = replace(snapshot.case, data={**snapshot.case.data, **entered})
    others = [each for each in snapshot.signatures if each.transition != signature.transition]
    noted = replace(snapshot, case=case, signatures=(*others, *standing))
    return Step(noted, signature=signature, signer=act.actor, change=Change(data=entered))


def settle(snapshot: Snapshot, at: datetime, today: date) -> Step:
    """The automatic transitions that are possible without anybody's act, for instance because a day has come."""
    act = Act(Transition(id="-", trigger="settle", title="", sources=(), to="same", by={}), SYSTEM_ACTOR, {}, at, today)
    return _follow(Step(snapshot), act)


def options(snapshot: Snapshot, actor: Actor, at: datetime, today: date) -> list[Option]:
    """Every act of persons that leaves the present state: may this actor do it, and if not, why."""
    found = []
    for transition in snapshot.definition.leaving(snapshot.case.state):
        if not is_open_to_persons(snapshot, transition):
            continue
        act = Act(transition, actor, {}, at, today)
        try:
            check_right(snapshot, act)
            if transition.sign:
                check_slot(snapshot, act)
        except (NotAllowed, Refused) as refused:
            mine = isinstance(refused, Refused)
            found.append(Option(transition, False, mine, str(refused.facts["reason"])))
            continue
        reason = _standing_refusal(snapshot, act)
        found.append(Option(transition, reason is None, True, reason or ""))
    return found


def _standing_refusal(snapshot: Snapshot, act: Act) -> str | None:
    """A refusal that filling in the act's own form could not lift."""
    if snapshot.definition.asked(act.transition):
        return None
    result = fire(snapshot.definition, act.transition.trigger, _situation(snapshot, act))
    return result.reason if isinstance(result, Refusal) else None


def _situation(snapshot: Snapshot, act: Act) -> Situation:
    return Situation(snapshot, act, {**snapshot.case.data, **act.values})


def check_right(snapshot: Snapshot, act: Act) -> None:
    """Raise NotAllowed when the actor does not hold a role that may fire the transition, whatever the guards say."""
    transition = act.transition
    if act.actor.is_system:
        if act.by_child or transition.auto or transition.after or holds_any(snapshot, act.actor, transition):
            return
        raise NotAllowed(action=transition.title, reason="这一步须由人办理")
    if not is_open_to_persons(snapshot, transition) or not holds_any(snapshot, act.actor, transition):
        raise NotAllowed(action=transition.title, reason=why_not(snapshot, act.actor, transition))


def is_open_to_persons(snapshot: Snapshot, transition: Transition) -> bool:
    """Whether persons may fire it. What a child's end fires they may only when that end came but a guard said no."""
    if transition.after is None:
        return not transition.is_system
    child = snapshot.last_child(transition.after.child)
    return child is not None and child.state in transition.after.states


def holds_any(snapshot: Snapshot, actor: Actor, transition: Transition) -> bool:
    """Whether the actor holds one of the roles that may fire the transition."""
    return any(holds(snapshot, actor, role) for role in (*roles_of(snapshot, transition), *transition.sign))


def _entered(act: Act) -> dict[str, object]:
    confidential = {each.name for each in act.transition.ask if not isinstance(each, str) and each.confidential}
    return {name: value for name, value in act.values.items() if name != REASON and name not in confidential}


def _move(snapshot: Snapshot, act: Act, target: str) -> Step:
    """Apply the act: data entered, effects, the new state and round."""
    situation = _situation(snapshot, act)
    change = Change(data=_entered(act))
    for name in act.transition.effects:
        change = _merge(change, EFFECTS[name](replace(situation, data={**snapshot.case.data, **change.data})))
    case = snapshot.case
    moved = replace(
        case,
        state=target,
        round=case.round + 1 if target != case.state else case.round,
        data={**case.data, **change.data},
        bodies={**case.bodies, **change.bodies},
    )
    past = PastAct(act.transition.id, act.transition.trigger, act.actor.person_id, act.today, target, case.round,
                   str(act.values.get(REASON, "")))  # fmt: skip
    signatures = snapshot.signatures if target == case.state else ()
    after = replace(snapshot, case=moved, history=(*snapshot.history, past), signatures=signatures)
    if target != case.state:
        due = limit(after, act.today)  # automatic moves that follow look at the new state's moment, not the old one's
        after = replace(after, case=replace(moved, due_at=due.at if due else None))
    move = Move(act.transition, case.state, target, act.actor, act.values, case.round)
    return Step(after, (move,), change=change, children=_children(after, act, target if target != case.state else None))


def _merge(first: Change, second: Change) -> Change:
    return Change(
        data={**first.data, **second.data},
        bodies={**first.bodies, **second.bodies},
        roster=second.roster if second.roster is not None else first.roster,
        rewrite_ballots=first.rewrite_ballots or second.rewrite_ballots,
    )


def _children(snapshot: Snapshot, act: Act, entered: str | None) -> tuple[str, ...]:
    return tuple(
        name
        for name, child in snapshot.definition.children.items()
        if (act.transition.id in child.opens_after or entered in child.opens_in)
        and holds_true(snapshot, act, child.when)
        and not _is_running(snapshot, name, child)
    )


def _is_running(snapshot: Snapshot, name: str, child: Child) -> bool:
    last = snapshot.last_child(name)
    return last is not None and not last.final and bool(child.opens_in)


def holds_true(snapshot: Snapshot, act: Act, guard: str | None) -> bool:
    """Whether a `when:` guard lets a child be opened or a paper be made."""
    return guard is None or GUARDS[guard](_situation(snapshot, act)) is None


def _follow(step: Step, act: Act) -> Step:
    """Fire automatic transitions until none is possible."""
    for _ in range(MOST_AUTOMATIC):
        following = _automatic(step.snapshot, act)
        if following is None:
            return step
        step = replace(
            step,
            snapshot=following.snapshot,
            moves=(*step.moves, *following.moves),
            change=_merge(step.change, following.change),
            children=tuple(dict.fromkeys((*step.children, *following.children))),
        )
    raise RuntimeError(f"{step.snapshot.definition.stage}: automatic transitions do not come to rest")


def _automatic(snapshot: Snapshot, act: Act) -> Step | None:
    for transition in snapshot.definition.leaving(snapshot.case.state):
        if transition.auto:
            automatic = replace(act, transition=transition, actor=SYSTEM_ACTOR, values={}, by_child=False)
            target = fire(snapshot.definition, transition.trigger, _situation(snapshot, automatic))
            if isinstance(target, str):
                return _move(snapshot, automatic, target)
    return None
