"""A case whose sealing was taken back is sealed again: the paper carries its seal already, and is entered once."""

from __future__ import annotations

from sqlalchemy import func, select

from tests.operations.cast import Play
from tests.operations.scenarios.issue import registered
from tests.operations.scenarios.plan import signed
from workflow.operations.approving.actions import do
from workflow.store.seals import SealUse
from workflow.store.session import reading, writing


def test_a_seal_is_used_once_though_the_case_comes_back(play: Play) -> None:
    issue = play.child(signed(play), "issue")
    registered(play, issue)
    play.do(issue, "seal")
    last = play.row(issue).last_move
    assert last is not None
    with writing(play.installation.engine) as session:
        do(session, play.installation, play.actor_of(last["person"]), issue, "take_back", {"note": "误点"})
    assert play.state(issue) == "printed"
    play.do(issue, "seal")
    with reading(play.installation.engine) as session:
        assert session.scalar(select(func.count()).select_from(SealUse)) == 1
