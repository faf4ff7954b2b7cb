"""Stories of M4, the secret appraisal by members and staff."""

from __future__ import annotations

from typing import Any

from tests.operations.cast import Play
from tests.operations.scenarios.story import story
from workflow.store.ballots import Ballot
from workflow.store.session import writing

OPENS_ON, CLOSES_ON = "2012-03-12", "2012-03-14"


def appraisal(play: Play, *, member: bool = False, **values: Any) -> int:
    """The enterprise appraises its first manufacturing company, or the branch one of its members."""
    dates = {"held_on": OPENS_ON, "closes_on": CLOSES_ON, **values}
    if member:
        return play.open("HY020", "mass_appraisal", "HY-11", person="HY024", **dates)
    return play.open("HY008", "mass_appraisal", "HY-1", **dates)


def opened(play: Play, **values: Any) -> int:
    """Planned, announced and open on its day."""
    case = appraisal(play, **values)
    play.do(case, "approve_plan")
    play.do(case, "fix_roster")
    play.do(case, "announce")
    play.until(play.data(case)["held_on"])
    play.do(case, "open")
    return case


def tallied(play: Play, option: str = "satisfied", **values: Any) -> int:
    """Voted by everybody and counted."""
    case = opened(play, **values)
    play.ballots(case, option)
    play.do(case, "close_ballot")
    play.do(case, "start_count")
    play.do(case, "tally")
    return case


def published(play: Play, option: str = "satisfied", **values: Any) -> int:
    """Confirmed, told and published once nobody can object any more."""
    case = tallied(play, option, **values)
    play.do(case, "confirm")
    play.do(case, "feed_back")
    play.wait(7)
    play.do(case, "publish")
    return case


@story("A01 A02 A03 A04 A05 A07 A09 A11 A12 A13 A14 A18 A23")
def a_body_is_appraised_counted_twice_and_published(play: Play) -> None:
    case = appraisal(play)
    play.do(case, "approve_plan")
    play.do(case, "reopen_plan", reason="时间与生产冲突")
    play.do(case, "approve_plan")
    play.do(case, "fix_roster")
    play.do(case, "announce")
    play.until(OPENS_ON)
    play.do(case, "open")
    play.ballots(case, "satisfied", remark="办实事多")
    play.do(case, "close_ballot")
    play.do(case, "start_count")
    play.do(case, "tally")
    play.do(case, "recount", reason="复核一次")
    play.do(case, "tally")
    play.do(case, "merge_opinions", opinions=["办实事多"])
    play.do(case, "confirm")
    play.do(case, "feed_back")
    play.wait(7)
    play.do(case, "publish")
    play.do(case, "archive")
    assert play.data(case)["satisfied_percent"] == "100.00"


@story("A06 A08 A21 A26")
def too_few_vote_even_after_more_time(play: Play) -> None:
    case = opened(play)
    play.ballots(case, "satisfied", share=0.3)
    play.do(case, "extend", closes_on="2012-03-16", reason="外出人员较多")
    play.until("2012-03-17")
    assert play.state(case) == "invalid"
    play.do(case, "rerun")
    play.wait(10)
    assert play.is_late(case)


@story("A10 A22")
def a_box_with_too_many_ballots_is_void(play: Play) -> None:
    case = opened(play)
    number = play.ballots(case, "satisfied")
    with writing(play.installation.engine) as session:
        session.add_all(
            Ballot(key=f"{each:064d}", case_id=case, voter_group="staff", answers={}, remark="")
            for each in range(number)
        )
    play.do(case, "close_ballot")
    play.do(case, "start_count")
    assert play.state(case) == "invalid"
    play.do(case, "abandon", reason="另行组织")


@story("A15 A16 A17")
def an_objection_fails_and_another_holds(play: Play) -> None:
    case = tallied(play)
    play.do(case, "confirm")
    play.do(case, "feed_back")
    play.do(case, "object", objection="名册漏列")
    play.do(case, "dismiss_objection")
    play.do(case, "object", objection="计票时没有监票人在场")
    play.do(case, "uphold_objection", fault="监票人中途离场")
    assert play.state(case) == "invalid"


@story("A19 A20 Z02")
def a_poor_result_leads_to_another_round(play: Play) -> None:
    case = published(play, "dissatisfied")
    play.do(case, "require_remedy", remedy_ground="满意率低")
    play.do(play.child(case, "rectification"), "settle_verbally", reason="已当场整改")
    play.do(case, "reappraise")
    assert play.state(case) == "draft"


@story("A24")
def a_member_makes_up_without_another_round(play: Play) -> None:
    case = published(play, "dissatisfied", member=True)
    play.do(case, "require_remedy", remedy_ground="满意率低")
    play.do(case, "close_remedy")
    assert play.state(case) == "archived"


@story("A25")
def an_appraisal_is_called_off(play: Play) -> None:
    play.do(appraisal(play), "cancel", reason="与考核合并")
