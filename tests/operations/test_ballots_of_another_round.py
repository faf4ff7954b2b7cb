"""An appraisal that is organised again: no vote of the round before counts beside the new roster."""

from __future__ import annotations

from sqlalchemy import func, select

from tests.operations.cast import Play
from tests.operations.scenarios.appraisal import opened
from workflow.operations.ballots import counts
from workflow.store.ballots import Ballot
from workflow.store.session import reading


def test_a_new_roster_begins_with_an_empty_box(play: Play) -> None:
    case = opened(play)
    assert play.ballots(case, "satisfied", share=0.3) > 0
    play.until("2012-03-17")
    assert play.state(case) == "invalid"
    play.do(case, "rerun")
    play.do(case, "amend_plan", held_on=play.after(9), closes_on=play.after(12))
    play.do(case, "approve_plan")
    play.do(case, "fix_roster")
    with reading(play.installation.engine) as session:
        found = counts(session, case, play.state(case))
        assert (found.collected, found.issued) == (0, 0)
        assert session.scalar(select(func.count()).select_from(Ballot)) == 0
