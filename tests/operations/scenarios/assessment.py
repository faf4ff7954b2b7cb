"""Stories of M5, the assessment."""

from __future__ import annotations

from typing import Any

from tests.operations.cast import Play
from tests.operations.scenarios.story import story


def assessment(play: Play, *, member: str | None = "HY024", body: str = "HY-11", opener: str = "HY020") -> int:
    """The branch assesses one of its members."""
    return play.open(opener, "assessment", body, person=member, period="2012年度")


def sheet(play: Play, case: int, column: str) -> list[dict[str, Any]]:
    """Every indicator with full marks."""
    return [
        {"title": row["title"], "weight": row["weight"], column: row["weight"], "evidence": "查阅台账"}
        for row in play.data(case)["indicators"]
    ]


def self_submitted(play: Play, **subject: Any) -> int:
    """Issued, with the self-assessment in."""
    case = assessment(play, **subject)
    play.do(case, "issue")
    play.do(case, "start_self")
    play.do(case, "submit_self", self_scores=sheet(play, case, "self_score"))
    return case


def scored(play: Play, **subject: Any) -> int:
    """Checked and scored by two."""
    case = self_submitted(play, **subject)
    play.do(case, "verify")
    play.do(case, "score", item_scores=sheet(play, case, "score"))
    return case


def calibrate(play: Play, case: int, grade: str = "excellent") -> None:
    """A grade is proposed to the committee."""
    play.do(case, "calibrate", grade=grade, absent_reason="本年度未安排评议")


def fed_back(play: Play, **subject: Any) -> int:
    """Graded by vote and told."""
    case = scored(play, **subject)
    calibrate(play, case)
    play.vote(case)
    play.do(case, "feed_back")
    return case


def finalized(play: Play, **subject: Any) -> int:
    """Nobody has appealed."""
    case = fed_back(play, **subject)
    play.wait(9)
    play.do(case, "finalize")
    return case


@story("K01 K02 K03 K04 K05 K07 K08 K09 K10 K11 K12 K16 K17 K19")
def a_member_is_assessed(play: Play) -> None:
    case = self_submitted(play)
    play.do(case, "recall_self")
    play.do(case, "submit_self", self_scores=sheet(play, case, "self_score"))
    play.do(case, "return_self", reason="第一项没有依据")
    play.do(case, "submit_self", self_scores=sheet(play, case, "self_score"))
    play.do(case, "verify")
    play.do(case, "score", item_scores=sheet(play, case, "score"))
    play.do(case, "adjust", adjustments=[{"ground": "获集团表扬", "points": 2}])
    calibrate(play, case)
    play.do(case, "rescore", reason="第二项有出入")
    assert play.children(case, "vote")[0].closed_at is not None
    play.do(case, "score", item_scores=sheet(play, case, "score"))
    calibrate(play, case)
    play.vote(case, passed=False)
    play.do(case, "regrade", grade="excellent", reason="复议")
    play.vote(case)
    play.do(case, "feed_back")
    play.wait(9)
    play.do(case, "finalize")
    play.do(case, "notify")
    play.do(case, "archive")


@story("K13 K15 K18")
def an_appeal_fails_and_a_mistake_is_mended_later(play: Play) -> None:
    case = fed_back(play)
    play.do(case, "appeal", appeal="第三项扣分不当")
    play.do(case, "dismiss_appeal")
    play.wait(9)
    play.do(case, "finalize")
    play.do(case, "propose_correction", reason="登记有误")
    play.vote(case, name="correction_vote")
    assert play.state(case) == "calibrating"


@story("K14")
def an_appeal_holds(play: Play) -> None:
    case = fed_back(play)
    play.do(case, "appeal", appeal="第三项扣分不当")
    play.do(case, "uphold_appeal", reason="确有差错")
    assert play.state(case) == "calibrating"


@story("K06 K21")
def no_self_assessment_comes(play: Play) -> None:
    case = assessment(play)
    play.do(case, "issue")
    play.do(case, "start_self")
    play.wait(25)
    assert play.is_late(case)
    play.do(case, "proceed_without_self")


@story("K20")
def a_new_member_is_not_graded(play: Play) -> None:
    case = assessment(play)
    play.do(case, "issue")
    play.do(case, "exempt", ground="new", reason="转入不满三个月")


@story("K22")
def an_assessment_is_called_off(play: Play) -> None:
    play.do(assessment(play), "cancel", reason="方案调整")
