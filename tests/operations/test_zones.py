"""Lists show the days of a case in the zone of its body, wherever the installation stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import update

from tests.enterprise import campaign_id, place, who
from tests.operations.cast import Play
from tests.operations.scenarios.plan import plan
from tests.operations.scenarios.rectification import issued
from workflow.operations.reading.bodies import led_by
from workflow.operations.reading.campaign import campaign_page
from workflow.operations.reading.case import case_page
from workflow.operations.reading.followed import opened
from workflow.operations.reading.grid import grid_of
from workflow.operations.reading.inbox import TODAY, inbox, turns_to_choose_from
from workflow.operations.reading.standing import Standing
from workflow.store.cases import Case
from workflow.store.organization import Organization
from workflow.store.session import reading, writing
from workflow.store.tasks import Task

DUE = datetime.fromisoformat("2012-03-16T17:30-04:00")  #: the day after in Beijing
DUE_ON = date(2012, 3, 16)
OWN = Standing("soon", "今天到期", 0)


def abroad(play: Play, now: str) -> None:
    """Every body lives in New York, everything is due at the close of business of a Friday, and it is this moment."""
    with writing(play.installation.engine) as session:
        session.execute(update(Organization).values(timezone="America/New_York"))
        session.execute(update(Case).values(due_at=DUE))
        session.execute(update(Task).values(due_at=DUE))
    play.clock.set(datetime.fromisoformat(now))


def test_an_inbox_and_the_lists_of_a_person(play: Play) -> None:
    plan(play)
    abroad(play, "2012-03-16T10:00-04:00")
    with reading(play.installation.engine) as session:
        actor = who(session, "HY021")
        (group,) = inbox(session, play.installation, actor).groups
        assert (group.title, [(each.due_on, each.standing) for each in group.turns]) == (TODAY, [(DUE_ON, OWN)])
        (turn,) = turns_to_choose_from(session, play.installation, actor, 9)
        assert (turn.due_on, turn.standing) == (DUE_ON, OWN)
        (listed,) = opened(session, play.installation, actor).cases
        assert listed.standing == OWN


def test_the_task_list_of_a_campaign(play: Play) -> None:
    plan(play)
    abroad(play, "2012-03-16T10:00-04:00")
    with reading(play.installation.engine) as session:
        body = place(session, "HY-1").id
        page = campaign_page(session, play.installation, who(session, "HY021"), campaign_id(session), body)
        (own,) = next(each.own for each in page.stages if each.stage == "plan")
        assert (own.due_on, own.standing) == (DUE_ON, OWN)


def test_what_hangs_on_a_case(play: Play) -> None:
    case = issued(play)
    abroad(play, "2012-03-16T10:00-04:00")
    with reading(play.installation.engine) as session:
        page = case_page(session, play.installation, who(session, "HY016"), play.row(case).number)
        assert OWN in [each.standing for each in page.children]


def test_a_grid_adds_up_the_zones(play: Play) -> None:
    plan(play)
    plan(play, body="HY-2", opener="HY031")
    abroad(play, "2012-03-12T20:00-04:00")  # four working days are left there, three in Beijing
    with writing(play.installation.engine) as session:
        session.execute(update(Organization).where(Organization.code == "HY-2").values(timezone="Asia/Shanghai"))
    with reading(play.installation.engine) as session:
        bodies = led_by(session, play.installation, place(session, "HY").id)
        top = replace(bodies[0], id=place(session, "HY").id, name=place(session, "HY").name)
        rows = grid_of(session, play.installation, campaign_id(session), [top, *bodies])
        cells = {row.body.name: row.cells[0] for row in rows}
        found = [cells[place(session, code).name] for code in ("HY-1", "HY-2", "HY")]
    assert [(each.standing.kind, each.total) for each in found] == [("running", 1), ("soon", 1), ("soon", 2)]
