"""Invariant 9: what is due falls on a working day, and comes no earlier after a pause, nor once somebody was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage
from workflow.engine.deadlines import FIELD
from workflow.operations.due.rescheduling import by_version
from workflow.operations.due.timers import SETTLE
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.world import World
from workflow.store.cases import Case, Deadline
from workflow.store.ladders import Ladder

CHANGES = frozenset({"opened", "moved", "signed", "relocated", "taken_back", "migrated"})  #: facts that may set limits


@dataclass
class Limits:
    """When each case was due at the last look, and in which round."""

    known: dict[int, tuple[int, datetime | None]] = field(default_factory=dict)

    def check(
        self, session: Session, world: World, row: Case, stage: Stage, timers: Sequence[Deadline],
        facts: Collection[str],
    ) -> None:  # fmt: skip
        """Of an open case, and what its journal has told since the last look."""
        _check_days(session, world, row, stage, timers)
        before = self.known.get(row.id)
        self.known[row.id] = row.round, row.due_at
        if before is None or before[0] != row.round or not CHANGES.isdisjoint(facts):
            return
        if before[1] is None or (row.due_at is not None and row.due_at >= before[1]):
            return
        if "resumed" in facts or _is_told(session, row, before[1]):
            raise Violation("what is due comes no earlier", f"{row.number}: {before[1]} has become {row.due_at}")


def _check_days(session: Session, world: World, row: Case, stage: Stage, timers: Sequence[Deadline]) -> None:
    """What was counted and lies ahead is a working day of the calendar by which it was counted.

    Entered dates are free. What has passed was looked at before; a calendar that comes later leaves it as it was.
    """
    calendars, zone = by_version(session, world.installation), world.installation.settings.zone
    state = stage.states[row.state]
    entered = {state.on_due: state.due, state.on_remind: state.due, state.on_also_due: state.also_due}
    counted = [(each.due_at, each.calendar_version, each.trigger) for each in timers if each.trigger != SETTLE]
    if row.due_at is not None and row.calendar_version and not (state.due or "").startswith(FIELD):
        counted.append((row.due_at, row.calendar_version, "due"))
    for moment, version, trigger in counted:
        calendar, day = calendars(version), moment.astimezone(zone).date()
        free = (entered.get(trigger) or "").startswith(FIELD)
        if moment <= world.now or calendar is None or free:
            continue
        if not calendar.is_working_day(day):
            raise Violation("what is due falls on a working day", f"{row.number} in {row.state}: {trigger} on {day}")


def _is_told(session: Session, row: Case, due: datetime) -> bool:
    told = select(Ladder.told).where(Ladder.case_id == row.id, Ladder.round == row.round, Ladder.due_at == due)
    return bool(session.scalar(told))
