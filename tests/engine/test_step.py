"""The engine itself: rights, guards, signatures, automatic moves, children, due moments, the predicted chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.engine.cast import (
    BRANCH,
    CLERK,
    COMMITTEE,
    ENTERPRISE,
    LEADER,
    LOCAL_ENTERPRISE,
    MEMBER,
    ORGANISER,
    SECRETARY,
    TODAY,
    TREE,
    child,
    definition,
    held_by,
    snapshot,
)
from tests.engine.test_guards_plan import PLAN
from workflow.engine.actor import Actor
from workflow.engine.deadlines import lasting, limit
from workflow.engine.forecast import forecast
from workflow.engine.moving import SYSTEM_ACTOR, Step
from workflow.engine.options import options
from workflow.engine.rights import role_title, task_addresses
from workflow.engine.routing import RoutingError, Tree, filing_body
from workflow.engine.snapshot import Act, Signature, Snapshot
from workflow.engine.step import perform, settle
from workflow.engine.values import digest
from workflow.errors import NotAllowed, Refused

AT = datetime.combine(TODAY, time(2), UTC)


def do(facts: Snapshot, trigger: str, who: int | None, values: Mapping[str, Any] | None = None) -> Step:
    transition = facts.definition.find(trigger, facts.case.state)
    assert transition is not None
    actor = Actor(who, "某人", held_by(who)) if who else SYSTEM_ACTOR
    return perform(facts, Act(transition, actor, values or {}, AT, TODAY))


def test_an_act_moves_the_case_opens_a_round_and_keeps_what_was_entered() -> None:
    step = do(snapshot("plan", data=PLAN), "submit_internal", ORGANISER)
    assert (step.snapshot.case.state, step.snapshot.case.round) == ("internal_review", 2)
    assert [move.transition.id for move in step.moves] == ["P01"]


def test_a_person_without_the_post_is_told_whose_turn_it_is() -> None:
    with pytest.raises(NotAllowed, match="这一步应由总装支部"):
        do(snapshot("plan", data=PLAN), "submit_internal", LEADER)


def test_a_guide_is_told_that_it_may_only_advise() -> None:
    facts = snapshot("plan", "under_review", own=LOCAL_ENTERPRISE)
    guide = Actor(900, "指导", frozenset({(1, "lg_head")}))
    transition = definition("plan").find("return_for_revision", "under_review")
    assert transition is not None
    with pytest.raises(NotAllowed, match="指导关系"):
        perform(facts, Act(transition, guide, {}, AT, TODAY))


def test_a_guard_that_says_no_is_named_with_its_reason() -> None:
    with pytest.raises(Refused) as refused:
        do(snapshot("plan", data={**PLAN, "measures": []}), "submit_internal", ORGANISER)
    assert refused.value.facts["guard"] == "all_goals_covered"
    assert "不能送审" in str(refused.value)


def test_the_system_cannot_do_what_a_person_has_to() -> None:
    with pytest.raises(NotAllowed):
        do(snapshot("plan", data=PLAN), "submit_internal", None)


def test_nobody_can_fire_what_only_a_vote_can_decide() -> None:
    with pytest.raises(NotAllowed, match="系统"):
        do(
            snapshot("plan", "deliberating", data=PLAN, children=(child("vote", "voting", final=False),)),
            "adopt",
            SECRETARY,
        )


def test_entering_a_state_opens_its_child_once() -> None:
    facts = snapshot("plan", "internal_review", data=PLAN)
    assert do(facts, "to_committee", ORGANISER).children == ("vote",)


def test_two_people_have_to_sign_and_one_person_signs_once() -> None:
    counting: dict[str, Any] = {"issued": None, "ayes": 3, "against": 0, "abstain": 0, "void": 0}
    data = {"matter": "branch_committee", "expected": 3, "present": 3, "scrutineer": ORGANISER, "teller": MEMBER,
            "method": "hands", "attendees": [SECRETARY, ORGANISER, MEMBER]}  # fmt: skip
    facts = snapshot("vote_session", "voting", data=data)
    first = do(facts, "count", ORGANISER, counting)
    assert first.moves == ()
    assert (first.signer or SYSTEM_ACTOR).person_id == ORGANISER
    assert first.signature == Signature("V06", ORGANISER, "0:named.scrutineer", digest(counting, sorted(counting)))
    with pytest.raises(Refused, match="您已签字"):
        do(first.snapshot, "count", ORGANISER, counting)
    with pytest.raises(Refused, match="不一致"):
        do(first.snapshot, "count", MEMBER, {**counting, "ayes": 2})
    corrected = do(first.snapshot, "count", ORGANISER, {**counting, "ayes": 2, "against": 1})
    assert [each.person_id for each in corrected.snapshot.signatures] == [ORGANISER]
    with pytest.raises(Refused, match="不一致"):
        do(corrected.snapshot, "count", MEMBER, counting)
    second = do(first.snapshot, "count", MEMBER, counting)
    assert [move.transition.id for move in second.moves] == ["V06", "V07"]
    assert second.signature is not None
    assert second.signature.person_id == MEMBER
    assert first.change.data == counting
    assert first.snapshot.case.data["ayes"] == counting["ayes"], "the next one sees what was counted"


def test_automatic_transitions_follow_at_once_and_when_their_day_comes() -> None:
    waiting = snapshot("plan", "published", data={"effective_on": "2012-03-06"})
    assert settle(waiting, AT, TODAY).moves == ()
    assert settle(waiting, AT, date(2012, 3, 6)).snapshot.case.state == "in_progress"


def test_options_tell_apart_what_is_mine_and_what_is_not() -> None:
    found = {each.transition.id: each for each in options(
        snapshot("plan", "internal_review", data=PLAN), Actor(ORGANISER, "组织", held_by(ORGANISER)), AT, TODAY
    )}  # fmt: skip
    assert found["P03"].allowed
    assert not found["P20"].mine
    assert "P21" not in found  # a timer is nobody's button


def test_a_task_is_addressed_to_posts_and_to_the_member() -> None:
    facts = snapshot("pledge", subject="member")
    assert task_addresses(facts, ("self", "own.secretary")) == (f"p{MEMBER}", f"o{BRANCH}:branch_secretary")
    assert role_title(facts, "self") == "本人"


def test_due_moments_are_working_days_at_the_end_of_business() -> None:
    facts = snapshot("plan", "internal_review", data=PLAN)
    found = limit(facts, date(2012, 1, 18))  # three working days across the Spring Festival
    assert found is not None
    assert (found.on, found.at) == (date(2012, 1, 21), datetime(2012, 1, 21, 9, 30, tzinfo=UTC))
    assert [(each.trigger, each.at) for each in found.timers] == [
        ("remind_overdue", found.at),
        ("remind_before_due", datetime(2012, 1, 19, 16, tzinfo=UTC)),  # T-1 and T-0 begin at midnight in Beijing
        ("remind_before_due", datetime(2012, 1, 20, 16, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("stated", "due"),
    [("5 working days", date(2012, 1, 30)), ("5 working days, first day counted", date(2012, 1, 29)),
     ("1 working day, first day counted", date(2012, 1, 18)), ("5 natural days, first day counted", date(2012, 1, 29)),
     ("2 natural days, first day counted", date(2012, 1, 19))],
)  # fmt: skip
def test_a_limit_says_whether_its_first_day_counts(stated: str, due: date) -> None:
    facts = snapshot("plan", "internal_review", data=PLAN)
    assert lasting(facts, stated, date(2012, 1, 18)).date == due  # Spring Festival from the 22nd to the 28th


def test_an_unacknowledged_notice_is_chased_again_and_again_until_its_deadline() -> None:
    facts = snapshot("rectification", "issued", own=COMMITTEE, data={"deadline_on": "2012-03-13"})
    found = limit(facts, TODAY)
    assert found is not None
    assert [(each.trigger, each.at.date()) for each in found.timers] == [
        ("chase_receipt", date(2012, 3, 7)),
        ("chase_receipt", date(2012, 3, 9)),
        ("mark_overdue", date(2012, 3, 13)),
    ]


def test_a_fixed_date_brings_its_reminders_on_working_days_before() -> None:
    facts = snapshot("rectification", "rectifying", own=COMMITTEE, data={"deadline_on": "2012-03-30"})
    found = limit(facts, TODAY)
    assert found is not None
    beijing = ZoneInfo("Asia/Shanghai")
    days = [each.at.astimezone(beijing).date() for each in found.timers if each.trigger == "remind_before_due"]
    assert days == [date(2012, 3, 23), date(2012, 3, 27), date(2012, 3, 29)]


def test_the_chain_is_foretold_with_posts_and_dates_to_its_end() -> None:
    chain = forecast(snapshot("plan", data=PLAN), AT, TODAY)
    assert [each.state for each in chain][:4] == ["draft", "internal_review", "deliberating", "adopted"]
    assert chain[-1].state == "closed"
    assert chain[2].child == "vote_session"
    assert all(not each.is_vacant for each in chain)


def test_the_chain_counts_on_from_the_limit_that_is_stored() -> None:
    late, ahead = datetime(2012, 2, 20, 9, 30, tzinfo=UTC), datetime(2012, 3, 8, 16, 30, tzinfo=UTC)
    chain = forecast(snapshot("plan", data=PLAN, due_at=ahead), AT, TODAY)
    assert [each.due_on for each in chain[:2]] == [date(2012, 3, 9), date(2012, 3, 14)], "after midnight in Beijing"
    chain = forecast(snapshot("plan", data=PLAN, due_at=late), AT, TODAY)
    assert [each.due_on for each in chain[:2]] == [date(2012, 2, 20), date(2012, 3, 8)], "never before today"


def test_a_body_without_or_with_two_superiors_cannot_be_routed() -> None:
    with pytest.raises(RoutingError, match="没有登记上级"):
        TREE.leading_superior(1)
    with pytest.raises(RoutingError, match="党支部登记了不止一个上级领导党组织，请"):
        Tree(TREE.bodies, {BRANCH: (COMMITTEE, ENTERPRISE)}).leading_superior(BRANCH)


def test_an_opinion_is_filed_with_the_leading_group_even_by_an_enterprise_that_it_only_guides() -> None:
    assert filing_body(TREE, ENTERPRISE, opinion=True) == filing_body(TREE, LOCAL_ENTERPRISE, opinion=True) == 1
    assert filing_body(TREE, LOCAL_ENTERPRISE, opinion=False) == TREE.leading_superior(LOCAL_ENTERPRISE)  # 实施方案
    assert filing_body(TREE, BRANCH, opinion=False) == COMMITTEE
    assert CLERK not in (SECRETARY, LEADER)
