"""Commendation and rectification from beginning to end, through the engine alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.engine import cast
from tests.engine.asking import case_of
from tests.engine.cast import (
    ASSESSOR,
    BRANCH,
    CE_LG,
    CLERK,
    COMMITTEE,
    ENTERPRISE,
    LEADER,
    OTHER_ASSESSOR,
    SECRETARY,
    TODAY,
    child,
    related,
)
from tests.engine.company import CHIEF, DEPUTY, DISCIPLINE
from tests.engine.test_guards_commendation import AWARD, FORM, OPINIONS
from tests.engine.test_guards_rectification import ITEMS, NOTICE, PASSED
from tests.engine.test_main_stages import walk
from workflow.engine.snapshot import Snapshot
from workflow.errors import NotAllowed, Refused

pytestmark = pytest.mark.usefixtures("company")


def given(stage: str, **surroundings: Any) -> Snapshot:
    """A case in its first state."""
    return case_of(stage, surroundings)


def issued() -> Snapshot:
    """A rectification whose notice is out."""
    bodies = {"own": BRANCH, "sup": COMMITTEE}
    return walk(
        given("rectification", bodies=bodies, data=NOTICE),
        ("Z01", CLERK, {"limit_days": 10}), ("Z03", CLERK), ("Z05", LEADER), ("Z06", SECRETARY),
    )  # fmt: skip


def test_a_rectification_from_notice_to_closing() -> None:
    reported = walk(
        issued(),
        ("Z12", SECRETARY, {"items": ITEMS}),
        ("Z14", CLERK),
        ("Z19", SECRETARY, {"report": "完成", "items": ITEMS}),
    )
    team = {"team": [ASSESSOR, OTHER_ASSESSOR]}
    verdict: dict[str, Any] = {"verification": PASSED, "findings": "已整改"}
    passed = walk(reported, ("Z21", CLERK, team), ("Z22", ASSESSOR, verdict), ("Z22", OTHER_ASSESSOR, verdict))
    assert passed.case.state == "passed"
    closed = walk(passed, ("Z25", LEADER, {"told_scope": "本支部"}))
    assert closed.case.state == "closed"
    again = walk(closed, ("Z35", CLERK, {"relapse": "又缺", "rework_days": 5}))
    assert again.case.data["deadline_on"] == "2012-03-12"


def test_an_overdue_rectification_climbs_the_ladder() -> None:
    facts = walk(issued(), ("Z12", SECRETARY, {"items": ITEMS}), ("Z14", CLERK))
    facts = replace(facts, case=replace(facts.case, due_at=datetime(2012, 3, 19, 9, 30, tzinfo=UTC)))
    late = walk(facts, ("Z26", None), day=(date(2012, 3, 20) - TODAY).days)
    with pytest.raises(Refused, match="逾期满3个工作日"):
        walk(late, ("Z28", LEADER), day=(date(2012, 3, 20) - TODAY).days)
    circulated = walk(late, ("Z28", LEADER), ("Z30", DEPUTY), ("Z30", LEADER), day=(date(2012, 3, 28) - TODAY).days)
    assert circulated.case.state == "circulated"
    proposed = walk(circulated, ("Z38", LEADER, {"transfer_to": "纪检机构"}), day=(date(2012, 4, 10) - TODAY).days)
    assert walk(proposed, ("Z32", None), children=[child("escalation_vote", "passed")]).case.state == "escalated"


def test_a_guide_issues_nothing() -> None:
    guided = given("rectification", own=cast.LOCAL_ENTERPRISE, bodies={"sup": CE_LG}, data=NOTICE)
    with pytest.raises(NotAllowed):
        walk(guided, ("Z01", CLERK))


def nominated() -> Snapshot:
    """A member nominated by the branch, the assembly in favour."""
    facts = given(
        "commendation", subject="member", data={**AWARD, **FORM},
        bodies={"com": COMMITTEE, "sup": ENTERPRISE, "award_level": ENTERPRISE},
        related=[related("assessment", "finalized", {"grade": "excellent"}, same_person=True)],
    )  # fmt: skip
    return walk(walk(facts, ("W01", SECRETARY)), ("W02", None), children=[child("nomination_vote", "passed")])


def deliberated() -> Snapshot:
    """The same before the committee, everything checked."""
    checks = {"talks": 3, "records_checked": True, "site_visited": True, "investigation": "合格"}
    return walk(
        nominated(),
        ("W08", CLERK, {"conditions_met": ["学习提高"]}), ("W10", CLERK),
        ("W12", ASSESSOR, checks), ("W12", DEPUTY, checks),
        ("W50", DISCIPLINE, {"integrity_opinion": "没有发现问题"}), ("W14", CLERK, OPINIONS),
    )  # fmt: skip


def test_without_a_general_branch_the_committee_has_it_next() -> None:
    facts = nominated()
    assert facts.case.state == "prelim_review"
    assert facts.case.bodies["sup"] == ENTERPRISE


def test_the_nominee_decides_nothing() -> None:
    facts = nominated()
    mine = replace(facts, case=replace(facts.case, data={**facts.case.data, "nominees": [CLERK]}))
    with pytest.raises(Refused, match="须回避"):
        walk(mine, ("W08", CLERK, {"conditions_met": ["学习提高"]}))


def test_the_awarding_superior_votes_posts_its_notice_and_approves() -> None:
    noticed = walk(deliberated(), ("W16", None), children=[child("committee_vote", "passed")])
    assert noticed.case.state == "notice_posted"
    objected = walk(noticed, ("W21", None), ("W22", None))
    reporting = walk(objected, ("W19", None), children=[child("notice", "closed_clean")])
    up = walk(reporting, ("W24", LEADER, {"own_opinion": "同意推荐", "rank": 1}))
    assert up.case.state == "submitted"
    reviewed = replace(up, case=replace(up.case, state="superior_review"))
    voted = walk(reviewed, ("W45", None), children=[child("award_vote", "passed")])
    approved = walk(voted, ("W29", None))
    assert approved.case.state == "approved"
    decided = walk(approved, ("W33", CHIEF))
    assert decided.case.state == "decided"


def test_at_the_own_level_a_clean_notice_approves() -> None:
    facts = deliberated()
    own = replace(facts, case=replace(facts.case, bodies={**facts.case.bodies, "award_level": COMMITTEE}))
    noticed = walk(own, ("W16", None), children=[child("committee_vote", "passed")])
    assert walk(noticed, ("W20", None)).case.state == "approved"


def test_an_intermediate_level_reports_without_a_notice_of_its_own() -> None:
    facts = deliberated()
    case = replace(facts.case, data={**facts.case.data, "level": 2})
    assert walk(replace(facts, case=case), ("W47", None)).case.state == "reporting"


def test_a_deadline_passed_is_giving_up() -> None:
    facts = given("commendation", subject="member", data=AWARD, due_at=datetime(2012, 3, 5, tzinfo=UTC))
    assert walk(facts, ("W40", None)).case.state == "withdrawn"
