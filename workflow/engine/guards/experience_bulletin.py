"""Conditions of experience and bulletins (X7; R58, domain.md §4.14)."""

from __future__ import annotations

from workflow.engine.registry import guard
from workflow.engine.snapshot import Situation
from workflow.engine.values import day

EDITED = "B03"


@guard
def draft_is_not_signed_off(situation: Situation) -> str | None:
    """A contribution is signed off once (B08)."""
    return "稿件已经签发" if day(situation.data, "signed_off_on") else None


@guard
def draft_is_signed_off(situation: Situation) -> str | None:
    """The contributing body's leader has signed off the draft (B01)."""
    return None if day(situation.data, "signed_off_on") else "稿件还没有经投稿单位书记签发"


@guard
def editor_does_not_sign(situation: Situation) -> str | None:
    """Who edited what is signed now does not sign it (domain.md §2.4); edited again by somebody else, it is theirs."""
    edited = (act.person_id for act in reversed(situation.snapshot.history) if act.transition == EDITED)
    if situation.act.actor.person_id == next(edited, None):
        return "编辑人不能签发自己编辑的简报，请由办公室其他负责人签发，或改由他人送签"
    return None
