"""Conditions of experience and bulletins (X7; R58, domain.md §4.14)."""

from __future__ import annotations

from workflow.engine.registry import guard
from workflow.engine.snapshot import Situation
from workflow.engine.values import day


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
    """Who edits does not sign (domain.md §2.4)."""
    if situation.act.actor.person_id in situation.snapshot.actors_of("B03"):
        return "编辑人不能签发自己编辑的简报，请由办公室其他负责人签发，或改由他人送签"
    return None
