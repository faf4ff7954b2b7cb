"""The working calendar: which days of a year are free, which are worked instead, and who said so."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from web.api.specification import documented
from web.api.surroundings import bearer, blueprint
from web.transaction import installation, session
from workflow.operations.reading.calendar import known_year

TAG = "工作日历"
YEAR = "int(min=1900, max=9999)"  #: a converter


class CalendarYear(BaseModel):
    """A year by which limits are reckoned."""

    year: int
    is_official: bool = Field(description="已公布；否则为暂定，公布后重新推算未到期的期限")
    source: str
    holidays: list[date] = Field(description="放假日")
    make_up_days: list[date] = Field(description="调休上班日")
    working_days: int = Field(description="全年工作日数")


@blueprint.get(f"/calendars/<{YEAR}:year>")
@bearer
@documented("查看一年的工作日历：放假日、调休上班日，期限据此推算", CalendarYear, tag=TAG)
def calendar_year(year: int) -> CalendarYear:
    """One year; 404 for one that nobody has announced."""
    found = known_year(session(), installation(), year)
    return CalendarYear(
        year=found.year, is_official=found.is_official, source=found.source, holidays=list(found.holidays),
        make_up_days=list(found.make_up_days), working_days=found.working_days,
    )  # fmt: skip
