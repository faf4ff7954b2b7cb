"""What a holder may do besides deciding: ask, hand on, urge, take back; and returns with both resume modes."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.operations.approving.consent import COMMITTEE, SECRETARY, STAFF, Desk
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations.sealing import verify_case
from workflow.store.journal import JournalEntry
from workflow.store.people import Post
from workflow.store.session import reading, writing

HEAD, DEPUTY, DISCIPLINE, FOURTH, FIFTH = COMMITTEE
OFFICE = "HY006"  #: head of the Party-work department of the superior


def sound(desk: Desk, case: int) -> None:
    with reading(desk.installation.engine) as session:
        assert verify_case(session, case) is None


def test_signers_before_are_heard_first(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before", note="请核预算")
    with pytest.raises(Refused, match="须先由贺青云办理"):
        desk.agree(case, HEAD)
    desk.take(case, OFFICE, "answer", verdict="agree", opinion="预算可行")
    assert desk.agree(case, HEAD) == "approved"
    sound(desk, case)


def test_signers_beside_hold_the_move_until_all_agree(desk: Desk) -> None:
    case = desk.begin()
    people = [desk.person(OFFICE), desk.person("HY007")]
    desk.take(case, HEAD, "add_signer", people=people, place="parallel")
    assert desk.agree(case, HEAD) == "deciding"
    with pytest.raises(Refused, match="请等加签人员办理"):
        desk.agree(case, DEPUTY)
    desk.take(case, OFFICE, "answer", verdict="agree")
    assert desk.state(case) == "deciding"
    desk.take(case, "HY007", "answer", verdict="agree")
    assert desk.state(case) == "approved"
    sound(desk, case)


def test_signers_after_are_asked_when_the_holder_has_agreed(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="after")
    assert ("after", f"p{desk.person(OFFICE)}") not in desk.asked(case)
    assert desk.agree(case, HEAD) == "deciding"
    assert desk.asked(case) == [("after", f"p{desk.person(OFFICE)}")]
    desk.take(case, OFFICE, "answer", verdict="agree")
    assert desk.state(case) == "approved"


def test_a_signer_who_refuses_leaves_the_choice_to_the_holder(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before")
    with pytest.raises(InvalidInput):
        desk.take(case, OFFICE, "answer", verdict="refuse")
    desk.take(case, OFFICE, "answer", verdict="refuse", opinion="超出预算")
    with pytest.raises(Refused, match="贺青云：超出预算"):
        desk.agree(case, HEAD)
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before", note="已核减")
    desk.take(case, OFFICE, "answer", verdict="agree")
    assert desk.agree(case, HEAD) == "approved"


def test_a_signer_who_refused_and_left_office_is_asked_once_more(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before")
    desk.take(case, OFFICE, "answer", verdict="refuse", opinion="超出预算")
    with writing(desk.installation.engine) as session:
        session.execute(update(Post).where(Post.person_id == desk.person(OFFICE)).values(valid_to=desk.today))
    with pytest.raises(InvalidInput):
        desk.take(case, HEAD, "delegate", person=desk.person(OFFICE), note="请核")
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before", note="已核减")
    desk.take(case, OFFICE, "answer", verdict="agree")
    assert desk.agree(case, HEAD) == "approved"


@pytest.mark.parametrize("place", ["parallel", "after"])
def test_a_signer_who_refuses_gives_the_turn_back_to_a_holder_who_has_decided(desk: Desk, place: str) -> None:
    case = desk.begin()
    both = [desk.person(OFFICE), desk.person("HY007")]
    desk.take(case, HEAD, "add_signer", people=both, place=place)
    assert desk.agree(case, HEAD) == "deciding"
    desk.take(case, OFFICE, "answer", verdict="refuse", opinion="超出预算")
    assert "turn" in [kind for kind, _ in desk.asked(case)]
    desk.take(case, "HY007", "answer", verdict="agree")
    with pytest.raises(Refused, match="贺青云：超出预算"):
        desk.agree(case, HEAD)
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before", note="已核减")
    desk.take(case, OFFICE, "answer", verdict="agree")
    assert desk.agree(case, HEAD) == "approved"
    sound(desk, case)


def test_only_signers_who_have_not_acted_are_removed(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE), desk.person("HY007")], place="before")
    desk.take(case, OFFICE, "answer", verdict="agree")
    waiting = [each for each in desk.tasks(case) if each.kind == "before"]
    done = next(each for each in desk.tasks(case, open_only=False) if each.kind == "before" and each.closed_at)
    with pytest.raises(InvalidInput):
        desk.take(case, HEAD, "remove_request", tasks=[str(done.id)])
    desk.take(case, HEAD, "remove_request", tasks=[str(waiting[0].id)])
    assert desk.agree(case, HEAD) == "approved"


def test_a_turn_is_handed_on_within_the_body(desk: Desk) -> None:
    case = desk.begin()
    with pytest.raises(InvalidInput):
        desk.take(case, HEAD, "transfer", person=desk.person("HY020"), note="出差")
    desk.take(case, HEAD, "transfer", person=desk.person(OFFICE), note="出差")
    assert desk.asked(case) == [("turn", f"p{desk.person(OFFICE)}")]
    assert desk.agree(case, OFFICE) == "approved"
    assert "transferred" in desk.facts(case)


def test_what_was_delegated_comes_back(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "delegate", person=desk.person(OFFICE), note="请先看")
    with pytest.raises(Refused, match="须先由贺青云办理"):
        desk.agree(case, HEAD)
    desk.take(case, OFFICE, "answer", opinion="建议同意")
    assert desk.agree(case, HEAD) == "approved"


def test_a_question_does_not_stop_the_case(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "consult", people=[desk.person("HY010")], note="有无信访")
    assert desk.agree(case, HEAD) == "approved"
    reasons = [each.closed_reason for each in desk.tasks(case, open_only=False) if each.kind == "consulted"]
    assert reasons == ["已由周伯衡办理：同意"]


def test_a_copy_stays_until_it_is_read(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, HEAD, "copy", people=[desk.person("HY010")])
    desk.agree(case, HEAD)
    assert desk.asked(case) == [("copied", f"p{desk.person('HY010')}")]
    assert desk.state(case) == "approved"
    desk.take(case, "HY010", "read")
    assert desk.asked(case) == []
    with pytest.raises(NotAllowed, match="没有抄送给您"):
        desk.take(case, "HY010", "read")


def test_the_holder_sees_who_urged(desk: Desk) -> None:
    case = desk.begin()
    desk.take(case, STAFF, "urge", note="月底前要用")
    assert desk.tasks(case)[0].urged_by == "邵美琪"
    with pytest.raises(NotAllowed, match="邵美琪已于03月05日 09:00催办过"):
        desk.take(case, SECRETARY, "urge")
    with pytest.raises(NotAllowed, match="正在您处"):
        desk.take(case, HEAD, "urge")


def test_what_one_did_is_taken_back_until_somebody_acts(desk: Desk) -> None:
    case = desk.begin(up_to="draft")
    desk.act(case, STAFF, "submit", {"note": "补充说明"})
    due = desk.row(case).due_at
    with pytest.raises(NotAllowed, match="只有办理上一步的人员"):
        desk.take(case, "HY021", "take_back", note="误点")
    desk.take(case, STAFF, "take_back", note="误点")
    assert desk.state(case) == "draft"
    assert "note" not in desk.data(case)
    desk.act(case, STAFF, "submit", {"note": "补充说明"})
    desk.do(case, "pass_on")
    with pytest.raises(NotAllowed):
        desk.take(case, STAFF, "take_back", note="误点")
    desk.take(case, SECRETARY, "take_back", note="误点")
    assert desk.state(case) == "reviewing"
    assert desk.row(case).due_at == due
    sound(desk, case)


def test_a_return_leads_to_any_state_that_was_visited(desk: Desk) -> None:
    case = desk.begin()
    with pytest.raises(InvalidInput):
        desk.act(case, HEAD, "send_back", {"reason": "不清楚", "return_to": "approved"})
    desk.act(case, HEAD, "send_back", {"reason": "不清楚", "return_to": "reviewing"})
    assert desk.state(case) == "reviewing"
    assert any(each.closed_reason == "作废（退回）：不清楚" for each in desk.tasks(case, open_only=False))


def test_after_a_return_everything_runs_again(desk: Desk) -> None:
    case = desk.begin()
    desk.act(case, HEAD, "send_back", {"reason": "不清楚"})
    assert desk.state(case) == "draft"
    desk.do(case, "submit")
    assert desk.state(case) == "reviewing"


def test_after_a_return_the_case_comes_straight_back(desk: Desk) -> None:
    case = desk.begin()
    desk.act(case, HEAD, "send_back", {"reason": "不清楚", "after_return": "straight"})
    assert desk.state(case) == "draft"
    desk.do(case, "submit")
    assert desk.state(case) == "deciding"
    assert desk.row(case).resume is None
    sound(desk, case)


def test_decisions_of_an_earlier_round_do_not_count(sit: object) -> None:
    desk: Desk = sit({"rule": "all"})  # type: ignore[operator]
    case = desk.begin()
    desk.agree(case, HEAD)
    desk.act(case, DEPUTY, "send_back", {"reason": "不清楚", "after_return": "straight"})
    desk.do(case, "submit")
    assert len(desk.asked(case)) == len(COMMITTEE)
    for number in COMMITTEE:
        desk.agree(case, number)
    assert desk.state(case) == "approved"
    assert desk.decisions(case) == ["agree"] * (len(COMMITTEE) + 1)


def test_nobody_else_may_do_what_a_holder_may(desk: Desk) -> None:
    case = desk.begin()
    for action, values in (("add_signer", {}), ("transfer", {}), ("remove_request", {}), ("answer", {}), ("read", {})):
        with pytest.raises(NotAllowed):
            desk.take(case, STAFF, action, **values)
    with pytest.raises(NotFound):
        desk.take(case, STAFF, "delete_everything")
    with pytest.raises(NotFound):
        desk.take(case, "HY040", "urge")


def test_a_seat_waits_only_for_the_signers_of_its_holder(sit: object) -> None:
    desk: Desk = sit({"rule": "all"})  # type: ignore[operator]
    case = desk.begin()
    with pytest.raises(InvalidInput):
        desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="parallel")
    desk.take(case, HEAD, "add_signer", people=[desk.person(OFFICE)], place="before")
    assert desk.agree(case, DEPUTY) == "deciding"
    with pytest.raises(Refused, match="须先由贺青云办理"):
        desk.agree(case, HEAD)
    desk.take(case, OFFICE, "answer", verdict="agree")
    for number in (HEAD, DISCIPLINE, FOURTH, FIFTH):
        desk.agree(case, number)
    assert desk.state(case) == "approved"


def test_who_holds_two_posts_asks_in_the_one_that_has_the_turn(desk: Desk) -> None:
    """Head of the Party-work department and member of the committee, which is the higher post: the staff have it."""
    case = desk.begin(up_to="draft")
    desk.take(case, STAFF, "consult", people=[desk.person(SECRETARY)], note="口径对吗")
    with reading(desk.installation.engine) as session:
        said = select(JournalEntry.post).where(JournalEntry.case_id == case, JournalEntry.fact == "asked")
        assert session.scalars(said).all() == ["党建工作部负责人"]
