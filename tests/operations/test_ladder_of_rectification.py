"""M7's own ladder, rung by rung with its papers: 提示单, 催办单, 督办通知, 约谈, 通报, 移交 (domain.md §3.7, §4.7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.operations.cast import Play
from tests.operations.scenarios.rectification import items, recorded
from tests.operations.test_reminding import tick, told
from workflow.errors import Refused


def names(play: Play, case: int) -> list[str]:
    """Of its papers, in the order in which they were ordered; each once."""
    return list(dict.fromkeys(each.name for each in play.documents(case)))


def remaining(play: Play, case: int) -> int:
    """Working days until its holder is reminded of what is due, and then whoever stands above."""
    due = play.row(case).due_at
    return play.installation.calendar.working_days_between(play.today, due.date()) if due else 0


def overdue_by(play: Play, case: int, working_days: int) -> None:
    """Let time pass until so many working days after the deadline."""
    deadline = date.fromisoformat(play.data(case)["deadline_on"])
    play.until(play.installation.calendar.add_working_days(deadline, working_days).date)


def test_each_rung_has_its_paper_and_its_day(play: Play) -> None:
    case = recorded(play)
    play.do(case, "draft_notice", limit_days=10)
    play.do(case, "submit_notice")
    play.do(case, "issue")
    play.wait(4)  # nobody acknowledges within two working days
    assert "urge_slip" in names(play, case)
    play.do(case, "acknowledge")
    play.do(case, "submit_plan", items=items(play, case))
    play.do(case, "accept_plan")
    play.until(play.data(case)["deadline_on"])
    assert "reminder_slip" in names(play, case)
    assert "supervision_notice" not in names(play, case)
    play.wait()
    assert play.state(case) == "overdue"
    assert "supervision_notice" in names(play, case)
    assert (play.state(case), remaining(play, case)) == ("overdue", 2)
    with pytest.raises(Refused, match="逾期满3个工作日"):
        play.do(case, "interview")
    overdue_by(play, case, 3)
    play.do(case, "interview")
    assert (play.state(case), remaining(play, case)) == ("interview", 3)
    with pytest.raises(Refused, match="逾期满7个工作日"):
        play.do(case, "circulate")
    overdue_by(play, case, 7)
    play.do(case, "circulate")
    assert (play.state(case), remaining(play, case)) == ("circulated", 3)
    with pytest.raises(Refused, match="逾期满15个工作日"):
        play.do(case, "propose_escalation", transfer_to="纪检机构")
    overdue_by(play, case, 15)
    play.do(case, "propose_escalation", transfer_to="纪检机构")
    play.vote(case, name="escalation_vote")
    assert (play.state(case), remaining(play, case)) == ("escalated", 20)
    ladder = [
        "urge_slip",
        "reminder_slip",
        "supervision_notice",
        "interview_notice",
        "overdue_circular",
        "handover_letter",
    ]
    assert [each for each in names(play, case) if each in ladder] == ladder
    assert play.data(case)["overdue_count"] == 1


def test_who_takes_over_accountability_is_reminded_until_the_outcome_is_registered(play: Play) -> None:
    case = recorded(play)
    play.do(case, "draft_notice", limit_days=5)
    play.do(case, "submit_notice")
    play.do(case, "issue")
    play.until(play.data(case)["deadline_on"])
    play.wait()
    overdue_by(play, case, 15)
    play.do(case, "propose_escalation", transfer_to="纪检机构")
    play.vote(case, name="escalation_vote")
    due = play.row(case).due_at
    assert due is not None
    before = told(play, case)
    for days in (-3, 0, 1, 3):
        play.until(shifted(play, due.date(), days))
        tick(play)
    found = told(play, case) - before
    committee = {number for rung, _, number in found if rung == "T-3"}
    assert len(committee) > 1
    assert {number for rung, _, number in found if rung == "T0"} == committee
    assert {(rung, kind) for rung, kind, _ in found if rung.startswith("T+")} == {
        ("T+1", "escalation"), ("T+3", "escalation")
    }  # fmt: skip
    play.do(case, "close_escalated", verified=True)
    assert play.row(case).due_at is None


def shifted(play: Play, day: date, working_days: int) -> date:
    """The day that lies so many working days after another, or before it."""
    step = timedelta(days=1 if working_days > 0 else -1)
    left = abs(working_days)
    while left:
        day += step
        left -= play.installation.calendar.is_working_day(day)
    return day
