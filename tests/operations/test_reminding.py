"""The ladder of reminders: each rung once, to whom it concerns, on working days of the case's own calendar and zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios.plan import plan
from tests.operations.scenarios.rectification import rectifying
from tests.operations.test_deadlines import due_on
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations import administering
from workflow.operations.due.deadlines import fire_due
from workflow.operations.informing import reminding
from workflow.operations.informing.reminding import remind_all
from workflow.operations.loading import load
from workflow.operations.reading.reminder import next_reminder
from workflow.store.cases import Case
from workflow.store.ladders import Ladder
from workflow.store.notices import Notice
from workflow.store.organization import Organization
from workflow.store.people import Person
from workflow.store.session import reading, writing

Told = tuple[str, str, str]  #: rung, kind, 工号


def told(play: Play, case: int) -> set[Told]:
    """Every reminder of the ladder about a case."""
    with reading(play.installation.engine) as session:
        rows = session.execute(
            select(Notice.key, Notice.kind, Person.number)
            .join(Person, Person.id == Notice.person_id)
            .where(Notice.case_id == case, Notice.key.startswith("ladder:"))
        )
        return {(row.key.rpartition(":")[2], row.kind, row.number) for row in rows}


def rungs(play: Play, case: int) -> set[str]:
    return {rung for rung, _, _ in told(play, case)}


def tick(play: Play) -> int:
    fire_due(play.installation.engine, play.installation)
    return remind_all(play.installation.engine, play.installation)


def day_by_day(play: Play, until: date) -> dict[date, set[str]]:
    """What each morning's tick tells about any case, by day."""
    found: dict[date, set[str]] = {}
    while play.today < until:
        play.clock.set(play.moment(play.today + timedelta(days=1)))
        before = keys(play)
        tick(play)
        if new := {each.rpartition(":")[2] for each in keys(play) - before}:
            found[play.today] = new
    return found


def keys(play: Play) -> set[str]:
    with reading(play.installation.engine) as session:
        return set(session.scalars(select(Notice.key)))


def test_every_rung_comes_on_its_day_and_to_whom_it_concerns(play: Play) -> None:
    case = plan(play)  # due on Monday the nineteenth, ten working days on
    assert due_on(play, case) == date(2012, 3, 19)
    assert day_by_day(play, date(2012, 3, 30)) == {
        date(2012, 3, 14): {"T-3"},
        date(2012, 3, 16): {"T-1"},
        date(2012, 3, 19): {"T0"},
        date(2012, 3, 20): {"T+1"},
        date(2012, 3, 22): {"T+3"},
    }
    found = told(play, case)
    holders = {number for rung, _, number in found if rung == "T-3"}
    assert holders == {number for rung, _, number in found if rung == "T0"}
    assert {kind for rung, kind, _ in found if rung in {"T-3", "T-1", "T0"}} == {"deadline"}
    assert {kind for rung, kind, _ in found if rung in {"T+1", "T+3"}} == {"escalation"}
    heads = {number for rung, _, number in found if rung == "T+1"}
    above = {number for rung, _, number in found if rung == "T+3"}
    assert len(heads) == 1
    assert above
    assert above.isdisjoint(holders)


def test_a_second_tick_and_a_second_worker_tell_nothing_twice(play: Play) -> None:
    case = plan(play)
    play.clock.set(play.moment(date(2012, 3, 19)))
    fire_due(play.installation.engine, play.installation)
    look = partial(remind_all, play.installation.engine, play.installation)
    assert all(each.won for each in race(look, look, look))
    before = told(play, case)
    assert rungs(play, case) == {"T0"}
    assert tick(play) == 0
    assert told(play, case) == before


def test_after_an_outage_the_newest_reminder_and_every_report_are_told(play: Play) -> None:
    case = plan(play)
    play.clock.set(play.moment(date(2012, 4, 20)))
    tick(play)
    assert rungs(play, case) == {"T0", "T+1", "T+3"}
    with reading(play.installation.engine) as session:
        titles = session.scalars(select(Notice.title).where(Notice.case_id == case, Notice.kind == "deadline"))
        assert all("已逾期" in each for each in titles)


def test_whoever_has_acted_since_is_not_reminded_of_before(play: Play) -> None:
    case = plan(play)
    play.clock.set(play.moment(date(2012, 3, 18)))
    play.do(case, "submit_internal")
    play.clock.set(play.moment(date(2012, 3, 19)))
    tick(play)
    assert rungs(play, case) == set(), "three working days are left, and the task itself was news this day"


def test_the_ladder_of_a_state_is_its_own(play: Play) -> None:
    case = rectifying(play)  # due on the twelfth; reminds five, three and one working days before
    assert due_on(play, case) == date(2012, 3, 12)
    day_by_day(play, date(2012, 3, 12))
    assert rungs(play, case) == {"T-3", "T-1"}, "T-5 lies before the notice, and there is no T0"


def test_a_reminder_of_the_machine_does_not_take_the_ladder_away(play: Play) -> None:
    case = rectifying(play)
    play.until(date(2012, 3, 7))  # 提示单 was issued as the day began
    assert "Z36" in play.transitions(case)
    tick(play)
    assert rungs(play, case) == {"T-3"}


@pytest.mark.parametrize("verb", [administering.suspend, administering.terminate])
def test_nobody_is_reminded_of_what_is_suspended_or_over(play: Play, verb: object) -> None:
    case = plan(play)
    with writing(play.installation.engine) as session:
        verb(session, play.installation, SYSTEM_ACTOR, case, "核实情况")  # type: ignore[operator]
    play.clock.set(play.moment(date(2012, 4, 20)))
    tick(play)
    assert told(play, case) == set()


def test_after_a_pause_the_ladder_begins_anew_for_the_new_day(play: Play) -> None:
    case = plan(play)
    play.clock.set(play.moment(date(2012, 3, 14)))
    tick(play)
    with writing(play.installation.engine) as session:
        administering.suspend(session, play.installation, SYSTEM_ACTOR, case, "核实情况")
    play.clock.set(play.moment(date(2012, 3, 28)))
    with writing(play.installation.engine) as session:
        administering.resume(session, play.installation, SYSTEM_ACTOR, case, "已核实")
    assert due_on(play, case) == date(2012, 3, 31), "a working Saturday"
    assert day_by_day(play, date(2012, 3, 31)) == {
        date(2012, 3, 29): {"T-3"},
        date(2012, 3, 30): {"T-1"},
        date(2012, 3, 31): {"T0"},
    }
    assert rungs(play, case) == {"T-3", "T-1", "T0"}


def test_days_are_those_of_the_body_s_own_zone(play: Play) -> None:
    with writing(play.installation.engine) as session:
        session.execute(update(Organization).values(timezone="America/New_York"))
    case = plan(play)
    assert due_on(play, case) == date(2012, 3, 17), "the close of business there, seen from Beijing"
    play.clock.set(datetime.fromisoformat("2012-03-13T03:59:59+00:00"))
    tick(play)
    assert told(play, case) == set()
    play.clock.set(datetime.fromisoformat("2012-03-13T04:00:00+00:00"))  # midnight there, in summer time
    tick(play)
    assert rungs(play, case) == {"T-3"}


def test_one_case_that_fails_holds_nobody_up(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = plan(play)
    rectifying(play)
    real = reminding.load

    def stumble(session: object, installation: object, case_id: int) -> object:
        if case_id == bad:
            raise KeyError("a definition lost its way")
        return real(session, installation, case_id)  # type: ignore[arg-type]

    monkeypatch.setattr(reminding, "load", stumble)
    play.clock.set(play.moment(date(2012, 3, 19)))
    tick(play)
    assert told(play, bad) == set()
    assert keys(play), "somebody was reminded of another one"
    monkeypatch.undo()
    tick(play)
    assert rungs(play, bad) == {"T0"}


def test_a_tick_reads_only_what_is_near(play: Play) -> None:
    plan(play)
    assert tick(play) == 0, "the due moment is far ahead"
    play.clock.set(play.moment(date(2012, 3, 20)))
    tick(play)
    with reading(play.installation.engine) as session:
        assert session.scalars(select(Ladder.next_at)).all() == [play.moment(date(2012, 3, 22)).replace(hour=0)]
        assert session.scalar(select(Case.version)) is not None


def test_the_page_says_when_the_next_reminder_comes_and_to_whom(play: Play) -> None:
    case = plan(play)

    def said() -> str:
        with reading(play.installation.engine) as session:
            return next_reminder(load(session, play.installation, case))

    assert said() == "3月14日提醒办理人"
    play.clock.set(play.moment(date(2012, 3, 19)))
    assert said() == "3月20日告知主要负责人"
    play.clock.set(play.moment(date(2012, 3, 20)))
    assert said() == "3月22日告知上级办事机构"
    play.clock.set(play.moment(date(2012, 3, 22)))
    assert said() == ""
