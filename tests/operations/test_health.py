"""What the service tells about itself: cases that wait for nobody, tasks that reach nobody."""

from __future__ import annotations

from sqlalchemy import update

from tests.enterprise import TODAY, place, who
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan, published
from tests.operations.scenarios.rectification import issued
from workflow.operations import appointing
from workflow.operations.appointing import Seat
from workflow.operations.health import stuck_cases, vacant_tasks
from workflow.store.cases import Deadline
from workflow.store.session import reading, writing


def numbers(play: Play) -> tuple[list[str], list[str]]:
    """Stuck cases, and cases with vacant tasks."""
    with reading(play.installation.engine) as session:
        return ([each.number for each in stuck_cases(session, TODAY)],
                [each.number for each in vacant_tasks(session, TODAY)])  # fmt: skip


def cancel_timers(play: Play, case: int) -> None:
    with writing(play.installation.engine) as session:
        session.execute(update(Deadline).where(Deadline.case_id == case).values(cancelled_at=play.clock.now()))


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


def test_a_vacant_post_is_told_and_without_a_due_moment_the_case_is_stuck(play: Play) -> None:
    case = issued(play)
    number = play.row(case).number
    dismiss(play, "HY016", "HY-1", "party_secretary")
    assert numbers(play) == ([], [number])
    cancel_timers(play, case)
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
