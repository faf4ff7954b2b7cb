"""Effects that several stages share."""

from __future__ import annotations

from workflow.engine.recusal import subject_side
from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import count, digest, text, texts

REASON = "reason"


@effect
def mark_late(situation: Situation) -> Change:
    """Record in which states the case was late, and how often it was urged (domain.md §4, overdue is a flag)."""
    late = {*texts(situation.data, "late_states"), situation.case.state}
    return Change(data={"late_states": sorted(late), "urged": count(situation.data, "urged") + 1})


@effect
def name_concerned(situation: Situation) -> Change:
    """Who has to withdraw from a meeting on the case: its subject, or the subject's leaders (domain.md §2.4, §5)."""
    return Change(data={"concerned": sorted(subject_side(situation.snapshot))})


@effect
def list_remarks(situation: Situation) -> Change:
    """What has to be answered when the text comes back: the remarks entered, else the reason."""
    entered = texts(situation.act.values, "remarks") or (text(situation.act.values, REASON),)
    return Change(data={"remarks": [each for each in entered if each], "answers": []})


@effect
def next_version(situation: Situation) -> Change:
    """A returned text starts its next version."""
    return Change(data={"version": count(situation.data, "version") + 1})


@effect
def freeze_text(situation: Situation) -> Change:
    """Keep the hash of the text as it stands, by which a later change is seen."""
    return Change(data={"text_hash": digest(situation.data, situation.snapshot.definition.opening)})
