"""The tables that a calendar is made of: official, settled or provisional, versioned, refused when they contradict."""

from __future__ import annotations

import pytest

from tests.engine.test_calendar import CALENDAR, TABLES, on
from workflow.engine.calendar import CalendarError, Due, calendar_from_tables


def test_every_table_is_official_and_names_its_notice() -> None:
    assert list(TABLES) == list(range(2010, 2027))
    for year, table in CALENDAR.tables.items():
        assert table.status == "official"
        assert f"关于{year}年部分节假日安排的通知" in table.source


def test_the_half_holidays_of_some_people_are_working_days() -> None:
    assert CALENDAR.is_working_day(on("2012-03-08"))
    assert CALENDAR.is_working_day(on("2012-05-04"))


def test_a_year_without_a_table_is_provisional() -> None:
    due = CALENDAR.add_working_days(on("2026-12-30"), 5)
    assert due.provisional
    assert due.date == on("2027-01-06")  # by the week alone
    assert CALENDAR.add_natural_days(on("2026-12-20"), 20).provisional
    assert not CALENDAR.add_working_days(on("2026-12-01"), 5).provisional


def test_counting_through_an_unknown_year_is_provisional_even_if_the_due_year_is_known() -> None:
    gap = calendar_from_tables({2012: TABLES[2012], 2014: TABLES[2014]})
    assert gap.add_working_days(on("2013-12-20"), 20).provisional
    assert gap.add_working_days(on("2012-12-20"), 280).provisional
    assert not gap.add_working_days(on("2014-01-02"), 20).provisional


def test_a_provisional_table_gives_provisional_dates() -> None:
    draft = calendar_from_tables({2012: {**TABLES[2012], "status": "provisional"}})
    assert draft.add_working_days(on("2012-01-18"), 5) == Due(on("2012-01-30"), True, draft.version)


def test_the_last_days_of_a_year_wait_for_the_next_notice() -> None:
    before = calendar_from_tables({2011: {**TABLES[2011], "make_up_days": []}}, unsettled_days=7)
    after = calendar_from_tables({2011: TABLES[2011], 2012: TABLES[2012]}, unsettled_days=7)
    assert before.is_provisional(on("2011-12-31"))
    assert not before.is_provisional(on("2011-12-24"))
    assert before.add_working_days(on("2011-12-23"), 5) == Due(on("2011-12-30"), True, before.version)
    assert not after.add_working_days(on("2011-12-23"), 5).provisional
    assert after.is_working_day(on("2011-12-31"))


def test_the_version_is_the_content() -> None:
    same = calendar_from_tables(dict(reversed(TABLES.items())), unsettled_days=7)
    reworded = calendar_from_tables({**TABLES, 2012: {**TABLES[2012], "source": "另一种写法"}}, unsettled_days=7)
    other = calendar_from_tables({**TABLES, 2012: {**TABLES[2012], "make_up_days": []}}, unsettled_days=7)
    assert CALENDAR.version == same.version == reworded.version
    assert len({CALENDAR.version, other.version, calendar_from_tables(TABLES).version}) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"year": 2013}, "year 写的是 2013"),
        ({"status": "确定"}, "status 写的是“确定”"),
        ({"holidays": None}, "holidays 应为日期列表"),
        ({"holidays": "2012-01-01"}, "holidays 应为日期列表"),
        ({"holidays": ["元旦"]}, "^2012年工作日历：holidays 的“元旦”不是日期"),
        ({"holidays": [20120101]}, "“20120101”不是日期"),
        ({"holidays": [on("2013-01-01")]}, "2013-01-01 不在 2012 年"),
        ({"holidays": [on("2012-01-02"), "2012-01-02"]}, "2012-01-02 写了不止一次"),
        ({"make_up_days": [on("2012-01-22")]}, "2012-01-22 既列为放假又列为上班"),
        ({"make_up_days": [on("2012-01-18")]}, "2012-01-18 不是星期六或星期日"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        calendar_from_tables({2012: {**TABLES[2012], **change}})


def test_a_table_names_its_notice() -> None:
    assert calendar_from_tables({2012: TABLES[2012]}).tables[2012].source == TABLES[2012]["source"] != ""
    bare = calendar_from_tables({2012: {name: each for name, each in TABLES[2012].items() if name != "source"}})
    assert bare.tables[2012].source == ""


def test_a_year_is_settled_to_its_last_day_unless_days_are_said_to_be_unsettled() -> None:
    assert not calendar_from_tables(TABLES).is_provisional(on("2026-12-31"))
    assert calendar_from_tables(TABLES, unsettled_days=1).is_provisional(on("2026-12-31"))
    assert not calendar_from_tables(TABLES, unsettled_days=1).is_provisional(on("2026-12-30"))


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 days"):
        CALENDAR.add_working_days(on("2012-01-18"), -1)
    with pytest.raises(ValueError, match="-3 days"):
        CALENDAR.add_natural_days(on("2012-01-18"), -3)
