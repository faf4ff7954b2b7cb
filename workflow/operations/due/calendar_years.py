"""Import a year of the working calendar: what is checked first, and what it changes (domain.md §8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.loader import parse
from workflow.engine.calendar import Calendar, CalendarError, TableStatus
from workflow.errors import WorkflowError
from workflow.operations.due.calendars import Table, calendar_of, tables_in_force
from workflow.operations.due.rescheduling import RESCHEDULE
from workflow.operations.installation import Installation
from workflow.operations.organization.lines import bump
from workflow.store.calendars import CalendarYear
from workflow.store.jobs import Priority

LARGEST = 100_000  #: characters of a file; a year has some three thousand
KEYS = frozenset(("year", "status", "source", "holidays", "make_up_days"))


class CalendarRefused(WorkflowError):
    """工作日历没有导入：{reason}"""


@dataclass(frozen=True)
class YearChange:
    """What a year table would change."""

    table: Table
    year: int
    is_official: bool
    before: TableStatus | None  #: of the table in force; None when there is none
    freed: Sequence[date]  #: working days so far that no longer are
    worked: Sequence[date]  #: days off so far that become working days
    calendar: Calendar  #: with the year in it
    is_new: bool  #: it says something else than the calendar in force


def read_year(text: str, name: str) -> Table:
    """The table that a file holds, written like definitions/calendar/2012.yaml. Raises CalendarRefused."""
    if len(text) > LARGEST:
        raise CalendarRefused(reason=f"文件超过{LARGEST}字，不像一年的工作日历。")
    _, value, faults = parse(text, name)
    if faults:
        raise CalendarRefused(reason="文件写法有误，请按下列提示改正。", faults=[str(each) for each in faults])
    if not isinstance(value, dict) or not isinstance(value.get("year"), int):
        raise CalendarRefused(reason="没有写明年份，请写 year: 2027 的样子。")
    if unknown := sorted(str(each) for each in value.keys() - KEYS):
        known = "、".join(sorted(KEYS))
        raise CalendarRefused(reason=f"不认识“{'、'.join(unknown)}”这一项，工作日历只有：{known}。")
    return value


def change_of(session: Session, installation: Installation, table: Table) -> YearChange:
    """Check a table against the calendar in force, and say what it would change. Raises CalendarRefused."""
    tables = tables_in_force(session, installation)
    present = calendar_of(installation, tables)
    year = int(str(table["year"]))
    try:
        calendar = calendar_of(installation, {**tables, year: table})
    except CalendarError as error:
        raise CalendarRefused(reason=str(error)) from None
    new, old = calendar.tables[year], present.tables.get(year)
    _check_claim(installation, year, new.source, new.holidays)
    if old is not None and old.status is TableStatus.OFFICIAL and new.status is not TableStatus.OFFICIAL:
        raise CalendarRefused(reason=f"{year}年已经有公布的安排，不能用暂定的代替；更正请写 status: official。")
    days = [each for each in _days_of(year) if present.is_working_day(each) != calendar.is_working_day(each)]
    return YearChange(
        table, year, new.status is TableStatus.OFFICIAL, old.status if old else None,
        [each for each in days if not calendar.is_working_day(each)],
        [each for each in days if calendar.is_working_day(each)], calendar, calendar.version != present.version,
    )  # fmt: skip


def import_year(
    session: Session, installation: Installation, change: YearChange, by: int | None = None
) -> CalendarYear:
    """Put the year in force for every machine of the installation; what lies ahead is counted anew by a job.

    Raises CalendarRefused when it changes nothing.
    """
    bump(session)  # two imports come one after the other
    change = change_of(session, installation, change.table)
    if not change.is_new:
        raise CalendarRefused(reason=f"{change.year}年的安排与现有的完全相同，不需要导入。")
    number = session.scalar(select(func.max(CalendarYear.version)).where(CalendarYear.year == change.year)) or 0
    table = change.calendar.tables[change.year]
    row = CalendarYear(
        year=change.year, version=number + 1, status=table.status.value, source=table.source.strip(),
        holidays=[each.isoformat() for each in sorted(table.holidays)],
        make_up_days=[each.isoformat() for each in sorted(table.make_up_days)],
        imported_at=clock.now(), imported_by=by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    installation.jobs.enqueue(session, RESCHEDULE, f"{row.year}:{row.version}", priority=Priority.BULK)
    return row


def _check_claim(installation: Installation, year: int, source: str, holidays: frozenset[date]) -> None:
    """What makes a table worth believing: where it is from, and that it is about days to come."""
    if not source.strip():
        raise CalendarRefused(reason=f"{year}年工作日历没有写明来源，请在 source 写明放假通知的名称和文号。")
    if not holidays:
        raise CalendarRefused(reason=f"{year}年工作日历没有列出放假日，请核对文件是否完整。")
    if year < installation.today(clock.now()).year:
        raise CalendarRefused(reason=f"{year}年已经过去，已按当时的日历计算的期限不再改动。")


def _days_of(year: int) -> list[date]:
    first, length = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return [first + timedelta(days=each) for each in range(length)]
