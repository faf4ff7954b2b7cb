"""The first five stages from beginning to end, through the engine alone: nothing waits for nobody on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.engine.cast import (
    ASSESSOR,
    CLERK,
    LEADER,
    MEMBER,
    ORGANISER,
    OTHER_ASSESSOR,
    SECRETARY,
    TODAY,
    change,
    child,
    days_from_today,
    definition,
    snapshot,
)
from tests.engine.cast import situation as about
from tests.engine.test_guards_assessment import PARTS
from tests.engine.test_guards_plan import PLAN
from tests.engine.test_guards_pledge import PLEDGE
from workflow.engine.snapshot import Ballots, Snapshot
from workflow.engine.step import perform

Act = tuple[str, int | None] | tuple[str, int | None, Mapping[str, object]]


def walk(facts: Snapshot, *acts: Act, day: int = 0, **surroundings: Any) -> Snapshot:
    """Perform the acts one after the other on one day; a transition id, who, and what is entered."""
    facts = replace(facts, **surroundings)
    for transition, actor, *values in acts:
        act = about(
            facts, transition, actor=actor, values=values[0] if values else {}, today=TODAY + timedelta(day)
        ).act
        facts = perform(facts, replace(act, by_child=actor is None)).snapshot
    return facts


def test_a_plan_from_draft_to_closing() -> None:
    voted = walk(snapshot("plan", data=PLAN | {"basis": "贯彻部署"}), ("P01", ORGANISER), ("P03", SECRETARY))
    assert voted.case.state == "deliberating"
    signed = walk(voted, ("P04", None), ("P06", SECRETARY), children=[child("vote", "passed")])
    board = {"channels": ["board"], "proof": "公示栏"}
    running = walk(signed, ("P16", ORGANISER, board), children=[child("filing", "pending", final=False)])
    assert running.case.state == "in_progress"  # the effective date is today, so it starts by itself
    settled: Any = [dict(row) | {"outcome": "done"} for row in running.case.data["outcomes"]]
    closed = walk(running, ("P23", ORGANISER, {"outcomes": settled}), ("P19", SECRETARY, {"summary": "完成"}))
    assert closed.case.state == "closed"


def test_a_plan_that_needs_approval_goes_up_and_comes_back() -> None:
    signed = snapshot("plan", "signed", data=PLAN | {"mode": "approve"})
    returned = walk(signed, ("P07", ORGANISER))
    assert returned.case.state == "submitted"
    reviewing = replace(returned, case=replace(returned.case, state="under_review"))
    draft = walk(reviewing, ("P12", CLERK, {"remarks": ["补充时限"]}), ("P13", ORGANISER))
    again = walk(draft, ("P22", ORGANISER, {"answers": ["已补充"]}), ("P01", ORGANISER))
    assert again.case.state == "internal_review"
    assert walk(reviewing, ("P14", LEADER)).case.state == "approved"


def test_a_pledge_is_kept() -> None:
    board = {"channels": ["notice_board"], "proof": "公示栏", "published_on": days_from_today(0)}
    running = walk(
        snapshot("pledge", subject="member", data=PLEDGE),
        ("L01", MEMBER),
        ("L05", SECRETARY),
        ("L06", ORGANISER, board),
    )
    assert running.case.state == "performing"
    for item in (1, 2):
        running = walk(running, ("L08", MEMBER, {"item": item, "progress_note": "完成", "item_done": True}))
    reported = walk(running, ("L12", MEMBER, {"report": "全部完成"}), ("L14", SECRETARY, {"feedback_summary": "无"}))
    closed = walk(reported, ("L15", SECRETARY, {"evaluation": "兑现"}), ("L21", ORGANISER, board))
    assert closed.case.state == "closed"


def test_a_comment_is_delivered_and_acted_upon() -> None:
    parts = {"achievements": "一", "problems": "二", "direction": "三", "score": 85}
    delivered = walk(
        snapshot("leader_comment", data={"commenter": LEADER, "form": "meeting"}),
        ("C01", CLERK),
        ("C02", SECRETARY, {"report": "汇报"}),
        ("C04", LEADER, parts),
        ("C07", LEADER),
    )
    item = {"text": "组织生活", "measure": "每月一次", "due_on": "2012-04-30"}
    improving = walk(
        delivered, ("C12", SECRETARY), ("C14", CLERK, {"scope": "body"}), ("C15", SECRETARY, {"actions": [item]})
    )
    answered = {"follow_up": [{"text": "组织生活", "result": "已落实"}]}
    assert walk(improving, ("C17", SECRETARY, answered), ("C18", CLERK)).case.state == "closed"


def test_an_appraisal_is_counted_by_two_and_published_after_the_window() -> None:
    dates = {"held_on": days_from_today(3), "closes_on": days_from_today(4)}
    planned = snapshot("mass_appraisal", data=dict(change("set_items", snapshot("mass_appraisal"), "A01").data) | dates)
    counters = {"scrutineer": CLERK, "teller": ASSESSOR}
    announced = walk(planned, ("A01", LEADER), ("A03", CLERK, counters), ("A04", CLERK))
    voting = walk(announced, ("A05", CLERK, {"self_report": "述职"}), day=3)
    items: Any = planned.case.data["items"]
    answers = [(group, {row["code"]: "satisfied" for row in items}) for group in ["party"] * 5 + ["staff"] * 11]
    full = Ballots({"party": 5, "staff": 11}, 16, 16, answers)
    counting = walk(voting, ("A07", CLERK), ("A09", CLERK), ("A09", ASSESSOR), day=4, ballots=full)
    assert counting.case.state == "counting"
    told = walk(counting, ("A11", ASSESSOR), ("A11", CLERK), ("A13", LEADER), ("A14", CLERK), day=4)
    published = walk(told, ("A18", CLERK, {"scope": "body", "channels": ["board"]}), day=10)
    assert walk(published, ("A23", CLERK), day=10).case.state == "archived"
    assert published.case.data["satisfied_percent"] == "100.00"


def test_too_few_ballots_make_an_appraisal_invalid_by_itself() -> None:
    started = snapshot(
        "mass_appraisal",
        "open",
        data={"closes_on": days_from_today(0)},
        due_at=datetime(2012, 3, 5, 1, tzinfo=UTC),
        ballots=Ballots({"party": 5, "staff": 11}, 10, 10),
    )
    assert walk(started, ("A07", CLERK)).case.state == "invalid"


def test_an_assessment_is_scored_by_two_voted_and_final_after_the_window() -> None:
    issued = walk(snapshot("assessment", related=PARTS), ("K01", LEADER), ("K02", ORGANISER))
    own: Any = [
        dict(row) | {"self_score": row["weight"], "evidence": "自评"} for row in issued.case.data["self_scores"]
    ]
    team = {"first_assessor": ASSESSOR, "second_assessor": OTHER_ASSESSOR, "recusal": True}
    checking = walk(issued, ("K03", SECRETARY, {"self_scores": own, "self_report": "好"}), ("K07", ASSESSOR, team))
    given: Any = [dict(row) | {"score": row["weight"], "evidence": "查阅"} for row in checking.case.data["item_scores"]]
    scored = walk(checking, ("K08", ASSESSOR, {"item_scores": given}), ("K08", OTHER_ASSESSOR, {"item_scores": given}))
    assert (scored.case.state, scored.case.data["score"]) == ("scored", "89.50")
    grade = {"grade": "good", "strengths": "一", "weaknesses": "二"}
    voting = walk(scored, ("K09", CLERK, grade))
    told = walk(voting, ("K11", None), ("K12", CLERK), children=[child("vote", "passed")])
    final = walk(told, ("K16", LEADER), ("K17", CLERK, {"scope": "body"}), ("K19", CLERK), day=8)
    assert (final.case.state, final.case.data["grade"]) == ("archived", "good")


def test_every_state_says_who_has_to_act_or_when() -> None:
    for stage in ("plan", "pledge", "leader_comment", "mass_appraisal", "assessment"):
        for name, state in definition(stage).states.items():
            assert state.final or state.waits_for or state.waits_for_child or state.due, f"{stage}.{name}"
