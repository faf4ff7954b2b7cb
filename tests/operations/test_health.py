"""What the service tells about itself: cases that wait for nobody, tasks that reach nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from tests.enterprise import TODAY, place, who
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan, published
from tests.operations.scenarios.rectification import issued
from workflow.operations.administering import suspend, terminate
from workflow.operations.loading import load
from workflow.operations.organization import appointing
from workflow.operations.organization.appointing import Seat
from workflow.operations.relocating import destinations, relocate
from workflow.operations.tasks import close_tasks
from workflow.operations.upkeep.health import vacant_tasks
from workflow.operations.upkeep.stuck import count_stuck, look_for_stuck, stuck_cases
from workflow.store.cases import Case, Deadline
from workflow.store.notices import Notice
from workflow.store.people import Person
from workflow.store.session import reading, writing


def numbers(play: Play) -> tuple[list[str], list[str]]:
    """Stuck cases, and cases with vacant tasks."""
    with reading(play.installation.engine) as session:
        return ([each.number for each in stuck_cases(session, play.installation)],
                [each.number for each in vacant_tasks(session, TODAY)])  # fmt: skip


def cancel_timers(play: Play, case: int, but: str = "") -> None:
    with writing(play.installation.engine) as session:
        session.execute(delete(Deadline).where(Deadline.case_id == case, Deadline.trigger != but))


def dismiss(play: Play, number: str, body: str, post: str) -> None:
    with writing(play.installation.engine) as session:
        person = appointing.person(session, number)
        held = appointing.find_post(session, person, Seat(place(session, body), post), TODAY)
        appointing.end_post(session, play.installation, held, TODAY)


def test_a_campaign_under_way_is_not_stuck(play: Play) -> None:
    plan(play)
    issued(play)
    published(play)
    assert numbers(play) == ([], [])


def test_a_vacant_post_is_told_and_but_for_reminders_the_case_is_stuck(play: Play) -> None:
    case = issued(play)
    number = play.row(case).number
    dismiss(play, "HY016", "HY-1", "party_secretary")
    assert numbers(play) == ([], [number])
    cancel_timers(play, case, but="chase_receipt")
    for child in play.children(case):
        assert numbers(play)[0] == []
        with writing(play.installation.engine) as session:
            session.merge(child).closed_at = play.clock.now()
    assert numbers(play) == ([number], [number])


def test_a_shut_account_reaches_nobody(play: Play) -> None:
    case = issued(play)
    with writing(play.installation.engine) as session:
        assert who(session, "HY016").person_id
        appointing.disable_account(session, "hy016")
    assert numbers(play)[1] == [play.row(case).number]


def test_a_suspended_case_is_not_stuck_and_a_terminated_one_is_over(play: Play) -> None:
    case = issued(play)
    play.clock.set(play.moment(TODAY))
    cancel_timers(play, case)
    dismiss(play, "HY016", "HY-1", "party_secretary")
    for child in play.children(case):
        cancel_timers(play, child.id)
    with writing(play.installation.engine) as session:
        suspend(session, play.installation, who(session, "HY006"), case, "等待补任")
    assert numbers(play)[0] == []
    with writing(play.installation.engine) as session:
        terminate(session, play.installation, who(session, "HY006"), case, "不再办理")
    assert numbers(play) == ([], [])


def test_a_parent_whose_child_was_terminated_is_stuck_until_it_is_moved(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    case = issued(play)
    children = [each.id for each in play.children(case) if each.closed_at is None]
    cancel_timers(play, case)
    close_tasks_of(play, case)
    assert numbers(play)[0] == []
    with writing(play.installation.engine) as session:
        for each in children:
            terminate(session, play.installation, who(session, "CE05"), each, "误发")
    number = play.row(case).number
    assert numbers(play)[0] == [number]
    with reading(play.installation.engine) as session:
        assert count_stuck(session, play.installation) == 1
        path = place(session, "HY-1").path
        assert stuck_cases(session, play.installation, [path])
        assert not stuck_cases(session, play.installation, [place(session, "HY-2").path])
    assert look_for_stuck(play.installation.engine, play.installation) == 1
    assert number in caplog.text
    assert look_for_stuck(play.installation.engine, play.installation) == 1
    assert told_of(play, case) == [("HY019", "无人办理：《第一制造公司党委限期整改》")]
    with writing(play.installation.engine) as session:
        state = next(destinations(load(session, play.installation, case))).state
        relocate(session, play.installation, who(session, "HY006"), case, state, "重新派送")
    assert numbers(play)[0] == []


def told_of(play: Play, case: int) -> list[tuple[str, str]]:
    """Who was told that the case is stuck, by 工号, and the words."""
    with reading(play.installation.engine) as session:
        row = session.get_one(Case, case)
        told = select(Person.number, Notice.title).join(Person, Person.id == Notice.person_id)
        return [(who, title) for who, title in session.execute(told.where(Notice.key == f"stuck:{case}:{row.round}"))]


def close_tasks_of(play: Play, case: int) -> None:
    with writing(play.installation.engine) as session:
        close_tasks(session, case, play.clock.now(), None, "测试")
