"""Count due moments on by another calendar: only what lies ahead, each once, each in the journal (domain.md §8)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, Engine, func, select, union
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.calendar import Calendar, Due
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.recounting import CALENDAR_VERSION, COUNTED_FIELDS, Kind, Recount, kind_of
from workflow.operations import journal
from workflow.operations.due.calendars import known_calendars, present_calendar
from workflow.operations.due.timers import SETTLE
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.tasks import open_tasks
from workflow.store.cases import Case, Deadline
from workflow.store.ladders import Ladder
from workflow.store.session import reading, writing

RESCHEDULE = "reschedule"  #: kind of the job
BATCH = 100  #: cases a transaction: nobody waits long for the one writer of SQLite

log = logging.getLogger(__name__)
Known = Callable[[str | None], Calendar | None]


class Moved(NamedTuple):
    """A due day that another calendar moves."""

    what: str  #: "due" of the state, or the field that names the day
    old: date
    new: date


@dataclass(frozen=True)
class Prospect:
    """What another calendar would do to a case."""

    number: str
    title: str
    old: date
    new: date


def reschedule_all(engine: Engine, installation: Installation) -> int:
    """Bring every case to the calendar in force; answers how many were looked at.

    A case that is done names the new calendar and is not found again, so this may be cut short at any moment.
    """
    with reading(engine) as session:
        calendar, known = present_calendar(session, installation), by_version(session, installation)
    done = last = 0
    while True:
        with writing(engine) as session:
            ids = stale_cases(session, calendar, after=last, limit=BATCH)
            for each in ids:
                _try(session, installation, each, calendar, known)
        if not ids:
            return done
        done, last = done + len(ids), ids[-1]


def prospects(session: Session, installation: Installation, calendar: Calendar, limit: int) -> list[Prospect]:
    """The first cases whose due day a calendar would move; nothing is changed."""
    known, found, last = by_version(session, installation), list[Prospect](), 0
    while len(found) < limit and (ids := stale_cases(session, calendar, after=last, limit=BATCH)):
        for each in ids:
            loaded = load(session, installation, each)
            moved = _Recounting(session, loaded, calendar, known).plan()
            found += [Prospect(loaded.row.number, loaded.row.title, one.old, one.new) for one in moved[:1]]
        last = ids[-1]
    return found[:limit]


def reschedule(session: Session, loaded: Loaded, calendar: Calendar, known: Known) -> None:
    """Bring a locked case to a calendar."""
    if loaded.row.closed_at is None:
        _Recounting(session, loaded, calendar, known).apply()


def by_version(session: Session, installation: Installation) -> Known:
    """Finds the calendar that a version names, among all that this installation may have counted by."""
    calendars = known_calendars(session, installation)
    seen = installation.known.calendars

    def find(version: str | None) -> Calendar | None:
        while version is not None and version not in seen and (each := next(calendars, None)) is not None:
            seen[each.version] = each
        return seen.get(version or "")

    return find


def stale_cases(session: Session, calendar: Calendar, *, after: int, limit: int) -> list[int]:
    """Ids of open cases with something ahead that was counted by another calendar. One statement."""
    found = _stale(clock.now(), calendar.version).subquery()
    ids = select(found.c.id).where(found.c.id > after).order_by(found.c.id).limit(limit)
    return list(session.scalars(ids))


def _stale(now: datetime, version: str) -> CompoundSelect[int]:
    """A suspended case has ahead what was ahead when it was suspended."""
    since = func.coalesce(Case.suspended_at, now)
    due = select(Case.id).where(
        Case.closed_at.is_(None), Case.due_at > since, Case.calendar_version.is_distinct_from(version)
    )
    timers = select(Case.id).join(Deadline, Deadline.case_id == Case.id).where(
        Case.closed_at.is_(None), Deadline.fired_at.is_(None), Deadline.due_at > since,
        Deadline.calendar_version != version, Deadline.trigger != SETTLE,
    )  # fmt: skip
    return union(due, timers)


def _try(session: Session, installation: Installation, case_id: int, calendar: Calendar, known: Known) -> None:
    """One case; what is wrong with it is its own, and it is tried again at the next turn."""
    try:
        with session.begin_nested():
            reschedule(session, load(session, installation, case_id, lock=True), calendar, known)
    except Exception:
        log.exception("case %s could not be rescheduled", case_id)


class _Recounting:
    """One case, its due moments and what they become."""

    def __init__(self, session: Session, loaded: Loaded, calendar: Calendar, known: Known) -> None:
        self._session, self._loaded, self._row = session, loaded, loaded.row
        self._calendar, self._known = calendar, known
        self._zone = ZoneInfo(loaded.snapshot.zone)
        self._since = self._row.suspended_at or loaded.at
        ladder = session.get(Ladder, self._row.id)
        same = ladder is not None and (ladder.round, ladder.due_at) == (self._row.round, self._row.due_at)
        self._is_told = same and ladder is not None and ladder.told > 0

    def plan(self) -> list[Moved]:
        """The days that move."""
        found = {each: self._field(each) for each in self._fields()}
        if due := self._due():
            found["due"] = due
        return [Moved(what, old, new.date) for what, (_, new, old) in found.items() if old != new.date]

    def apply(self) -> None:
        """Move them, with everything that hangs on them."""
        moved, row, was = self.plan(), self._row, self._row.due_at
        for timer in self._timers():
            timer.due_at, due = self._at(timer.due_at, timer.calendar_version, self._kind_of_timer(timer.trigger))
            timer.is_provisional, timer.calendar_version = due.provisional, due.calendar_version
        fields = {name: self._field(name)[1] for name in self._fields()}
        if found := self._due():
            row.due_at = found[0]
            for task in open_tasks(self._session, row.id):
                task.due_at = row.due_at if task.due_at == was else task.due_at
        if fields:
            row.data = {**row.data, **_as_data(fields.items(), self._calendar.version)}
        row.calendar_version = self._calendar.version
        if moved:
            self._note(moved)

    def _note(self, moved: list[Moved]) -> None:
        words = "；".join(dict.fromkeys(f"{each.old.isoformat()}改为{each.new.isoformat()}" for each in moved))
        details = {
            "moved": [{"what": each.what, "from": each.old.isoformat(), "to": each.new.isoformat()} for each in moved],
            "calendar": self._calendar.version,
        }
        journal.append(self._session, self._row, "rescheduled", actor=SYSTEM_ACTOR, at=self._loaded.at,
                       reason=f"工作日历更新，期限由{words}", details=details)  # fmt: skip

    def _due(self) -> tuple[datetime | None, Due, date] | None:
        row = self._row
        if row.due_at is None or row.due_at <= self._since or row.calendar_version == self._calendar.version:
            return None
        state = self._loaded.snapshot.definition.states[row.state]
        at, due = self._at(row.due_at, row.calendar_version, kind_of(self._loaded.snapshot, state.due))
        return at, due, row.due_at.astimezone(self._zone).date()

    def _fields(self) -> list[str]:
        """Dates of the case that were counted by another calendar and lie ahead."""
        data, today = self._row.data, self._since.astimezone(self._zone).date().isoformat()
        if data.get(CALENDAR_VERSION) in (None, self._calendar.version):
            return []
        return [each for each in COUNTED_FIELDS if isinstance(data.get(each), str) and data[each] >= today]

    def _field(self, name: str) -> tuple[datetime | None, Due, date]:
        old = date.fromisoformat(self._row.data[name])
        return None, self._recount(self._row.data[CALENDAR_VERSION]).day(old, Kind.PRINTED, is_told=True), old

    def _timers(self) -> list[Deadline]:
        ahead = select(Deadline).where(
            Deadline.case_id == self._row.id, Deadline.fired_at.is_(None), Deadline.due_at > self._since,
            Deadline.calendar_version != self._calendar.version, Deadline.trigger != SETTLE,
        )  # fmt: skip
        return list(self._session.scalars(ahead))

    def _kind_of_timer(self, trigger: str) -> Kind:
        snapshot = self._loaded.snapshot
        state = snapshot.definition.states[self._row.state]
        return kind_of(snapshot, state.also_due if trigger == state.on_also_due else state.due)

    def _at(self, moment: datetime, version: str | None, kind: Kind) -> tuple[datetime, Due]:
        """The same time of day on the day that the new calendar makes of it."""
        local = moment.astimezone(self._zone)
        due = self._recount(version).day(local.date(), kind, is_told=self._is_told)
        return datetime.combine(due.date, local.time(), self._zone), due

    def _recount(self, version: str | None) -> Recount:
        return Recount(self._known(version), self._calendar, self._since.astimezone(self._zone).date())


def _as_data(fields: Iterable[tuple[str, Due]], version: str) -> dict[str, object]:
    """What the case's data say of these dates from now on."""
    said: dict[str, object] = {CALENDAR_VERSION: version}
    for name, due in fields:
        said |= {name: due.date.isoformat(), COUNTED_FIELDS[name]: due.provisional}
    return said
