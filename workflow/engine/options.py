"""What one person may do now, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from workflow.definition.model import Tone, Transition
from workflow.engine.actor import Actor
from workflow.engine.machine import Refusal, refusal
from workflow.engine.moving import as_principal, holds_true, situation_of
from workflow.engine.registry import GUARDS, RECUSALS
from workflow.engine.signing import check_slot
from workflow.engine.snapshot import Act, Snapshot
from workflow.engine.step import check_right, is_open_to_persons
from workflow.engine.turns import check_turn
from workflow.errors import NotAllowed, Refused


@dataclass(frozen=True)
class Option:
    """An act that leaves the present state, as it looks to one person."""

    transition: Transition
    allowed: bool
    mine: bool  #: the person holds the role, whatever the guards say
    refusal: str = ""
    principal: str = ""  #: name of the person in whose stead it is done
    guard: str = ""  #: which one refuses


def options(snapshot: Snapshot, actor: Actor, at: datetime, today: date) -> list[Option]:
    """Every act of persons that leaves the present state: may this actor do it, and if not, why."""
    leaving = snapshot.definition.leaving(snapshot.case.state)
    found = (option(snapshot, Act(each, actor, {}, at, today)) for each in leaving)
    return [each for each in found if each is not None]


def option(snapshot: Snapshot, act: Act) -> Option | None:
    """One of them; None where the case has no such act of persons."""
    transition = act.transition
    if not is_open_to_persons(snapshot, transition) or not holds_true(snapshot, act, transition.when):
        return None
    try:
        check_right(snapshot, act)
        if transition.sign:
            check_slot(snapshot, act)
        check_turn(snapshot, act)
    except (NotAllowed, Refused) as refused:
        return Option(transition, False, isinstance(refused, Refused), str(refused.facts["reason"]))
    stands = _recusal(snapshot, act) or _standing_refusal(snapshot, act)
    reason, guard = (stands.reason, stands.guard) if stands else ("", "")
    return Option(transition, stands is None, True, reason, guard=guard)


def recused(snapshot: Snapshot, at: datetime, today: date) -> int | None:
    """The person whom the case is about, where every step forward is barred to them."""
    person = snapshot.case.person
    ahead = [
        Act(each, Actor(person.id, ""), {}, at, today)
        for each in snapshot.definition.leaving(snapshot.case.state)
        if person is not None and each.tone is Tone.FORWARD and is_open_to_persons(snapshot, each)
    ]
    return person.id if person is not None and ahead and all(_recusal(snapshot, each) for each in ahead) else None


def _recusal(snapshot: Snapshot, act: Act) -> Refusal | None:
    """Whether the person, or the principal, is barred from the case: known before any form is filled in."""
    barring = [each for each in act.transition.guards if each in RECUSALS]
    for each in (act, *as_principal(act)) if barring else ():
        situation = situation_of(snapshot, each)
        for name in barring:
            if (reason := GUARDS[name](situation)) is not None:
                return Refusal(name, reason)
    return None


def _standing_refusal(snapshot: Snapshot, act: Act) -> Refusal | None:
    """A refusal that filling in the act's own form could not lift."""
    if snapshot.definition.asked(act.transition):
        return None
    return refusal(situation_of(snapshot, act))
