"""Effects of the plan stage (M1)."""

from __future__ import annotations

from workflow.engine.guards.plan import DRAFTING
from workflow.engine.recusal import stand_ins
from workflow.engine.registry import effect
from workflow.engine.routing import OPINION
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import day, rows, text

FILE = "file"


@effect
def choose_mode(situation: Situation) -> Change:
    """An 实施意见 is filed; an 实施方案 takes the way of the campaign unless another was chosen (R38, R82)."""
    if text(situation.data, "mode"):
        return Change()
    of_campaign = text(situation.snapshot.parameters, "plan.scheme.mode")
    return Change(data={"mode": FILE if text(situation.data, "kind") == OPINION else of_campaign})


@effect
def name_reviewer(situation: Situation) -> Change:
    """Where the only reviewer has drafted the plan, another full member of the branch reviews it (P01)."""
    drafters = situation.snapshot.actors_of(*DRAFTING) | {situation.act.actor.person_id}
    return Change(data={"stand_in": stand_ins(situation.snapshot, ("own.reviewer", "own.assembly"), drafters)})


@effect
def open_ledger(situation: Situation) -> Change:
    """Start the ledger of measures, due when the last phase of the schedule ends (P17)."""
    ledger = [{"measure": text(row, "text"), "outcome": "open", "note": ""} for row in rows(situation.data, "measures")]
    ends = max((end for row in rows(situation.data, "schedule") if (end := day(row, "to_on"))), default=None)
    return Change(data={"outcomes": ledger} | ({"ends_on": ends.isoformat()} if ends else {}))
