"""Cases and the cases that they open: who waits for whom, and what becomes of those nobody waits for any more."""

from __future__ import annotations

import pytest

from tests.operations.cast import Play
from tests.operations.scenarios.commendation import deliberating, nominated, on_notice, reporting
from tests.operations.scenarios.notice import posted
from tests.operations.scenarios.plan import signed
from workflow.errors import Refused
from workflow.operations.loading import load
from workflow.operations.reading.confidences import told_in_confidence
from workflow.store.session import reading


def test_a_notice_posted_late_still_runs_its_full_period(play: Play) -> None:
    case = on_notice(play)
    play.wait(6)  # well past the day by which it should have been posted
    notice = posted(play, case)
    assert play.state(notice) == "posted"
    play.until(play.data(notice)["notice_to"])
    assert play.state(notice) == "posted"
    play.wait()
    assert play.state(notice) == "closed_clean"


def test_a_withdrawn_nomination_takes_its_notice_down(play: Play) -> None:
    case = on_notice(play)
    notice = posted(play, case)
    play.do(case, "withdraw", reason="本人申请")
    assert play.row(notice).closed_at is not None
    with pytest.raises(Refused):
        play.objects(notice)


def test_the_notice_of_an_earlier_submission_cannot_approve_a_later_one(play: Play) -> None:
    case = reporting(play)
    play.do(case, "submit_up")
    play.do(case, "sup_register")
    play.do(case, "put_to_superior")
    play.vote(case, name="award_vote")
    notice = posted(play, case, "award_notice")
    play.do(case, "sup_return", reason="材料有误")
    assert play.row(notice).closed_at is not None
    play.do(case, "resubmit_to_superior")
    play.do(case, "submit_up")
    play.do(case, "sup_register")
    play.wait(15)
    assert play.state(case) == "superior_review"


def test_a_meeting_without_a_quorum_is_not_called_again_for_a_case_that_is_over(play: Play) -> None:
    case = nominated(play)
    play.do(case, "withdraw", reason="本人申请")
    assert [each.closed_at is not None for each in play.children(case, "nomination_vote")] == [True]


def test_the_issue_of_a_paper_goes_on_when_its_case_moves_on(play: Play) -> None:
    case = signed(play)
    issue = play.child(case, "issue")
    play.do(case, "publish_direct")
    assert play.row(issue).closed_at is None


def test_one_who_signed_something_wrong_signs_again_and_the_other_agrees(play: Play) -> None:
    case = deliberating(play)
    meeting = play.child(case, "committee_vote")
    play.check_in(meeting)
    play.do(meeting, "open")
    present = [each for each in play.data(meeting)["attendees"] if each not in play.data(meeting)["recused"]]
    play.do(meeting, "call_vote", method="secret", heard=True, scrutineer=present[0], teller=present[1])
    number = play.data(meeting)["present"]
    scrutineer, teller = (play.actor_of(each) for each in present[:2])
    right = {"issued": number, "ayes": number, "against": 0, "abstain": 0, "void": 0}
    wrong = {**right, "ayes": number - 1, "against": 1}
    play.act(meeting, scrutineer, "count", wrong)
    with pytest.raises(Refused, match="不一致"):
        play.act(meeting, teller, "count", right)
    play.act(meeting, scrutineer, "count", right)
    play.act(meeting, teller, "count", right)
    assert play.state(meeting) == "passed"
    assert play.data(meeting)["ayes"] == number


def test_a_reply_is_drafted_in_the_body_that_replies(play: Play) -> None:
    case = reporting(play)
    play.do(case, "submit_up")
    play.do(case, "sup_register")
    play.do(case, "put_to_superior")
    play.vote(case, name="award_vote")
    notice = posted(play, case, "award_notice")
    play.until(play.data(notice)["notice_to"])
    play.wait()
    issue = play.data(play.child(case, "issue_reply"))
    opener = play.row(case).opened_by
    assert opener not in issue["drafter"]


def test_only_those_who_check_an_objection_read_who_made_it(play: Play) -> None:
    case = on_notice(play)
    notice = posted(play, case)
    play.objects(notice)
    with reading(play.installation.engine) as session:
        loaded = load(session, play.installation, notice)
        checker, nominee, archivist = (play.actor(session, each) for each in ("HY019", "HY024", "HY022"))
        told = told_in_confidence(session, checker, loaded)
        assert any(text for each in told for _, text in each.values)
        assert told_in_confidence(session, nominee, loaded) == ()
        assert told_in_confidence(session, archivist, loaded) == ()
    secret = next(text for each in told for label, text in each.values if label == "反映的问题")
    assert all(secret not in str(each.content) for each in play.documents(notice))
