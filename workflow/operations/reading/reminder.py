"""The next reminder of a case, in words: from what the page has read anyway."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from workflow.engine.ladder import AUDIENCES, ladder
from workflow.operations.loading import Loaded


def next_reminder(loaded: Loaded) -> str:
    """3月14日提醒办理人; empty when nobody will be told any more. No statement."""
    row = loaded.row
    if row.due_at is None or loaded.is_at_rest or row.closed_at is not None:
        return ""
    ahead = next((each for each in ladder(loaded.snapshot, row.due_at) if each.at > loaded.at), None)
    if ahead is None:
        return ""
    day = ahead.at.astimezone(ZoneInfo(loaded.snapshot.zone))
    return f"{day.month}月{day.day}日{'提醒' if ahead.is_before else '告知'}{AUDIENCES[ahead.audience]}"
