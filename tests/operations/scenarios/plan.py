"""Stories of M1, the plan, with its filing (X3) and the issue of its papers (X1)."""

from __future__ import annotations

from typing import Any

from tests.operations.cast import Play
from tests.operations.scenarios.story import story

GOALS = ("scientific_development", "social_harmony", "serve_people", "strengthen_organization")


def measures(play: Play) -> list[dict[str, str]]:
    """One measure for each goal."""
    goals = play.installation.definitions.criteria.lists["goals"]
    return [
        {"goal": code, "text": f"{title}的措施", "owner": "责任人", "due_on": "2012-10-31", "origin": "required"}
        for code, title in goals.items()
    ]


def plan(play: Play, *, body: str = "HY-1", opener: str = "HY021", mode: str = "file", **values: Any) -> int:
    """Somebody drafts a plan that begins on 12 March."""
    schedule = [{"phase": "部署", "from_on": "2012-03-12", "to_on": "2012-03-30", "work": "动员部署"}]
    entered = {"mode": mode, "measures": measures(play), "schedule": schedule, "effective_on": "2012-03-12"}
    return play.open(opener, "plan", body, **{**entered, **values})


def signed(play: Play, **values: Any) -> int:
    """A plan that the committee has adopted and the secretary has signed."""
    case = plan(play, **values)
    play.do(case, "submit_internal")
    play.do(case, "to_committee")
    play.vote(case)
    play.do(case, "sign")
    return case


def published(play: Play, **values: Any) -> int:
    """A plan that staff can read."""
    case = signed(play, **values)
    play.do(case, "publish_direct")
    return case


@story("P01 P02 P03 P04 P05 P06 P16 P17 P19 V01 V03 V05 V06 V07 V08")
def a_plan_is_returned_rejected_and_carried_out(play: Play) -> None:
    case = plan(play)
    play.do(case, "submit_internal")
    play.do(case, "internal_return", reason="措施要写明责任人")
    play.do(case, "amend", answers=["已写明"])
    play.do(case, "submit_internal")
    play.do(case, "to_committee")
    play.vote(case, passed=False)
    assert play.state(case) == "draft"
    play.do(case, "submit_internal")
    play.do(case, "to_committee")
    play.vote(case)
    play.do(case, "sign")
    play.do(case, "publish_direct")
    play.until("2012-03-12")
    assert play.state(case) == "in_progress"
    ledger = [{**row, "outcome": "done"} for row in play.data(case)["outcomes"]]
    play.do(case, "log_outcomes", outcomes=ledger)
    play.do(case, "close")
    assert play.state(case) == "closed"


@story("P07 P08 P09 P10 P11 P12 P13 P14 P15")
def a_plan_goes_up_is_recalled_refused_returned_and_approved(play: Play) -> None:
    case = signed(play, mode="approve")
    play.do(case, "submit_up")
    play.do(case, "recall", reason="附件有误")
    play.do(case, "submit_up")
    play.do(case, "refuse_receipt", reason="应当用请示，不用报告")
    _again(play, case)
    play.do(case, "register")
    play.do(case, "assign")
    play.do(case, "return_for_revision", remarks=["载体不具体", "经费没有来源"])
    _again(play, case, answers=["已具体", "已写明"])
    play.do(case, "register")
    play.do(case, "assign")
    play.do(case, "approve", opinion="同意，请认真组织实施")
    play.do(case, "publish_approved")
    assert play.state(case) == "published"


def _again(play: Play, case: int, **changes: Any) -> None:
    """Revise, adopt and sign once more, and send it up."""
    play.do(case, "revise")
    play.do(case, "amend", **{"answers": ["已改正"], **changes})
    play.do(case, "submit_internal")
    play.do(case, "to_committee")
    play.vote(case)
    play.do(case, "sign")
    play.do(case, "submit_up")


@story("P18")
def a_new_plan_takes_the_place_of_the_old_one(play: Play) -> None:
    old = published(play)
    play.until("2012-03-12")
    new = published(play, replaces=play.row(old).number)
    assert play.state(new) == "in_progress"
    play.wait()
    assert play.state(old) == "superseded"


@story("P20 P21")
def a_plan_is_forgotten_urged_and_withdrawn(play: Play) -> None:
    case = plan(play)
    play.wait(21)
    assert play.is_late(case)
    play.do(case, "withdraw", reason="改由党总支统一制定")
    assert play.state(case) == "withdrawn"


@story("F01 F03 F05 F06 F07 F08")
def a_plan_is_filed_after_a_correction(play: Play) -> None:
    filing = play.child(signed(play), "filing")
    play.do(filing, "submit")
    play.do(filing, "register")
    play.do(filing, "examine")
    play.do(filing, "request_correction", corrections=["第二部分与上级要求不一致"])
    play.do(filing, "resubmit", answers=["已改正"])
    play.do(filing, "register")
    play.do(filing, "examine")
    play.do(filing, "file")
    assert play.state(filing) == "filed"


@story("F02 F04 F09 F10")
def a_filing_is_late_recalled_refused_and_cancelled(play: Play) -> None:
    filing = play.child(signed(play), "filing")
    play.wait(15)
    assert play.is_late(filing)
    play.do(filing, "submit")
    play.do(filing, "recall", reason="文本有误")
    play.do(filing, "submit")
    play.do(filing, "refuse", corrections=["缺少说明"])
    play.do(filing, "cancel", reason="文件已撤回")
    assert play.state(filing) == "cancelled"
