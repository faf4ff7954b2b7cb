"""What users of other engines report of timers, suspension and migration, each as a test named after its thread."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from tests.operations.cast import Play
from tests.operations.test_administering import administer, branch_plan
from tests.operations.test_deadlines import due_on, open_timers
from tests.operations.test_migrating import migrated, newer
from workflow.operations import administering
from workflow.operations.due import deadlines
from workflow.operations.due.deadlines import TRIED_AGAIN_AFTER, fire_due
from workflow.operations.upkeep.failures import failures
from workflow.operations.upkeep.stuck import stuck_cases
from workflow.store.cases import Deadline
from workflow.store.session import create_engine, reading, writing
from workflow.store.tasks import Candidate


def fire(play: Play) -> int:
    return fire_due(play.installation.engine, play.installation)


def test_camunda_bpm_platform_3062_timers_that_a_migration_brings_to_a_suspended_case_wait(play: Play) -> None:
    """They neither fire nor fail while the case is suspended, and keep their distance when it is resumed."""
    made = newer(play, "plan", {"draft": {"due": None, "on_due": None, "remind": [], "on_remind": None}})
    plain = Play(made, play.clock)
    case = branch_plan(plain)
    assert open_timers(plain, case) == []
    administer(plain, administering.suspend, case)
    assert migrated(play.installation, "plan")[0].problem == ""
    timers = {each.id: each.due_at for each in open_timers(play, case)}
    assert timers
    play.clock.set(max(timers.values()) + timedelta(days=30))
    assert fire(play) == 0
    with reading(play.installation.engine) as session:
        assert failures(session, play.installation) == []
    administer(play, administering.resume, case)
    assert all(each.due_at > play.clock.now() for each in open_timers(play, case) if each.trigger == "remind_overdue")


def test_camunda_57549_what_was_left_of_a_limit_is_left_after_a_pause(play: Play) -> None:
    case, calendar = branch_plan(play), play.installation.calendar
    play.until("2012-03-08")
    left = calendar.working_days_between(play.today, due_on(play, case))
    administer(play, administering.suspend, case)
    play.until("2012-04-12")
    administer(play, administering.resume, case)
    assert calendar.working_days_between(play.today, due_on(play, case)) == left
    assert fire(play) == 0, "nothing is caught up at once"


def test_flowable_2354_a_due_moment_that_failed_is_not_locked_for_ever(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = branch_plan(play)
    play.clock.set(play.row(case).due_at or play.clock.now())
    with monkeypatch.context() as patch:
        patch.setattr(deadlines, "act_as_system", _raise)
        fire(play)
    assert "P21" not in play.transitions(case)
    play.clock.advance(TRIED_AGAIN_AFTER)
    fire(play)
    assert play.transitions(case).count("P21") == 1


def test_camunda_9680_a_restart_fires_each_due_moment_once(play: Play) -> None:
    case = branch_plan(play)
    play.clock.set(play.moment(due_on(play, case) + timedelta(days=3)))
    for _ in range(3):  # each time another process, which knows nothing but the database
        engine = create_engine(play.installation.settings.database_url)
        fire_due(engine, play.installation)
        engine.dispose()
    assert play.transitions(case).count("P21") == 1


def test_spiff_arena_1306_a_case_without_anybody_s_turn_is_told_and_not_left_waiting(play: Play) -> None:
    case = branch_plan(play)
    with writing(play.installation.engine) as session:
        session.execute(delete(Deadline))
        session.execute(update(Candidate).values(is_open=False))
    with reading(play.installation.engine) as session:
        assert [each.number for each in stuck_cases(session, play.installation)] == [play.row(case).number]


def test_spiff_arena_1909_a_timer_that_has_run_does_not_stop_a_migration(play: Play) -> None:
    case = branch_plan(play)
    play.clock.set(play.moment(due_on(play, case) + timedelta(days=1)))
    fire(play)
    assert play.transitions(case).count("P21") == 1
    made = newer(play, "plan", {"draft": {"due": "3 working days", "title": "起草中"}})
    assert migrated(made, "plan")[0].problem == ""
    assert Play(made, play.clock).do(case, "submit_internal").state == "internal_review"


def _raise(*_: object) -> None:
    raise ZeroDivisionError
