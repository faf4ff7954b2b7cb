"""Another calendar counts what lies ahead anew: each moment once, each in the journal, nothing told made shorter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.scenarios.rectification import rectifying
from tests.operations.test_deadlines import due_on, open_timers
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations import administering
from workflow.operations.due import rescheduling
from workflow.operations.due.calendar_years import CalendarRefused, change_of, import_year
from workflow.operations.due.calendars import Table
from workflow.operations.due.rescheduling import RESCHEDULE, prospects, reschedule_all
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.store.cases import Case
from workflow.store.journal import JournalEntry
from workflow.store.ladders import Ladder
from workflow.store.session import reading, writing

HOLIDAY, WORKED = date(2012, 3, 14), date(2012, 3, 10)  #: a Wednesday to be free, a Saturday to be worked
EXTRA = "关于调整2012年节假日安排的通知"


def amended(play: Play, *, free: Iterable[date] = (), worked: Iterable[date] = (), **other: object) -> Table:
    """The table of 2012 with other days."""
    table = play.installation.definitions.calendar[2012]
    holidays, make_up_days = table["holidays"], table["make_up_days"]
    assert isinstance(holidays, list)
    assert isinstance(make_up_days, list)
    return {**table, "source": EXTRA, "holidays": [*holidays, *free], "make_up_days": [*make_up_days, *worked], **other}


def imported(play: Play, table: Table) -> None:
    with writing(play.installation.engine) as session:
        import_year(session, play.installation, change_of(session, play.installation, table))


def recount(play: Play) -> int:
    return reschedule_all(play.installation.engine, play.installation)


def entries(play: Play, case: int) -> list[JournalEntry]:
    with reading(play.installation.engine) as session:
        which = (JournalEntry.case_id == case, JournalEntry.fact == "rescheduled")
        found = session.scalars(select(JournalEntry).where(*which).order_by(JournalEntry.sequence)).all()
        session.expunge_all()
        return list(found)


def moments(play: Play, case: int) -> list[datetime]:
    return [each.due_at for each in open_timers(play, case)]


def tell(play: Play, case: int) -> None:
    """As if a reminder of the present due moment had been sent."""
    row = play.row(case)
    with writing(play.installation.engine) as session:
        session.add(Ladder(case_id=case, round=row.round, due_at=row.due_at, rungs=1, told=1, next_at=None))


def test_a_holiday_on_the_way_moves_the_limit_and_its_timers_once(play: Play) -> None:
    case = plan(play)
    before, timers = due_on(play, case), moments(play, case)
    imported(play, amended(play, free=[HOLIDAY]))
    assert due_on(play, case) == before, "nothing moves before the job"
    assert recount(play) == 1
    after = play.installation.calendar.add_working_days(before, 1).date
    assert due_on(play, case) == after
    assert len(moments(play, case)) == len(timers)
    assert all(later > sooner for later, sooner in zip(moments(play, case), timers, strict=True))
    (entry,) = entries(play, case)
    assert (entry.person_id, entry.details["calendar"]) == (None, play.installation.calendar.version)
    assert entry.details["moved"] == [{"what": "due", "from": before.isoformat(), "to": after.isoformat()}]
    version = play.row(case).version
    assert recount(play) == 0, "a second time there is nothing to do"
    assert (play.row(case).version, due_on(play, case)) == (version, after)


def test_a_make_up_day_brings_a_limit_forward_unless_it_was_told(play: Play) -> None:
    told, untold = plan(play), rectifying(play)
    before = due_on(play, told)
    tell(play, told)
    printed = due_on(play, untold)
    imported(play, amended(play, worked=[WORKED]))
    recount(play)
    assert due_on(play, told) == before
    assert due_on(play, untold) == printed, "a notice in writing names the day"
    assert entries(play, told) == entries(play, untold) == []
    assert {each.calendar_version for each in open_timers(play, told)} == {play.installation.calendar.version}


def test_an_untold_limit_becomes_shorter(play: Play) -> None:
    case = plan(play)
    before = due_on(play, case)
    imported(play, amended(play, worked=[WORKED]))
    recount(play)
    assert due_on(play, case) < before


def test_the_date_of_a_notice_moves_with_its_state(play: Play) -> None:
    case = rectifying(play)
    before = play.data(case)["deadline_on"]
    imported(play, amended(play, free=[date.fromisoformat(before)]))
    recount(play)
    data = play.data(case)
    assert data["deadline_on"] > before
    assert data["calendar_version"] == play.installation.calendar.version
    assert due_on(play, case).isoformat() == data["deadline_on"]
    play.until(before)
    play.wait()
    assert play.state(case) == "rectifying", "not overdue on the day that was printed first"
    play.until(data["deadline_on"])
    play.wait()
    assert play.state(case) == "overdue"


def test_what_is_overdue_or_over_is_left_alone(play: Play) -> None:
    late, closed = plan(play), rectifying(play)
    with writing(play.installation.engine) as session:
        administering.terminate(session, play.installation, SYSTEM_ACTOR, closed, "责任单位已撤销")
    play.until(due_on(play, late) + timedelta(days=2))
    was = play.row(late).due_at
    imported(play, amended(play, free=[date(2012, 6, 6)]))
    recount(play)
    assert play.row(late).due_at == was
    assert entries(play, late) == entries(play, closed) == []


@pytest.mark.parametrize("job_first", [True, False])
def test_a_suspended_case_is_counted_from_where_it_stopped(play: Play, job_first: bool) -> None:
    case = plan(play)
    before = due_on(play, case)
    with writing(play.installation.engine) as session:
        administering.suspend(session, play.installation, SYSTEM_ACTOR, case, "核实情况")
    play.clock.set(play.moment(date(2012, 5, 7)))
    paused = play.installation.calendar.working_days_between(date(2012, 3, 5), play.today)
    imported(play, amended(play, free=[HOLIDAY]))
    if job_first:
        recount(play)
    with writing(play.installation.engine) as session:
        administering.resume(session, play.installation, SYSTEM_ACTOR, case, "已核实")
    recount(play)
    due = play.installation.calendar.add_working_days(before, 1).date
    assert due_on(play, case) == play.installation.calendar.add_working_days(due, paused - 1).date
    assert len(entries(play, case)) == 1


def test_a_case_that_cannot_be_counted_holds_nobody_up(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = plan(play), rectifying(play)
    real = rescheduling.load

    def stumble(session: Session, installation: Installation, case_id: int, *, lock: bool = False) -> object:
        if case_id == bad:
            raise KeyError("a definition lost its way")
        return real(session, installation, case_id, lock=lock)

    before = due_on(play, good)
    imported(play, amended(play, free=[before]))
    monkeypatch.setattr(rescheduling, "load", stumble)
    recount(play)
    assert due_on(play, good) > before
    monkeypatch.undo()
    assert recount(play) == 1, "the bad one is tried again"


def test_cut_short_between_two_transactions_it_goes_on(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [plan(play), rectifying(play)]
    imported(play, amended(play, free=[date(2012, 3, 7)]))
    monkeypatch.setattr(rescheduling, "BATCH", 1)
    calls = 0
    real = rescheduling.stale_cases

    def dies(*given: object, **named: int) -> list[int]:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise SystemExit
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(rescheduling, "stale_cases", dies)
    with pytest.raises(SystemExit):
        recount(play)
    monkeypatch.setattr(rescheduling, "stale_cases", real)
    assert recount(play) > 0
    assert [len(entries(play, each)) for each in cases] == [1, 1]


def test_another_process_sees_the_year_with_its_next_case(play: Play) -> None:
    other = Installation(play.installation.settings, play.installation.definitions, play.installation.engine,
                         play.installation.jobs)  # fmt: skip
    case = plan(play)
    imported(play, amended(play, free=[HOLIDAY]))
    assert other.calendar.is_working_day(HOLIDAY)
    with reading(other.engine) as session:
        assert not load(session, other, case).snapshot.calendar.is_working_day(HOLIDAY)
    with reading(play.installation.engine) as session:
        assert not load(session, play.installation, case).snapshot.calendar.is_working_day(HOLIDAY)


def test_an_import_that_is_rolled_back_leaves_nothing(play: Play) -> None:
    case, version = plan(play), play.installation.calendar.version
    with writing(play.installation.engine) as session:
        import_year(session, play.installation, change_of(session, play.installation, amended(play, free=[HOLIDAY])))
        load(session, play.installation, case)
        session.rollback()
    with reading(play.installation.engine) as session:
        assert load(session, play.installation, case).snapshot.calendar.version == version
    assert recount(play) == 0


def test_a_trial_says_what_would_move_and_moves_nothing(play: Play) -> None:
    case = plan(play)
    before = due_on(play, case)
    with reading(play.installation.engine) as session:
        change = change_of(session, play.installation, amended(play, free=[HOLIDAY]))
        (found,) = prospects(session, play.installation, change.calendar, 5)
    assert (found.number, found.old) == (play.row(case).number, before)
    assert found.new > before
    assert change.freed == [HOLIDAY]
    assert change.worked == []
    assert due_on(play, case) == before


def test_the_import_asks_for_its_job(play: Play) -> None:
    imported(play, amended(play, free=[HOLIDAY]))
    assert (RESCHEDULE, "2012:1") in [(each.kind, each.key) for each in play.installation.jobs.waiting]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"status": "provisional"}, "不能用暂定的代替"),
        ({"source": " "}, "没有写明来源"),
        ({"holidays": []}, "没有列出放假日"),
        ({"status": "sure"}, "official（公布）"),
        ({"year": 2011}, "不在 2011 年"),
        ({"make_up_days": [date(2012, 1, 1)]}, "既列为放假又列为上班"),
        ({"make_up_days": [date(2012, 3, 14)]}, "不是星期六或星期日"),
    ],
)
def test_a_year_that_cannot_be_right_is_refused(play: Play, other: Mapping[str, object], said: str) -> None:
    table = amended(play, **other)
    with reading(play.installation.engine) as session, pytest.raises(CalendarRefused, match=said):
        change_of(session, play.installation, table)


def test_the_same_year_again_and_a_year_gone_by_are_refused(play: Play) -> None:
    table = amended(play, free=[HOLIDAY])
    imported(play, table)
    with pytest.raises(CalendarRefused, match="完全相同"):
        imported(play, table)
    play.clock.set(play.moment(date(2013, 2, 1)))
    with pytest.raises(CalendarRefused, match="已经过去"):
        imported(play, amended(play, free=[WORKED]))


def test_a_case_opened_after_the_import_is_not_counted_again(play: Play) -> None:
    imported(play, amended(play, free=[HOLIDAY]))
    case = plan(play)
    with reading(play.installation.engine) as session:
        assert (
            session.scalar(select(Case.calendar_version).where(Case.id == case)) == play.installation.calendar.version
        )
    assert recount(play) == 0
