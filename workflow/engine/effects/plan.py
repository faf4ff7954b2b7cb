"""Effects of the plan stage (M1)."""

from __future__ import annotations

from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import day, rows, text


@effect
def open_ledger(situation: Situation) -> Change:
    """Start the ledger of measures, due when the last phase of the schedule ends (P17)."""
    ledger = [{"measure": text(row, "text"), "outcome": "open", "note": ""} for row in rows(situation.data, "measures")]
    ends = max((end for row in rows(situation.data, "schedule") if (end := day(row, "to_on"))), default=None)
    return Change(data={"outcomes": ledger} | ({"ends_on": ends.isoformat()} if ends else {}))
