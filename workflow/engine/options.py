"""What one person may do now, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from workflow.definition.model import Transition
from workflow.engine.actor import Actor
from workflow.engine.machine import Refusal, fire
from workflow.engine.moving import situation_of
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
            check_turn(snapshot, act)
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
    result = fire(snapshot.definition, act.transition.trigger, situation_of(snapshot, act))
    return result.reason if isinstance(result, Refusal) else None
