"""Cases and the cases that they open: who waits for whom, and what becomes of those nobody waits for any more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.operations.cast import Play
from tests.operations.scenarios.commendation import deliberating, nominated, on_notice, reporting
from tests.operations.scenarios.notice import posted
from tests.operations.scenarios.plan import signed
from tests.operations.scenarios.supporting import inspection
from workflow.errors import Refused
from workflow.operations.loading import load
from workflow.operations.organization.lines import bump
from workflow.operations.reading.confidences import told_in_confidence
from workflow.operations.reading.kin import family_of, kin_of
from workflow.store.organization import Relation
from workflow.store.session import reading, writing


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


def inspected(play: Play, **found: Any) -> int:
    """The enterprise has inspected two of its companies and reports."""
    sampled = [{"unit": play.body(each), "category": "production"} for each in ("HY-1", "HY-2")]
    case = inspection(play, units=sampled)
    for each in ("plan_fixed_list", "notify", "start"):
        play.do(case, each)
    play.do(case, "draft_findings", **found)
    play.do(case, "report", unexchanged_reason="当场已核对")
    return case


def test_what_an_inspection_found_goes_on_in_cases_of_its_own(play: Play) -> None:
    first, second = play.body("HY-1"), play.body("HY-2")
    problems = [
        {"unit": first, "text": "台账不全", "decision": "rectify"},
        {"unit": second, "text": "记录不及时", "decision": "none", "reason": "已当场补正"},
        {"unit": first, "text": "组织生活记录缺页", "decision": "rectify"},
    ]
    told = [{"unit": second, "text": each, "use": "bulletin"} for each in ("进展按月公布", "党员带头攻关")]
    told.append({"unit": first, "text": "责任区挂牌", "use": "none"})
    case = inspected(play, problems=problems, experiences=told)
    play.do(case, "circulate")
    assert play.children(case, "rectification") == []
    play.do(case, "close")
    (rectified,) = play.children(case, "rectification")
    assert (rectified.organization_id, rectified.state, rectified.data["source"]) == (first, "recorded", "inspection")
    assert (rectified.data["facts"], rectified.data["problems"]) == (
        "台账不全\n组织生活记录缺页", ["台账不全", "组织生活记录缺页"]
    )  # fmt: skip
    assert "第一制造公司" in rectified.title
    play.do(rectified.id, "draft_notice", limit_days=10)
    bulletins = play.children(case, "bulletin")
    assert [(each.organization_id, each.state, each.data["text"]) for each in bulletins] == [
        (second, "contributed", "进展按月公布"), (second, "contributed", "党员带头攻关"),
    ]  # fmt: skip
    play.do(bulletins[0].id, "sign_off")
    play.do(bulletins[0].id, "select")
    with reading(play.installation.engine) as session:
        loaded = load(session, play.installation, case)
        family = family_of(session, loaded.row)
        _, above = kin_of(play.installation, play.actor(session, "HY008"), loaded, family)
        _, judged = kin_of(play.installation, play.actor(session, "HY019"), loaded, family)
    assert all(each.is_readable for each in above)
    assert [each.title for each in judged if each.is_readable] == [rectified.title]


def test_an_inspection_that_found_nothing_opens_nothing(play: Play) -> None:
    case = inspected(play)
    play.do(case, "close_without_circular", reason="没有发现问题")
    assert [each for each in play.children(case) if each.child_name in ("rectification", "bulletin")] == []


def test_a_finding_is_of_a_unit_that_was_inspected(play: Play) -> None:
    for table, more in (("problems", {"decision": "rectify"}), ("experiences", {"use": "bulletin"})):
        with pytest.raises(Refused, match="第1行的单位不在本次检查的单位之内"):
            inspected(play, **{table: [{"unit": play.body("HY-3"), "text": "台账不全", **more}]})


def test_a_company_dissolved_meanwhile_keeps_nobody_from_closing(play: Play) -> None:
    first = play.body("HY-1")
    case = inspected(play, problems=[{"unit": first, "text": "台账不全", "decision": "rectify"}])
    with writing(play.installation.engine) as session:
        for edge in session.scalars(select(Relation).where(Relation.subordinate_id == first, Relation.kind == "lead")):
            edge.valid_to = play.today
        bump(session)
    play.do(case, "close_without_circular", reason="没有普遍性问题")
    assert play.children(case, "rectification") == []
