"""How a case stands, in one word with its kind, and how long it has stood there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from workflow import clock
from workflow.engine.calendar import Calendar

SOON = 3  #: working days before the due day from which a case counts as due soon
DISPUTED = frozenset({"under_objection", "objection_check", "disputed", "appealed", "checking"})  #: 异议, 复核, 申诉


@dataclass(frozen=True)
class Standing:
    """The status of a case or a group of cases: kind for shape and colour, word for reading."""

    kind: str  #: idle, running, soon, late, disputed, done
    word: str
    days_left: int | None = None  #: working days to the due day, negative when it has passed


NOT_BEGUN = Standing("idle", "未开始")
DONE = Standing("done", "已办结")
SUSPENDED = Standing("idle", "已中止")
ENDED = Standing("done", "已终止")


def is_late(closed_at: datetime | None, due_at: datetime | None) -> bool:
    """Whether something still open should have been done by now."""
    return closed_at is None and due_at is not None and due_at <= clock.now()


def standing(
    calendar: Calendar, today: date, state: str, *, is_closed: bool, due_on: date | None, is_late: bool, title: str = ""
) -> Standing:
    """The status of one case; a closed one is named by its final state."""
    if is_closed:
        return Standing("done", title or DONE.word)
    if state in DISPUTED:
        return Standing("disputed", title or "有异议")
    left = calendar.working_days_between(today, due_on) if due_on else None
    if is_late or (left is not None and due_on is not None and due_on < today):
        return Standing("late", f"逾期{abs(left)}个工作日" if left else "逾期", left)
    if left is not None and left <= SOON:
        return Standing("soon", "今天到期" if due_on == today else f"还剩{left}个工作日", left)
    return Standing("running", title or "办理中", left)
