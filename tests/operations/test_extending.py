"""An extension by approval (M7, Z16–Z18): asked in time, granted or refused, and the deadline is what was decided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.operations.cast import Play
from tests.operations.scenarios.rectification import rectifying
from tests.operations.test_automatic_triggers import entries
from tests.operations.test_deadlines import due_on, open_timers
from workflow.errors import InvalidInput, Refused
from workflow.operations.due.deadlines import fire_due


def deadline(play: Play, case: int) -> date:
    return date.fromisoformat(play.data(case)["deadline_on"])


def test_a_granted_extension_moves_the_deadline_and_everything_that_hangs_on_it(play: Play) -> None:
    case = rectifying(play)
    before = deadline(play, case)
    play.do(case, "request_extension", extension_days=5)
    proposed = play.data(case)["new_due_on"]
    assert deadline(play, case) == before, "asking alone moves nothing"
    play.do(case, "grant_extension", opinion="同意")
    after = play.installation.calendar.add_working_days(before, 5).date
    assert deadline(play, case) == due_on(play, case) == after == date.fromisoformat(proposed)
    assert [play.installation.today(each.due_at) for each in open_timers(play, case)][-1] == after
    (granted,) = entries(play, case, "Z17")
    assert granted.person_id is not None
    assert play.data(case)["extension_decision"] == "granted"
    play.until(before)
    play.wait()
    assert play.state(case) == "rectifying"
    play.until(after)
    play.wait()
    assert play.state(case) == "overdue"
    assert {each.name for each in play.documents(case)} >= {
        "extension_request",
        "extension_reply",
        "supervision_notice",
    }


def test_a_refused_extension_leaves_the_deadline(play: Play) -> None:
    case = rectifying(play)
    before = deadline(play, case)
    play.do(case, "request_extension", extension_days=5)
    play.do(case, "refuse_extension", reason="理由不充分")
    assert deadline(play, case) == due_on(play, case) == before


def test_the_deadline_runs_while_an_extension_is_pending(play: Play) -> None:
    case = rectifying(play)
    play.do(case, "request_extension", extension_days=5)
    play.clock.set(play.moment(deadline(play, case) + timedelta(days=1)))
    fire_due(play.installation.engine, play.installation)
    assert play.state(case) == "overdue"


def test_it_is_asked_before_the_deadline_once_and_within_bounds(play: Play) -> None:
    case = rectifying(play)
    with pytest.raises(InvalidInput):
        play.do(case, "request_extension", extension_days=11)
    play.do(case, "request_extension", extension_days=5)
    play.do(case, "grant_extension")
    with pytest.raises(Refused, match="最多延长1次"):
        play.do(case, "request_extension", extension_days=5)


def test_it_is_asked_two_working_days_before(play: Play) -> None:
    case = rectifying(play)
    play.clock.set(play.moment(play.installation.calendar.roll_forward(deadline(play, case) - timedelta(days=1)).date))
    with pytest.raises(Refused, match="以前申请"):
        play.do(case, "request_extension", extension_days=5)
