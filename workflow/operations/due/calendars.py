"""The working calendar of an installation: the years of its definitions, and over them those it has imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.orm import Session

from workflow.engine.calendar import Calendar, calendar_from_tables
from workflow.operations.installation import Installation
from workflow.store.calendars import CalendarYear
from workflow.store.fetching import Entities
from workflow.store.standing import revision

IMPORTED = Entities(CalendarYear, order=CalendarYear.id)
Table = Mapping[str, object]
Tables = Mapping[int, Table]


def keep_up(session: Session, installation: Installation, number: int) -> None:
    """Read the imported years when the revision says that something has changed since they were read."""
    days = installation.days
    if days.revision != number:
        days.calendar = calendar_of(installation, tables_in_force(session, installation))
        days.revision = number


def present_calendar(session: Session, installation: Installation) -> Calendar:
    """The calendar as it stands now, for whoever does not know the revision."""
    number = revision(session)
    if number is not None:
        keep_up(session, installation, number)
    return installation.calendar


def calendar_of(installation: Installation, tables: Tables) -> Calendar:
    """A calendar of these years. Raises CalendarError for a year that contradicts itself."""
    return calendar_from_tables(tables, unsettled_days=installation.calendar.unsettled_days)


def tables_in_force(session: Session, installation: Installation) -> dict[int, Table]:
    """The years as they count now: of the definitions, or imported since."""
    return _layered(installation.definitions.calendar, _imported(session))


def known_calendars(session: Session, installation: Installation) -> Iterator[Calendar]:
    """Every calendar that this installation may have counted by, the newest first.

    After each import another one was in force; and earlier releases ended with an earlier year.
    """
    imported, released = _imported(session), dict(sorted(installation.definitions.calendar.items()))
    while True:
        for length in range(len(imported), -1, -1):
            yield calendar_of(installation, _layered(released, imported[:length]))
        if not released:
            return
        released.popitem()


def table_of(row: CalendarYear) -> Table:
    """An imported year as plain values, as the definitions have theirs."""
    names = ("year", "status", "source", "holidays", "make_up_days")
    return {name: getattr(row, name) for name in names}


def _imported(session: Session) -> list[CalendarYear]:
    return IMPORTED.seen(session)


def _layered(released: Tables, imported: Iterable[CalendarYear]) -> dict[int, Table]:
    return {**released, **{row.year: table_of(row) for row in imported}}
