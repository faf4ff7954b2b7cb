"""Move on what was due while a case was suspended (approvals.md: timers freeze and resume; domain.md §8)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.calendar import Calendar, due_at
from workflow.engine.recounting import CALENDAR_VERSION, COUNTED_FIELDS
from workflow.operations.due.calendars import present_calendar
from workflow.operations.due.rescheduling import by_version, reschedule
from workflow.operations.due.timers import SETTLE
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.tasks import open_tasks
from workflow.store.cases import Case, Deadline
from workflow.store.fetching import get_one
from workflow.store.organization import Organization

ONE_DAY = timedelta(days=1)


def prolong(session: Session, installation: Installation, row: Case, at: datetime) -> int:
    """Move what lay ahead of a locked, suspended case when it was suspended; answers by how many working days.

    What was overdue before stays overdue, and nothing becomes earlier, whatever the clock has done meanwhile.
    """
    since = row.suspended_at
    assert since is not None  # noqa: S101 - the caller looked
    calendar = present_calendar(session, installation)
    reschedule(session, load(session, installation, row.id), calendar, by_version(session, installation))
    zone = get_one(session, Organization, row.organization_id).timezone
    days = working_days_lost(calendar, since, at, installation.settings.business_day_end, zone)
    if days > 0:
        _Prolonging(session, row, calendar, ZoneInfo(zone), since, days).apply()
    return max(days, 0)


def working_days_lost(calendar: Calendar, since: datetime, at: datetime, day_ends: time, zone: str) -> int:
    """The working days that came during a pause, or as many as ended during it, where that is more."""
    first, last = (each.astimezone(ZoneInfo(zone)).date() for each in (since, at))
    come = calendar.working_days_between(first, last)
    if since > due_at(first, day_ends, zone):
        first += ONE_DAY
    if at < due_at(last, day_ends, zone):
        last -= ONE_DAY
    ended = calendar.working_days_between(first, last, count_first_day=True) if first <= last else 0
    return max(come, ended)


class _Prolonging:
    """One case, and by how much it is moved."""

    def __init__(
        self, session: Session, row: Case, calendar: Calendar, zone: ZoneInfo, since: datetime, days: int
    ) -> None:
        self._session, self._row, self._calendar = session, row, calendar
        self._zone, self._since, self._days = zone, since, days

    def apply(self) -> None:
        """Move the timers, the case with its tasks, and the dates that papers name."""
        waiting = select(Deadline).where(
            Deadline.case_id == self._row.id, Deadline.fired_at.is_(None), Deadline.trigger != SETTLE
        )
        for timer in self._session.scalars(waiting):
            timer.due_at, unsure = self._later(timer.due_at)
            timer.is_provisional, timer.calendar_version = timer.is_provisional or unsure, self._calendar.version
        for task in open_tasks(self._session, self._row.id):
            task.due_at = self._later(task.due_at)[0] if task.due_at else None
        self._row.due_at = self._later(self._row.due_at)[0] if self._row.due_at else None
        self._row.calendar_version = self._calendar.version
        self._dates()

    def _later(self, moment: datetime) -> tuple[datetime, bool]:
        local = moment.astimezone(self._zone)
        if moment <= self._since:
            return moment, False
        due = self._calendar.add_working_days(local.date(), self._days)
        return datetime.combine(due.date, local.time(), self._zone), due.provisional

    def _dates(self) -> None:
        data, today = self._row.data, self._since.astimezone(self._zone).date().isoformat()
        if not data.get(CALENDAR_VERSION):
            return
        moved: dict[str, object] = {}
        for name, flag in COUNTED_FIELDS.items():
            if isinstance(data.get(name), str) and data[name] >= today:
                due = self._calendar.add_working_days(date.fromisoformat(data[name]), self._days)
                moved |= {name: due.date.isoformat(), flag: due.provisional, CALENDAR_VERSION: due.calendar_version}
        if moved:
            self._row.data = {**data, **moved}
