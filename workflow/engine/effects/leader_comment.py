"""Effects of the leader-comment stage (M3)."""

from __future__ import annotations

from workflow.engine.guards.leader_comment import PARTS
from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import day, digest, rows, text


@effect
def note_missing_report(_situation: Situation) -> Change:
    """The comment was written without the report that was due (C06)."""
    return Change(data={"report_missing": True})


@effect
def freeze_comment(situation: Situation) -> Change:
    """Keep the hash of the three parts as delivered (C07)."""
    return Change(data={"text_hash": digest(situation.data, PARTS), "delivered_on": situation.act.today.isoformat()})


@effect
def keep_old_comment(situation: Situation) -> Change:
    """A corrected comment does not hide what was delivered before (C08, C11)."""
    old = {name: text(situation.data, name) for name in PARTS} | {"until": situation.act.today.isoformat()}
    return Change(data={"former_comments": [*map(dict, rows(situation.data, "former_comments")), old]})


@effect
def flag_deemed(_situation: Situation) -> Change:
    """The target let the window pass (C13)."""
    return Change(data={"deemed_acknowledged": True})


@effect
def list_follow_up(situation: Situation) -> Change:
    """One line to answer for each action; the last date is the limit (C15)."""
    actions = rows(situation.data, "actions")
    latest = max((due for row in actions if (due := day(row, "due_on"))), default=None)
    lines = [{"text": text(row, "text"), "result": ""} for row in actions]
    return Change(data={"follow_up": lines} | ({"improve_by": latest.isoformat()} if latest else {}))


@effect
def state_facts(situation: Situation) -> Change:
    """What the rectification notice starts from: the problems named and why it came to this (C20)."""
    return Change(data={"facts": f"{text(situation.data, 'problems')}\n{text(situation.act.values, 'reason')}".strip()})
