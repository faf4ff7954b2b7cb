"""Decision rules on both databases: who is asked, when the case moves, and what a decision leaves (approvals.md)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.enterprise import place, who
from tests.operations.approving.conftest import Sit
from tests.operations.approving.consent import COMMITTEE
from tests.operations.test_health import dismiss
from workflow.errors import NotAllowed
from workflow.operations.organization.appointing import Seat, appoint, person
from workflow.operations.organization.substituting import Terms, substitute
from workflow.operations.sealing import verify_case
from workflow.store.session import reading, writing
from workflow.store.tasks import Decision

SECRETARY, DEPUTY, DISCIPLINE, FOURTH, FIFTH = COMMITTEE


def test_all_agree(sit: Sit) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()
    assert len(desk.asked(case)) == len(COMMITTEE)
    for number in COMMITTEE[:-1]:
        assert desk.agree(case, number) == "deciding"
    assert desk.agree(case, COMMITTEE[-1]) == "approved"
    assert desk.decisions(case) == ["agree"] * len(COMMITTEE)
    assert desk.tasks(case) == []
    with reading(desk.installation.engine) as session:
        assert verify_case(session, case) is None


def test_the_first_refusal_ends_a_countersigning(sit: Sit) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()
    desk.agree(case, SECRETARY)
    assert desk.refuse(case, DEPUTY) == "refused"
    closed = {each.closed_reason for each in desk.tasks(case, open_only=False) if each.kind == "seat"}
    assert "已由梁文镕办理：不同意" in closed


def test_all_are_heard_before_a_refusal_counts(sit: Sit) -> None:
    desk = sit({"rule": "all", "hear_all": True})
    case = desk.begin()
    assert desk.refuse(case, SECRETARY, "预算不够") == "deciding"
    for number in COMMITTEE[1:-1]:
        assert desk.agree(case, number) == "deciding"
    assert desk.agree(case, COMMITTEE[-1]) == "refused"
    with reading(desk.installation.engine) as session:
        assert verify_case(session, case) is None


def test_nobody_decides_twice(sit: Sit) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()
    desk.agree(case, FOURTH)
    with pytest.raises(NotAllowed, match="您已经表示过意见"):
        desk.agree(case, FOURTH)
    assert desk.decisions(case) == ["agree"]


def test_one_after_another(sit: Sit) -> None:
    desk = sit({"rule": "sequence"})
    case = desk.begin()
    assert len(desk.asked(case)) == 1
    with pytest.raises(NotAllowed, match="还没有轮到您"):
        desk.agree(case, DEPUTY)
    for number in COMMITTEE[:-1]:
        assert desk.agree(case, number) == "deciding"
        assert len(desk.asked(case)) == 1
    assert desk.agree(case, COMMITTEE[-1]) == "approved"


def test_a_share_decides_as_soon_as_it_is_certain(sit: Sit) -> None:
    desk = sit({"rule": "percent", "pass_at": [3, 5]})
    case = desk.begin()
    desk.agree(case, SECRETARY)
    desk.refuse(case, DEPUTY)
    desk.agree(case, DISCIPLINE)
    assert desk.state(case) == "deciding"
    assert desk.agree(case, FOURTH) == "approved"


def test_abstentions_are_counted_apart(sit: Sit) -> None:
    desk = sit({"rule": "percent", "pass_at": [3, 5]})
    case = desk.begin()
    for number in COMMITTEE[:3]:
        desk.take(case, number, "abstain")
    assert desk.state(case) == "refused", "the rest cannot reach three fifths any more"
    assert desk.decisions(case) == ["abstain"] * 3


def test_where_all_must_agree_nobody_abstains(sit: Sit) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()
    with pytest.raises(NotAllowed, match="不能弃权"):
        desk.take(case, SECRETARY, "abstain")


def test_thresholds_of_pass_and_fail_differ(sit: Sit) -> None:
    desk = sit({"rule": "count", "pass_at": 4, "fail_at": 1})
    case = desk.begin()
    desk.agree(case, SECRETARY)
    assert desk.refuse(case, DEPUTY) == "refused"


def test_weights_are_added(sit: Sit) -> None:
    desk = sit({"rule": "weight", "pass_at": 6, "weights": {"sup.secretary": 5}}, by=["sup.secretary", "sup.committee"])
    case = desk.begin()
    assert desk.agree(case, SECRETARY) == "deciding"
    assert desk.agree(case, FIFTH) == "approved"


def test_up_the_tree_to_a_kind_of_body(sit: Sit) -> None:
    up = {"rule": "sequence", "up": {"role": "secretary", "until": ["ent_committee"]}}
    desk = sit(up)
    case = desk.open("HY020", "consent", "HY-11", text="请批准采购")
    desk.do(case, "submit")
    desk.do(case, "pass_on", by="HY020")
    assert len(desk.asked(case)) == 1
    assert desk.agree(case, "HY016") == "deciding"
    assert desk.agree(case, SECRETARY) == "approved"


def test_up_the_tree_so_many_levels(sit: Sit) -> None:
    desk = sit({"rule": "sequence", "up": {"role": "secretary", "levels": 1}})
    case = desk.open("HY020", "consent", "HY-11", text="请批准采购")
    desk.do(case, "submit")
    desk.do(case, "pass_on", by="HY020")
    assert desk.agree(case, "HY016") == "approved"


def test_a_substitute_decides_on_the_own_seat_and_on_the_principal_s(sit: Sit) -> None:
    desk = sit({"rule": "all"})
    case = desk.begin()
    with writing(desk.installation.engine) as session:
        both = (person(session, SECRETARY), person(session, DEPUTY))
        terms = Terms(*both, desk.today, desk.today, "外出学习")
        substitute(session, desk.installation, who(session, SECRETARY), terms)
    for _ in range(2):
        assert desk.agree(case, DEPUTY) == "deciding"
    with pytest.raises(NotAllowed, match="您已经表示过意见"):
        desk.agree(case, DEPUTY)
    with reading(desk.installation.engine) as session:
        found = session.execute(select(Decision.person_id, Decision.principal_id).where(Decision.case_id == case))
        assert sorted(found, key=str) == [
            (desk.person(DEPUTY), desk.person(SECRETARY)), (desk.person(DEPUTY), None)]  # fmt: skip


@pytest.mark.parametrize("rule", [None, {"rule": "all"}])
def test_nobody_decides_on_their_own_case_whatever_they_have_become(sit: Sit, rule: dict[str, str] | None) -> None:
    desk = sit(rule, by="sup.secretary", climbs=["initiator"])
    case = desk.begin(staff="HY021")
    dismiss(desk, SECRETARY, "HY", "party_secretary")
    with writing(desk.installation.engine) as session:
        seat = Seat(place(session, "HY"), "party_secretary")
        appoint(session, desk.installation, person(session, "HY021"), seat, desk.today)
    for attempt in (desk.agree, desk.refuse):
        with pytest.raises(NotAllowed, match="须由他人决定"):
            attempt(case, "HY021")
