"""A suspended case presses nobody: it stands apart in the inbox, without a day, and is not counted as overdue."""

from __future__ import annotations

from datetime import date

from tests.operations.cast import Play, who
from tests.operations.scenarios.plan import plan
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.operations import administering
from workflow.operations.reading.inbox import inbox
from workflow.store.session import reading, writing

DRAFTER = "HY021"


def groups(play: Play) -> dict[str, list[date | None]]:
    """The days of the drafter's tasks, by how they press."""
    with reading(play.installation.engine) as session:
        found = inbox(session, play.installation, who(session, DRAFTER))
    assert all(each.count == len(each.turns) for each in found.groups)
    return {each.title: [turn.due_on for turn in each.turns] for each in found.groups}


def test_what_is_suspended_stands_apart(play: Play) -> None:
    case = plan(play)
    play.clock.set(play.moment(date(2012, 4, 20)))
    assert list(groups(play)) == ["已逾期"]
    with writing(play.installation.engine) as session:
        administering.suspend(session, play.installation, SYSTEM_ACTOR, case, "核实情况")
    assert groups(play) == {"已中止": [None]}
