"""Stories of M6, commendation: at one level, at two, and every way in which it can fail."""

from __future__ import annotations

from typing import Any

from tests.operations.cast import Play
from tests.operations.scenarios.assessment import finalized
from tests.operations.scenarios.issue import registered
from tests.operations.scenarios.notice import clean, posted
from tests.operations.scenarios.story import story

ASSEMBLY_SHOP = {"member": "HY024", "body": "HY-11", "opener": "HY020"}
SERVICE_BRANCH = {"member": "HY036", "body": "HY-31", "opener": "HY037"}


def nomination(play: Play, where: dict[str, str] = ASSEMBLY_SHOP, **values: Any) -> int:
    """A branch takes up the nomination of a member whose assessment is final."""
    finalized(play, **where)
    entered = {"award": "excellent_member", **values}
    return play.open(where["opener"], "commendation", where["body"], person=where["member"], **entered)


def nominated(play: Play, **more: Any) -> int:
    """Nominated by the branch committee, before the assembly."""
    case = nomination(play, **more)
    play.do(case, "nominate")
    return case


def in_committee(play: Play, **more: Any) -> int:
    """Passed by the assembly, at the committee's department."""
    case = nominated(play, **more)
    play.vote(case, name="nomination_vote")
    assert play.state(case) == "prelim_review"
    return case


def investigating(play: Play, **more: Any) -> int:
    """Qualified."""
    case = in_committee(play, **more)
    play.do(case, "prelim_pass")
    play.do(case, "qualify")
    return case


def consulting(play: Play, **more: Any) -> int:
    """Investigated by two."""
    case = investigating(play, **more)
    play.do(case, "finish_investigation", talks=5)
    return case


def deliberating(play: Play, **more: Any) -> int:
    """Everybody who must be asked has agreed."""
    case = consulting(play, **more)
    play.do(case, "give_integrity_opinion")
    _consulted(play, case)
    return case


def _consulted(play: Play, case: int) -> None:
    bodies = play.installation.definitions.criteria.lists["consulted_bodies"]
    views = [{"body": each, "view": "agree", "given_on": play.today.isoformat()} for each in bodies]
    play.do(case, "finish_consultation", consultations=views)


def on_notice(play: Play, **more: Any) -> int:
    """Resolved by the committee, before the notice is posted."""
    case = deliberating(play, **more)
    play.vote(case, name="committee_vote")
    return case


def approved(play: Play) -> int:
    """Awarded by the company's own committee, after a clean notice."""
    case = on_notice(play)
    clean(play, case)
    assert play.state(case) == "approved"
    return case


def reporting(play: Play) -> int:
    """To be awarded by the enterprise, ready to be reported."""
    case = on_notice(play, award_level=play.body("HY"))
    clean(play, case)
    assert play.state(case) == "reporting"
    return case


@story("W01 W02 W06 W08 W10 W12 W14 W16 W20 W21 W22 W33 W34 W35 W38 N01 N02 N03 N05")
def a_member_is_commended_after_an_objection_and_loses_it_later(play: Play) -> None:
    case = on_notice(play)
    notice = posted(play, case)
    play.objects(notice)
    assert play.state(case) == "objection_check"
    play.do(notice, "dismiss")
    assert play.state(case) == "notice_posted"
    play.until(play.data(notice)["notice_to"])
    play.wait()
    play.do(case, "decide")
    issue = play.child(case, "issue_decision")
    registered(play, issue)
    play.do(issue, "seal")
    play.do(issue, "distribute")
    play.do(case, "print_certificate", certificate_number="恒岳党证〔2012〕1号")
    play.do(case, "award")
    play.do(case, "archive")
    play.do(case, "propose_revocation", ground="事迹不实")
    play.vote(case, name="revocation_vote")
    assert play.state(case) == "revoked"


@story("W19 W24 W25 W26 W27 W28 W29 W37 W41")
def a_member_is_commended_by_the_superior(play: Play) -> None:
    case = reporting(play)
    play.do(case, "submit_up")
    play.do(case, "recall", reason="排序有误")
    play.do(case, "submit_up")
    play.do(case, "sup_refuse_receipt", reason="缺少排序表")
    play.do(case, "resubmit_to_superior")
    play.do(case, "submit_up")
    play.do(case, "sup_register")
    play.do(case, "sup_return", reason="事迹摘要过长")
    play.do(case, "resubmit_to_superior")
    play.do(case, "submit_up")
    play.do(case, "sup_register")
    play.do(case, "put_to_superior")
    play.vote(case, name="award_vote")
    clean(play, case, "award_notice")
    assert play.state(case) == "approved"
    play.do(case, "disqualify_late", veto_items=["false_material"], veto_evidence=["来信核实"])


@story("W30")
def the_superior_votes_against_it(play: Play) -> None:
    case = reporting(play)
    play.do(case, "submit_up")
    play.do(case, "sup_register")
    play.do(case, "put_to_superior")
    play.vote(case, name="award_vote", passed=False)
    assert play.state(case) == "not_recommended"


@story("W04 W05 W07 W32")
def the_general_branch_returns_it_and_passes_it_on(play: Play) -> None:
    case = nominated(play, where=SERVICE_BRANCH)
    play.vote(case, name="nomination_vote")
    play.do(case, "gb_return", reason="事迹不具体")
    play.do(case, "renominate")
    play.vote(case, name="nomination_vote")
    play.do(case, "gb_pass")
    play.do(case, "to_committee")
    assert play.state(case) == "prelim_review"


@story("W42")
def a_committee_applies_for_itself(play: Play) -> None:
    finalized(play, member=None, body="HY-1", opener="HY008")
    case = play.open("HY016", "commendation", "HY-1", award="advanced_organization")
    play.do(case, "nominate")
    play.vote(case, name="nomination_vote")
    assert play.state(case) == "prelim_review"


@story("W03")
def the_assembly_votes_against_it(play: Play) -> None:
    case = nominated(play)
    play.vote(case, name="nomination_vote", passed=False)
    assert play.state(case) == "not_recommended"


@story("W09 W11 W31")
def material_comes_back_and_a_veto_ends_it(play: Play) -> None:
    case = in_committee(play)
    play.do(case, "prelim_return", reason="缺少奖惩情况")
    play.do(case, "resubmit_materials")
    play.do(case, "prelim_pass")
    play.do(case, "disqualify_by_veto", veto_items=["accident"], veto_evidence=["事故通报"])


@story("W39")
def the_department_is_urged(play: Play) -> None:
    case = in_committee(play)
    play.wait(9)
    assert play.data(case)["late_states"] == ["prelim_review"]


@story("W13")
def the_investigation_ends_it(play: Play) -> None:
    play.do(investigating(play), "fail_investigation", investigation="群众反映差")


@story("W15")
def the_discipline_body_ends_it(play: Play) -> None:
    play.do(consulting(play), "negative_opinion", ground="正在接受审查")


@story("W17 W18 V04")
def the_committee_puts_it_off_and_votes_against_it(play: Play) -> None:
    case = deliberating(play)
    meeting = play.child(case, "committee_vote")
    play.check_in(meeting)
    play.do(meeting, "open")
    play.do(meeting, "defer", reason="有的情况还要核实")
    assert play.state(case) == "consulting"
    _consulted(play, case)
    play.vote(case, name="committee_vote", passed=False)
    assert play.state(case) == "not_recommended"


@story("W23 N04 N06")
def a_notice_is_posted_anew_and_an_objection_holds(play: Play) -> None:
    case = on_notice(play)
    play.do(posted(play, case), "abort", reason="公示文字有误")
    notice = posted(play, case)
    play.objects(notice)
    play.do(notice, "uphold")
    assert play.state(case) == "disqualified"


@story("W36 V02")
def a_member_withdraws(play: Play) -> None:
    case = nominated(play)
    meeting = play.child(case, "nomination_vote")
    present = [play.person("HY020"), play.person("HY021")]
    absent = [each for each in play.data(meeting)["roster"] if each not in (*present, play.person("HY024"))]
    play.check_in(meeting, attendees=present, absences=[{"person": each, "reason": "duty"} for each in absent])
    assert play.state(meeting) == "inquorate"
    play.do(case, "withdraw", reason="本人申请")


@story("W40")
def nobody_nominates_in_time(play: Play) -> None:
    case = nomination(play)
    play.wait(16)
    assert play.state(case) == "withdrawn"
