"""Due moments: stored, on working days, fired once, and harmless when the case has moved on."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.racing import race
from tests.operations.scenarios.plan import plan
from tests.operations.scenarios.rectification import issued, rectifying
from workflow.operations.due.deadlines import fire, fire_due
from workflow.store.cases import Deadline
from workflow.store.session import reading, writing
from workflow.store.tasks import Task


def open_timers(play: Play, case: int) -> list[Deadline]:
    with reading(play.installation.engine) as session:
        waiting = select(Deadline).where(Deadline.case_id == case, Deadline.fired_at.is_(None))
        found = session.scalars(waiting.order_by(Deadline.due_at)).all()
        session.expunge_all()
        return list(found)


def due_on(play: Play, case: int) -> date:
    due_at = play.row(case).due_at
    assert due_at is not None
    return play.installation.today(due_at)


def test_a_limit_is_counted_on_the_working_calendar(play: Play) -> None:
    play.clock.set(play.moment(date(2012, 3, 29)))
    case = plan(play, effective_on="2012-05-02")
    assert due_on(play, case) == date(2012, 4, 13), "ten working days across 清明节, with two make-up days"


def test_a_case_that_moves_on_takes_its_timers_along(play: Play) -> None:
    case = plan(play)
    of_draft = {each.round for each in open_timers(play, case)}
    play.do(case, "submit_internal")
    of_review = {each.round for each in open_timers(play, case)}
    assert of_draft == {play.row(case).round - 1}
    assert of_review == {play.row(case).round}
    assert due_on(play, case) == date(2012, 3, 8)


def test_a_key_that_was_given_to_a_later_moment_fires_nothing(play: Play) -> None:
    case = issued(play)
    timer = open_timers(play, case)[-1]
    before = timer.due_at - timedelta(minutes=1)
    with writing(play.installation.engine) as session:
        assert not fire(session, play.installation, case, timer.id, before)
    assert timer.id in {each.id for each in open_timers(play, case)}


def test_a_due_moment_fires_once_however_many_workers_look(play: Play) -> None:
    case = issued(play)
    play.clock.set(play.row(case).due_at)
    look = partial(fire_due, play.installation.engine, play.installation)
    finishes = race(look, look, look)
    assert all(each.won for each in finishes)
    assert play.transitions(case).count("Z07") == 1
    assert play.is_late(case)


def test_nothing_fires_before_its_moment(play: Play) -> None:
    case = issued(play)
    play.clock.set(play.row(case).due_at - timedelta(seconds=1))
    fire_due(play.installation.engine, play.installation)
    assert "Z07" not in play.transitions(case)


def test_a_worker_that_slept_fires_in_order(play: Play) -> None:
    case = rectifying(play)
    play.clock.set(play.moment(date(2012, 4, 30)))
    fire_due(play.installation.engine, play.installation)
    fired = play.transitions(case)
    assert play.state(case) == "overdue"
    assert fired.count("Z26") == 1
    assert fired.index("Z36") < fired.index("Z26")


def test_a_case_that_is_over_has_no_timer_and_no_task(play: Play) -> None:
    case = plan(play)
    play.do(case, "withdraw", reason="重复")
    assert open_timers(play, case) == []
    with reading(play.installation.engine) as session:
        tasks = session.scalars(select(Task).where(Task.case_id == case)).all()
        assert all(each.closed_at and each.closed_reason for each in tasks)
