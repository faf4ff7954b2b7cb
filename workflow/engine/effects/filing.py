"""Effects of filing (X3; domain.md §4.10)."""

from __future__ import annotations

from workflow.engine.deadlines import lasting
from workflow.engine.registry import effect
from workflow.engine.routing import OPINION
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import text


@effect
def set_filing_limit(situation: Situation) -> Change:
    """By when an 实施意见 or an 实施方案 is to be filed (R82)."""
    limit = "plan.opinion.filing_limit" if text(situation.data, "plan_kind") == OPINION else "plan.scheme.filing_limit"
    return Change(data={"file_by": lasting(situation.snapshot, limit, situation.act.today).date.isoformat()})
