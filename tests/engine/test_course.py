"""The course of a case: reminded of in time, open to those it is for, and never held up where nobody may go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.engine.cast import BRANCH, CLERK, COMMITTEE, LEADER, SECRETARY, TODAY, definition, refusal, snapshot
from tests.engine.test_guards_rectification import NOTICE
from tests.engine.test_main_stages import walk
from workflow.definition.model import Stage
from workflow.engine.snapshot import Snapshot

STAGES = ("plan", "pledge", "leader_comment", "mass_appraisal", "assessment", "commendation")


def guards_of(stage: Stage, transition: str) -> tuple[str, ...]:
    return next(each.guards for each in stage.transitions if each.id == transition)


@pytest.mark.parametrize("stage", STAGES)
def test_whose_turn_it_is_hears_of_every_limit_before_it_passes(stage: str) -> None:
    """Domain.md §4, reminder ladder: T-3, T-1 and T-0, as the campaign lists them."""
    for name, state in definition(stage).states.items():
        if state.due and state.waits_for and not state.final:
            assert (state.remind, state.on_remind) == ("reminder.before_due", "remind_before_due"), name


def test_quotas_are_held_before_the_meeting_and_never_after_it() -> None:
    """A vote that was held is recorded, whatever the other lists have become meanwhile (W14, W16, W47)."""
    stage = definition("commendation")
    shares = {"unit_quota_is_free", "award_shares_hold", "frontline_share_holds"}
    assert shares <= set(guards_of(stage, "W14"))
    assert shares.isdisjoint((*guards_of(stage, "W16"), *guards_of(stage, "W47")))
    assert (stage.peers.base, stage.peers.same_category) == ("award_level", False)


@pytest.mark.parametrize("transition", ["W01", "W14", "W24", "W32", "W33", "W44"])
def test_a_correction_of_the_assessment_stops_the_commendation(transition: str) -> None:
    """Domain.md §4: K18 freezes M6."""
    assert "assessment_is_final" in guards_of(definition("commendation"), transition)


def test_a_request_taken_back_ends_the_issue_of_its_document() -> None:
    assert definition("plan").children["issue_upward"].closes_after == ("P08",)
    assert definition("commendation").children["issue_request"].closes_after == ("W25",)


def test_a_notice_is_read_by_staff_while_and_after_it_hangs_out() -> None:
    states = definition("public_notice").states
    for name in ("posted", "closed_clean"):
        assert states[name].visible_to == ("staff", "guide")


def issued() -> Snapshot:
    """A rectification whose notice nobody acknowledges."""
    facts = snapshot("rectification", data=NOTICE)
    facts = replace(facts, case=replace(facts.case, bodies={"own": BRANCH, "sup": COMMITTEE}))
    return walk(facts, ("Z01", CLERK, {"limit_days": 10}), ("Z03", CLERK), ("Z05", LEADER))


def test_the_deadline_runs_whether_the_notice_is_acknowledged_or_not() -> None:
    """Z26: the proof of delivery makes it run (Z07)."""
    last, after = date(2012, 3, 19), date(2012, 3, 20)
    assert "未到" in (refusal("deadline_has_passed", issued(), "Z26", actor=None, today=last) or "")
    late = walk(issued(), ("Z26", None), day=(after - TODAY).days)
    assert late.case.state == "overdue"


def test_a_limit_of_the_step_is_no_end_of_the_deadline() -> None:
    due = datetime(2012, 3, 12, 9, 30, tzinfo=UTC)
    waiting = walk(issued(), ("Z06", SECRETARY))
    assert waiting.case.due_at == due  # the plan within five working days, the deadline on the 19th
    assert refusal("deadline_has_passed", waiting, "Z26", actor=None, today=date(2012, 3, 13))
