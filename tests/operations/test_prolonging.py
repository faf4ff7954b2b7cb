"""A pause costs nobody time: what lay ahead moves on, once, and never back, whatever the clock does."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.enterprise import definitions
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.scenarios.rectification import rectifying
from tests.operations.test_deadlines import due_on, open_timers
from workflow.engine.calendar import calendar_from_tables
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.errors import Refused
from workflow.operations import administering
from workflow.operations.due.deadlines import fire_due
from workflow.operations.due.prolonging import working_days_lost
from workflow.settings import Settings
from workflow.store.organization import Organization
from workflow.store.session import writing

CALENDAR = calendar_from_tables(definitions().calendar)
DAY_ENDS = Settings.model_fields["business_day_end"].default
BEIJING = "Asia/Shanghai"


def suspend(play: Play, case: int) -> None:
    with writing(play.installation.engine) as session:
        administering.suspend(session, play.installation, SYSTEM_ACTOR, case, "核实情况")


def resume(play: Play, case: int) -> None:
    with writing(play.installation.engine) as session:
        administering.resume(session, play.installation, SYSTEM_ACTOR, case, "已核实")


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2012-03-05T09:00", "2012-03-05T15:00", 0),  # within a day
        ("2012-03-05T09:00", "2012-03-05T18:00", 1),  # the day ended meanwhile
        ("2012-03-05T09:00", "2012-03-06T09:00", 1),
        ("2012-03-05T18:00", "2012-03-06T09:00", 1),  # a day has come
        ("2012-03-09T18:00", "2012-03-10T09:00", 0),  # a night before a Saturday
        ("2012-03-09T09:00", "2012-03-12T09:00", 1),  # over a weekend
        ("2012-03-30T09:00", "2012-04-05T09:00", 3),  # over 清明节, with two make-up days
        ("2012-03-05T09:00", "2012-02-27T09:00", 0),  # the clock was put back
    ],
)
def test_how_much_a_pause_has_cost(since: str, until: str, days: int) -> None:
    first, last = (datetime.fromisoformat(f"{each}+08:00") for each in (since, until))
    assert max(working_days_lost(CALENDAR, first, last, DAY_ENDS, BEIJING), 0) == days


def test_a_day_is_that_of_the_body_s_zone() -> None:
    first, last = (datetime.fromisoformat(f"2012-03-09T{each}:00+00:00") for each in ("16:29", "16:31"))
    assert working_days_lost(CALENDAR, first, last, DAY_ENDS, "Europe/Berlin") == 1
    assert working_days_lost(CALENDAR, first, last, DAY_ENDS, BEIJING) == 0


def test_a_limit_that_passes_within_a_pause_of_hours_is_not_overdue(play: Play) -> None:
    case = plan(play)
    before = due_on(play, case)
    play.clock.set(play.moment(before))
    suspend(play, case)
    play.clock.advance(timedelta(hours=10))
    fire_due(play.installation.engine, play.installation)
    resume(play, case)
    fire_due(play.installation.engine, play.installation)
    assert due_on(play, case) == play.installation.calendar.add_working_days(before, 1).date
    assert not play.is_late(case)


def test_what_was_overdue_before_stays_overdue(play: Play) -> None:
    case = plan(play)
    play.until(due_on(play, case) + timedelta(days=1))
    was = play.row(case).due_at
    suspend(play, case)
    play.clock.advance(timedelta(days=14))
    resume(play, case)
    assert play.row(case).due_at == was


def test_a_clock_put_back_makes_nothing_earlier(play: Play) -> None:
    case = plan(play)
    before, timers = play.row(case).due_at, [each.due_at for each in open_timers(play, case)]
    suspend(play, case)
    play.clock.set(play.moment(date(2012, 2, 20)))
    resume(play, case)
    assert play.row(case).due_at == before
    assert [each.due_at for each in open_timers(play, case)] == timers


def test_a_clock_put_back_fires_nothing_twice(play: Play) -> None:
    case = rectifying(play)
    play.until(due_on(play, case) + timedelta(days=1))
    fired = play.transitions(case)
    play.clock.set(play.moment(date(2012, 3, 6)))
    fire_due(play.installation.engine, play.installation)
    play.until(date(2012, 3, 20))
    assert play.transitions(case) == fired
    assert play.state(case) == "overdue"


def test_it_is_resumed_once(play: Play) -> None:
    case = plan(play)
    suspend(play, case)
    play.clock.advance(timedelta(days=7))
    resume(play, case)
    after = play.row(case).due_at
    with pytest.raises(Refused, match="没有中止"):
        resume(play, case)
    assert play.row(case).due_at == after


def test_the_printed_date_moves_with_the_pause(play: Play) -> None:
    case = rectifying(play)
    before = play.data(case)["deadline_on"]
    suspend(play, case)
    play.clock.set(play.moment(date(2012, 3, 19)))
    resume(play, case)
    after = play.installation.calendar.add_working_days(date.fromisoformat(before), 10).date
    assert play.data(case)["deadline_on"] == due_on(play, case).isoformat() == after.isoformat()


def test_a_pause_over_a_change_of_the_clock_keeps_the_close_of_business(play: Play) -> None:
    with writing(play.installation.engine) as session:
        session.execute(update(Organization).values(timezone="Europe/Berlin"))
    case = plan(play)  # due on the nineteenth, in winter time
    assert play.row(case).due_at == datetime.fromisoformat("2012-03-19T17:30+01:00")
    suspend(play, case)
    play.clock.set(datetime.fromisoformat("2012-03-19T09:00+01:00"))
    resume(play, case)
    assert play.row(case).due_at == datetime.fromisoformat("2012-03-31T17:30+02:00"), "a make-up Saturday"
