"""What an act does: pure. The answer is written by operations in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import workflow.engine.effects
import workflow.engine.guards  # noqa: F401 - importing them is what fills the registries
from workflow.definition.model import Transition
from workflow.engine import signing
from workflow.engine.actor import Actor
from workflow.engine.joint import together
from workflow.engine.machine import Refusal, fire, refused
from workflow.engine.moving import Step, as_principal, entered_by, follow, move_on, situation_of
from workflow.engine.rights import holds, roles_of, why_not
from workflow.engine.signing import sign
from workflow.engine.snapshot import Act, Change, Snapshot
from workflow.engine.turns import is_asked
from workflow.errors import NotAllowed


def perform(snapshot: Snapshot, act: Act) -> Step:
    """Do the act, then every automatic transition that it makes possible.

    Raises NotAllowed when the actor does not hold the role, Refused (guard, reason) when a guard says no.
    """
    check_right(snapshot, act)
    refusal_or_state = try_out(snapshot, act)
    if isinstance(refusal_or_state, Refusal):
        raise refused(act.transition, refusal_or_state)
    if act.actor.is_system:
        return move_on(snapshot, act, refusal_or_state)
    if not act.transition.sign:
        return together(snapshot, act) or move_on(snapshot, act, refusal_or_state)
    signature = sign(snapshot, act)
    standing = signing.standing(snapshot, signature)
    if len(standing) == len(act.transition.sign):
        return replace(move_on(snapshot, act, refusal_or_state), signature=signature, signer=act.actor)
    entered = entered_by(act)
    case = replace(snapshot.case, data={**snapshot.case.data, **entered})
    others = [each for each in snapshot.signatures if each.transition != signature.transition]
    noted = replace(snapshot, case=case, signatures=(*others, *standing))
    return Step(noted, signature=signature, signer=act.actor, change=Change(data=entered))


def try_out(snapshot: Snapshot, act: Act) -> str | Refusal:
    """The state reached, or who refuses. What bars the principal bars the substitute as well (回避)."""
    target = fire(situation_of(snapshot, act))
    for each in () if isinstance(target, Refusal) else as_principal(act):
        target = fire(situation_of(snapshot, each))
    return target


def settle(snapshot: Snapshot, at: datetime, today: date) -> Step:
    """The automatic transitions that are possible without anybody's act, for instance because a day has come."""
    return follow(Step(snapshot), at, today)


def check_right(snapshot: Snapshot, act: Act) -> None:
    """Raise NotAllowed when the actor does not hold a role that may fire the transition, whatever the guards say."""
    transition = act.transition
    if act.actor.is_system:
        if act.by_child or transition.auto or transition.after or holds_any(snapshot, act.actor, transition):
            return
        raise NotAllowed(action=transition.title, reason="这一步须由人办理")
    if not is_open_to_persons(snapshot, transition) or not may_fire(snapshot, act.actor, transition):
        raise NotAllowed(action=transition.title, reason=why_not(snapshot, act.actor, transition))


def is_open_to_persons(snapshot: Snapshot, transition: Transition) -> bool:
    """Whether persons may fire it. What a child's end fires they may only when that end came but a guard said no."""
    if transition.after is None:
        return not transition.is_system
    child = snapshot.last_child(transition.after.child)
    return child is not None and child.state in transition.after.states


def may_fire(snapshot: Snapshot, actor: Actor, transition: Transition) -> bool:
    """Whether the actor holds a role that may fire the transition, or was asked in the place of those who do."""
    return holds_any(snapshot, actor, transition) or is_asked(snapshot, actor, transition)


def holds_any(snapshot: Snapshot, actor: Actor, transition: Transition) -> bool:
    """Whether the actor holds one of the roles that may fire the transition."""
    return any(holds(snapshot, actor, role) for role in (*roles_of(snapshot, transition), *transition.sign))
