"""Conditions of filing (X3; R82, domain.md §4.10)."""

from __future__ import annotations

from workflow.engine.registry import guard
from workflow.engine.snapshot import Situation
from workflow.engine.values import flag, texts


@guard
def filing_set_is_complete(situation: Situation) -> str | None:
    """A filing is the report, the text itself and an explanation (domain.md §3.1)."""
    return None if flag(situation.data, "complete") else "备案报告、正式文本、说明不齐全的，请退回补正"


@guard
def corrections_are_answered(situation: Situation) -> str | None:
    """Every point asked for is answered (F08)."""
    asked, answered = texts(situation.data, "corrections"), texts(situation.data, "answers")
    if len(answered) >= len(asked):
        return None
    return f"补正意见共{len(asked)}条，已答复{len(answered)}条，请逐条说明补正情况"
