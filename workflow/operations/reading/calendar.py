"""The years of the working calendar as people look at them: which are known, from where, and their days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.engine.calendar import TableStatus, YearTable
from workflow.errors import NotAllowed, NotFound
from workflow.operations.due.calendar_years import YearChange, change_of, import_year
from workflow.operations.due.calendars import Table, present_calendar
from workflow.operations.due.rescheduling import Prospect, prospects
from workflow.operations.installation import Installation
from workflow.operations.organization.trees import line_of
from workflow.operations.reading.administration import governed
from workflow.store.calendars import CalendarYear
from workflow.store.people import Person

WEEKDAYS = "一二三四五六日"
SHOWN = 20  #: cases that a trial names


@dataclass(frozen=True)
class Year:
    """A year that the calendar knows."""

    year: int
    is_official: bool
    source: str
    holidays: tuple[date, ...]
    make_up_days: tuple[date, ...]
    working_days: int
    version: int | None  #: of the import; None when it came with the definitions
    imported_at: datetime | None
    imported_by: str


def known_years(session: Session, installation: Installation) -> list[Year]:
    """Every year with a table, the newest first. Two statements."""
    calendar, imported = present_calendar(session, installation), dict[int, tuple[CalendarYear, str]]()
    rows = session.execute(
        select(CalendarYear, Person.name)
        .outerjoin(Person, Person.id == CalendarYear.imported_by)
        .order_by(CalendarYear.id)
    )
    for row, name in rows:
        imported[row.year] = (row, name or "")
    return [_year(table, imported.get(year)) for year, table in sorted(calendar.tables.items(), reverse=True)]


def known_year(session: Session, installation: Installation, year: int) -> Year:
    """One year. Raises NotFound for one without a table."""
    found = next((each for each in known_years(session, installation) if each.year == year), None)
    if found is None:
        raise NotFound(f"没有{year}年的放假安排，期限按周一至周五推算并标“暂定”。请用 chuangyou calendar import 导入。")
    return found


def day_words(day: date) -> str:
    """2027年2月14日（星期日）."""
    return f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"


def _year(table: YearTable, imported: tuple[CalendarYear, str] | None) -> Year:
    row, name = imported or (None, "")
    return Year(
        table.year, table.status is TableStatus.OFFICIAL, table.source.strip(), tuple(sorted(table.holidays)),
        tuple(sorted(table.make_up_days)), len(table.working), row.version if row else None,
        row.imported_at if row else None, name,
    )  # fmt: skip


def check_keeper(session: Session, installation: Installation, actor: Actor) -> None:
    """Raise NotAllowed for whoever does not administer a topmost body: the calendar is everybody's."""
    if not keeps_calendar(session, installation, actor):
        raise NotAllowed(action="导入工作日历", reason="工作日历对全部组织有效，应由最上级党组织的流程管理员导入")


def keeps_calendar(session: Session, installation: Installation, actor: Actor) -> bool:
    """Whether the person administers a topmost body. Raises NotAllowed for who administers none."""
    return any(len(line_of(path)) == 1 for path in governed(session, installation, actor))


def trial(
    session: Session, installation: Installation, actor: Actor, table: Table
) -> tuple[YearChange, Sequence[Prospect]]:
    """What a year would change, and the first cases that it would move, one more than are shown."""
    check_keeper(session, installation, actor)
    change = change_of(session, installation, table)
    return change, prospects(session, installation, change.calendar, SHOWN + 1)


def put_in_force(session: Session, installation: Installation, actor: Actor, table: Table) -> CalendarYear:
    """Import a year from the page. Raises NotAllowed and CalendarRefused."""
    check_keeper(session, installation, actor)
    return import_year(session, installation, change_of(session, installation, table), actor.person_id)
