"""Stories of M7, rectification within a limit: the straight way, the review, and the ladder when it is missed."""

from __future__ import annotations

from typing import Any

from tests.operations.cast import Play
from tests.operations.scenarios.story import story


def recorded(play: Play) -> int:
    """The enterprise's office records a problem of its first manufacturing company."""
    return play.open("HY008", "rectification", "HY-1")


def issued(play: Play) -> int:
    """Noticed with a limit of five working days."""
    case = recorded(play)
    play.do(case, "draft_notice", limit_days=5)
    play.do(case, "submit_notice")
    play.do(case, "issue")
    return case


def items(play: Play, case: int, state: str = "open") -> list[dict[str, Any]]:
    """The ledger, every problem in that state."""
    return [
        {"problem": row["problem"], "measure": "专题研究", "owner": "高继先", "due_on": play.today.isoformat(),
         "state": state, "evidence": "会议记录"}
        for row in play.data(case)["items"]
    ]  # fmt: skip


def rectifying(play: Play) -> int:
    """Acknowledged and planned."""
    case = issued(play)
    play.do(case, "acknowledge")
    play.do(case, "submit_plan", items=items(play, case))
    play.do(case, "accept_plan")
    return case


def overdue(play: Play) -> int:
    """The limit has passed."""
    case = rectifying(play)
    _let_it_pass(play, case)
    return case


def _let_it_pass(play: Play, case: int, days: int = 1) -> None:
    play.until(play.data(case)["deadline_on"])
    play.wait(days)
    assert play.state(case) == "overdue"


def _report(play: Play, case: int, trigger: str) -> None:
    play.do(case, trigger, items=items(play, case, "done"))


def _accept(play: Play, case: int, result: str) -> None:
    play.do(case, "start_acceptance")
    verdicts = [{"problem": row["problem"], "result": result, "note": "已核对"} for row in play.data(case)["items"]]
    play.do(case, "pass" if result == "passed" else "fail", verification=verdicts)


@story("Z01 Z03 Z04 Z05 Z06 Z12 Z13 Z14 Z15 Z16 Z17 Z18 Z19 Z20 Z21 Z22 Z23 Z24 Z25 Z35 Z36")
def a_problem_is_mended_at_the_second_try_and_comes_back(play: Play) -> None:
    case = recorded(play)
    play.do(case, "draft_notice", limit_days=15)
    play.do(case, "submit_notice")
    play.do(case, "return_notice", reason="事实写得不清楚")
    play.do(case, "revise_notice", facts="三月以来没有开展组织生活")
    play.do(case, "submit_notice")
    play.do(case, "issue")
    play.do(case, "acknowledge")
    play.do(case, "submit_plan", items=items(play, case))
    play.do(case, "return_plan", reason="措施不具体")
    play.do(case, "submit_plan", items=items(play, case))
    play.do(case, "accept_plan")
    play.wait(16)
    play.do(case, "log_progress", items=items(play, case))
    play.do(case, "request_extension", extension_days=5)
    play.do(case, "refuse_extension", reason="理由不充分")
    play.do(case, "request_extension", extension_days=5)
    play.do(case, "grant_extension")
    _report(play, case, "submit_report")
    play.do(case, "recall_report", reason="附件有误")
    _report(play, case, "submit_report")
    _accept(play, case, "failed")
    _report(play, case, "rework_done")
    _accept(play, case, "passed")
    play.do(case, "close")
    play.do(case, "reopen", rework_days=10)
    assert play.state(case) == "rectifying"


@story("Z07 Z08 Z09 Z10 Z11")
def a_notice_is_disputed_three_times(play: Play) -> None:
    case = issued(play)
    play.wait(3)
    play.do(case, "dispute", resolved_on=play.today.isoformat())
    play.do(case, "dispute_modified", limit_days=10)
    play.do(case, "dispute", resolved_on=play.today.isoformat())
    play.do(case, "dispute_rejected")
    assert play.state(case) == "acknowledged"
    play.do(case, "dispute", resolved_on=play.today.isoformat())
    play.do(case, "dispute_upheld")
    assert play.state(case) == "revoked"


@story("Z26 Z27")
def a_late_report_is_still_a_report(play: Play) -> None:
    _report(play, overdue(play), "late_report")


@story("Z28 Z29 Z30 Z31 Z32 Z33")
def the_ladder_is_climbed_to_its_end(play: Play) -> None:
    case = overdue(play)
    play.wait(5)
    play.do(case, "interview")
    play.do(case, "resume_after_interview", rework_days=5)
    _let_it_pass(play, case)
    play.do(case, "circulate")
    play.do(case, "resume_after_circular", rework_days=5)
    _let_it_pass(play, case, 25)
    play.do(case, "propose_escalation", transfer_to="纪检机构")
    play.vote(case, name="escalation_vote", passed=False)
    assert play.state(case) == "overdue"
    play.do(case, "propose_escalation", transfer_to="纪检机构")
    play.vote(case, name="escalation_vote")
    play.do(case, "close_escalated", verified=True)
    assert play.state(case) == "closed"


@story("Z34")
def a_notice_is_taken_back(play: Play) -> None:
    play.do(issued(play), "revoke", reason="事实有误")
