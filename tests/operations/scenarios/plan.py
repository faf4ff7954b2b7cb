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
