"""The Chinese working calendar: working days, limits in days, and due moments. Year tables come in as plain values.

Facts and rules: domain.md section 8. A day that no official table settles is provisional (暂定), never silently
official. A due date names the calendar version that it was computed with, so that it can be checked again later.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

import rfc8785

SATURDAY = 5  #: date.weekday() of the first day of the weekend
VERSION_LENGTH = 16  #: hexadecimal digits of the content hash that name a calendar
ONE_DAY = timedelta(days=1)


class CalendarError(ValueError):
    """A year table contradicts itself; the message is Chinese and names year, key and day."""


class TableStatus(StrEnum):
    """Whether the State Council's notice for the year has been entered."""

    OFFICIAL = "official"
    PROVISIONAL = "provisional"


@dataclass(frozen=True)
class YearTable:
    """What the notice for one year changes: week days off, and weekend days worked."""

    year: int
    status: TableStatus
    source: str
    holidays: frozenset[date]
    make_up_days: frozenset[date]

    @cached_property
    def working(self) -> tuple[int, ...]:
        """The ordinals of the working days of the year, ascending."""
        ordinary = set(_weekdays(self.year)) - {day.toordinal() for day in self.holidays}
        return tuple(sorted(ordinary | {day.toordinal() for day in self.make_up_days}))


@dataclass(frozen=True, slots=True)
class Due:
    """A due day, whether it may still move (暂定), and the calendar that it was computed with."""

    date: date
    provisional: bool
    calendar_version: str


@dataclass(frozen=True)
class Calendar:
    """Working days over year tables; a year without a table follows the week and is provisional.

    `unsettled_days` is how many days at the end of a year are settled only by the notice for the year after: the
    notice for 2012 made 2011-12-31 a working Saturday, that for 2019 made 2018-12-29 one.
    """

    tables: Mapping[int, YearTable]
    version: str
    unsettled_days: int = 0

    def is_working_day(self, day: date) -> bool:
        """Whether people are at work on this day, as far as is known."""
        table = self.tables.get(day.year)
        if table and day in table.make_up_days:
            return True
        return day.weekday() < SATURDAY and not (table and day in table.holidays)

    def is_provisional(self, day: date) -> bool:
        """Whether a notice not yet entered may still change this day."""
        if not self._is_official(day.year):
            return True
        tail = date(day.year, 12, 31) - timedelta(days=self.unsettled_days)
        return day > tail and not self._is_official(day.year + 1)

    def add_working_days(self, start: date, n: int, *, count_first_day: bool = False) -> Due:
        """The n-th working day after `start`, or from `start` on if the first day counts; n = 0 rolls forward."""
        first = start if count_first_day or n == 0 else start + ONE_DAY
        year, remaining = first.year, max(_not_negative(n), 1)
        days = self._working_days(year)
        position = bisect_left(days, first.toordinal()) + remaining - 1
        while position >= len(days):
            position -= len(days)
            year += 1
            days = self._working_days(year)
        return self._due(first, date.fromordinal(days[position]))

    def add_natural_days(self, start: date, n: int, *, count_first_day: bool = False) -> Due:
        """The n-th day after `start` (or from `start` on), rolled forward to a working day (Civil Code by analogy)."""
        last = start + timedelta(days=_not_negative(n))
        return self.roll_forward(last - ONE_DAY if count_first_day and n else last)

    def roll_forward(self, day: date) -> Due:
        """The day itself if it is a working day, else the next one."""
        return self.add_working_days(day, 0)

    def working_days_between(self, start: date, end: date, *, count_first_day: bool = False) -> int:
        """The working days after `start` (or from it on) up to and with `end`; negative when `end` is the earlier."""
        if end < start:
            return -self.working_days_between(end, start, count_first_day=count_first_day)
        first = start if count_first_day else start + ONE_DAY
        if first > end:
            return 0
        whole_years = sum(len(self._working_days(year)) for year in range(first.year, end.year))
        before = bisect_left(self._working_days(first.year), first.toordinal())
        return whole_years + bisect_right(self._working_days(end.year), end.toordinal()) - before

    def _is_official(self, year: int) -> bool:
        table = self.tables.get(year)
        return table is not None and table.status is TableStatus.OFFICIAL

    def _working_days(self, year: int) -> tuple[int, ...]:
        table = self.tables.get(year)
        return table.working if table else _weekdays(year)

    def _due(self, first: date, due: date) -> Due:
        """Marks the date provisional if any day that was counted through is."""
        unsure = self.is_provisional(due) or any(not self._is_official(year) for year in range(first.year, due.year))
        return Due(due, unsure, self.version)


@lru_cache(maxsize=4096)
def due_at(day: date, end_of_business: time, zone: str) -> datetime:
    """The moment, in UTC, when business ends on that day in that IANA zone (domain.md section 8).

    Where the clock is put back and the time comes twice, the second time counts; where it is put forward and the time
    does not come, as much later as the clock was put forward: nobody loses an hour.
    """
    local = datetime.combine(day, end_of_business, _zone(zone))
    return max(local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))


def calendar_from_tables(tables: Mapping[int, Mapping[str, object]], *, unsettled_days: int = 0) -> Calendar:
    """Builds a calendar from plain year tables, as definition.loader reads them from definitions/calendar/*.yaml.

    Each is `{year: int, status: official|provisional, source: str, holidays: [day], make_up_days: [day]}`; a day is
    a date or an ISO string. Raises CalendarError for a table that contradicts itself.
    """
    read = {year: _table(year, tables[year]) for year in sorted(tables)}
    return Calendar(read, _version(read.values(), unsettled_days), unsettled_days)


def _table(year: int, raw: Mapping[str, object]) -> YearTable:
    stated = raw.get("status")
    if raw.get("year") != year:
        raise CalendarError(f"{year}年工作日历：year 写的是 {raw.get('year')}，应为 {year}。")
    if stated not in tuple(TableStatus):
        raise CalendarError(f"{year}年工作日历：status 写的是“{stated}”，应为 official（公布）或 provisional（暂定）。")
    holidays, make_up_days = (_days(year, key, raw.get(key)) for key in ("holidays", "make_up_days"))
    for day in sorted(holidays & make_up_days):
        raise CalendarError(f"{year}年工作日历：{day} 既列为放假又列为上班，请核对通知后删去一处。")
    for day in sorted(make_up_days):
        if day.weekday() < SATURDAY:
            raise CalendarError(f"{year}年工作日历：make_up_days 的 {day} 不是星期六或星期日，本来就上班，请核对。")
    return YearTable(year, TableStatus(str(stated)), str(raw.get("source", "")), holidays, make_up_days)


def _days(year: int, key: str, raw: object) -> frozenset[date]:
    where = f"{year}年工作日历：{key}"
    if not isinstance(raw, Iterable) or isinstance(raw, str):
        raise CalendarError(f"{where} 应为日期列表。")
    days = [_day(where, item) for item in raw]
    for day in days:
        if day.year != year:
            raise CalendarError(f"{where} 的 {day} 不在 {year} 年，请写入该年的日历文件。")
        if days.count(day) > 1:
            raise CalendarError(f"{where} 的 {day} 写了不止一次，请删去多余的。")
    return frozenset(days)


def _day(where: str, raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError:
        raise CalendarError(f"{where} 的“{raw}”不是日期，请写成 2012-01-01 的样子。") from None


def _version(tables: Iterable[YearTable], unsettled_days: int) -> str:
    """The hash of everything that decides a date; correcting the wording of a source changes nothing."""
    facts = [
        [table.year, table.status.value, *(sorted(map(str, days)) for days in (table.holidays, table.make_up_days))]
        for table in tables
    ]
    return sha256(rfc8785.dumps([unsettled_days, facts])).hexdigest()[:VERSION_LENGTH]


@lru_cache(maxsize=64)
def _weekdays(year: int) -> tuple[int, ...]:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return tuple(day for day in range(first, last + 1) if date.fromordinal(day).weekday() < SATURDAY)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _not_negative(n: int) -> int:
    if n < 0:
        raise ValueError(f"a limit cannot have {n} days")
    return n
