"""Effects of rectification (M7): deadlines on the working calendar, the ledger, the ladder (domain.md §3.7, §8)."""

from __future__ import annotations

from datetime import date

from workflow.engine.registry import effect
from workflow.engine.snapshot import Change, Situation
from workflow.engine.values import Row, count, day, rows, text, texts

OPEN = "open"


def _deadline(situation: Situation, days: int, start: date) -> dict[str, object]:
    """The deadline with the calendar it was computed on, as the notice prints it."""
    due = situation.snapshot.calendar.add_working_days(start, days)
    return {
        "deadline_on": due.date.isoformat(),
        "deadline_days": days,
        "deadline_provisional": due.provisional,
        "calendar_version": due.calendar_version,
    }


@effect
def take_over_cause(situation: Situation) -> Change:
    """A case opened by another one brings its cause as a single code."""
    cause = text(situation.data, "cause")
    return Change(data={"causes": [cause]}) if cause and not texts(situation.data, "causes") else Change()


@effect
def propose_limit(situation: Situation) -> Change:
    """The notice starts from the usual limit of the campaign (rect.period_default)."""
    return Change(data={"limit_days": situation.snapshot.integer("rect.period_default")})


@effect
def set_deadline(situation: Situation) -> Change:
    """The limit runs from the day after issue; delivery proof makes it run whether acknowledged or not (Z05, Z07)."""
    return Change(data=_deadline(situation, count(situation.data, "limit_days"), situation.act.today))


@effect
def set_rework_deadline(situation: Situation) -> Change:
    """A new and last limit after failed acceptance, interview, circular or relapse (Z23, Z29, Z31, Z35)."""
    return Change(data=_deadline(situation, count(situation.data, "rework_days"), situation.act.today))


@effect
def list_problems(situation: Situation) -> Change:
    """Start the ledger with the problems of the notice, so that nobody types them again."""
    known = {text(row, "problem"): dict(row) for row in rows(situation.data, "items")}
    fresh = [known.get(each, _item(each)) for each in texts(situation.data, "problems")]
    return Change(data={"items": fresh})


def _item(problem: str) -> dict[str, object]:
    return {"problem": problem, "measure": None, "owner": None, "due_on": None, "state": OPEN, "evidence": None}


@effect
def propose_new_deadline(situation: Situation) -> Change:
    """Show to which day an extension would move the deadline (Z16)."""
    deadline = day(situation.data, "deadline_on") or situation.act.today
    asked = count(situation.data, "extension_days")
    due = situation.snapshot.calendar.add_working_days(deadline, asked)
    return Change(data={"new_due_on": due.date.isoformat(), "extension_decision": None})


@effect
def extend_deadline(situation: Situation) -> Change:
    """The granted days are added to the deadline that stood (Z17)."""
    start = day(situation.data, "deadline_on") or situation.act.today
    asked = count(situation.data, "extension_days")
    total = count(situation.data, "deadline_days") + asked
    moved = {**_deadline(situation, asked, start), "deadline_days": total}
    return Change(data={**moved, "extension_decision": "granted"})


@effect
def refuse_extension(situation: Situation) -> Change:
    """The original deadline stands (Z18)."""
    return Change(data={"new_due_on": situation.data.get("deadline_on"), "extension_decision": "refused"})


@effect
def list_verification(situation: Situation) -> Change:
    """Acceptance starts from the ledger: one row a problem (Z21)."""
    found: list[Row] = [
        {"problem": text(row, "problem"), "result": "passed", "note": None} for row in rows(situation.data, "items")
    ]
    return Change(data={"verification": found})


@effect
def record_acceptance(situation: Situation) -> Change:
    """Carry the verdicts into the ledger; what failed is open again (Z22, Z23)."""
    verdicts = {text(row, "problem"): row for row in rows(situation.data, "verification")}
    items = [_with_verdict(row, verdicts.get(text(row, "problem"), {})) for row in rows(situation.data, "items")]
    failed = any(text(row, "result") == "failed" for row in verdicts.values())
    return Change(data={"items": items, "conclusion": "不合格" if failed else "合格"})


def _with_verdict(item: Row, verdict: Row) -> dict[str, object]:
    return {**item, "state": OPEN} if text(verdict, "result") == "failed" else dict(item)


@effect
def count_overdue(situation: Situation) -> Change:
    """Count how often a deadline was missed; the second time goes straight to a circular (Z26, Z30)."""
    return Change(data={"overdue_count": count(situation.data, "overdue_count") + 1})


@effect
def reopen_ledger(situation: Situation) -> Change:
    """A relapse opens every item again (Z35)."""
    return Change(data={"items": [{**row, "state": OPEN} for row in rows(situation.data, "items")]})
