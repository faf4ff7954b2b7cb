"""Conditions of a public notice (X4; R49, domain.md §4.11)."""

from __future__ import annotations

from workflow.engine.registry import guard
from workflow.engine.snapshot import Situation
from workflow.engine.values import day, text, texts

ANONYMOUS = "anonymous"
WITH_CLUES = "with_clues"


@guard
def objection_is_in_period(situation: Situation) -> str | None:
    """Objections are received inside the period (N02)."""
    ends = day(situation.data, "notice_to")
    if ends is None or situation.act.today <= ends:
        return None
    return f"公示期已于{ends.isoformat()}届满；此后的反映请按信访举报办理"


@guard
def objection_can_be_checked(situation: Situation) -> str | None:
    """A named objection is checked; an anonymous one only with concrete clues (domain.md §4.11)."""
    values = situation.act.values
    if text(values, "objection_kind") != ANONYMOUS:
        return None if text(values, "objector") else "署名异议请登记异议人（仅受理和核查人员可见）"
    needs_clues = situation.snapshot.parameter("notice.anonymous_objection") == WITH_CLUES
    return "匿名反映没有具体线索的，不予受理；有线索的请填写" if needs_clues and not texts(values, "clues") else None


@guard
def notice_period_is_over(situation: Situation) -> str | None:
    """The whole last day has passed, up to the close of business (N05)."""
    ends = day(situation.data, "notice_to")
    if ends is None:
        return "公示还没有开始"
    due = situation.case.due_at
    over = situation.act.at >= due if due is not None else situation.act.today > ends
    return None if over else f"公示期到{ends.isoformat()}届满"
