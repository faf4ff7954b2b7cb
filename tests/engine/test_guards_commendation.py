"""The conditions and effects of commendation: nomination, checks, levels, decision (R26–R29, R46–R50)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.asking import Asked, case_of, check
from tests.engine.cast import (
    BRANCH,
    CE_LG,
    CLERK,
    COMMITTEE,
    ENTERPRISE,
    MEMBER,
    OFFICE,
    ORGANISER,
    PROBATIONER,
    SECRETARY,
    TREE,
    change,
    child,
    days_from_today,
    done,
    member,
    related,
    vocabulary,
)
from workflow.engine.routing import RULES, Origin
from workflow.engine.snapshot import Paper

STAGE = "commendation"
AWARD = {"award": "excellent_member", "nominees": [MEMBER], "nominated_member": [MEMBER], "unit": BRANCH, "level": 1}
FORM = {"basic_requirements": "模范履行义务", "deeds": "攻关三项", "deeds_summary": "攻关", "resume": "2001年入党"}
AT_BRANCH = {"com": COMMITTEE, "sup": ENTERPRISE, "award_level": ENTERPRISE}
AT_TOP = {"com": ENTERPRISE, "sup": CE_LG, "award_level": ENTERPRISE}
ASKS = [
    {"body": "discipline", "view": "agree", "given_on": "2012-03-02"},
    {"body": "personnel", "view": "agree", "given_on": "2012-03-02"},
]
OPINIONS = {"consultations": ASKS, "members_view": "同意", "staff_view": "反映好"}


def assessed(grade: str) -> list[Any]:
    """The member's assessment."""
    return [related("assessment", "finalized", {"grade": grade}, same_person=True)]


def corrected() -> list[Any]:
    """An assessment of the member that was final and is being corrected (K18)."""
    data = {"grade": "excellent", "former_grades": [{"grade": "excellent", "until": "2012-03-01"}]}
    return [related("assessment", "calibrating", data, final=False, same_person=True)]


def peers(*leaders: bool, **data: object) -> list[Any]:
    """Other nominations of the round."""
    return [
        related(STAGE, "nominated", {**AWARD, "nominated_member": [200 + i], "leader": each, **data})
        for i, each in enumerate(leaders)
    ]


CERTIFICATE = Paper("certificate", None, "rendered", "W55")
PERSON: dict[str, Any] = {"subject": "member", "data": AWARD, "bodies": AT_BRANCH}

ASKED = [
    Asked("award_fits_subject", "W01", {"data": {"award": "advanced_organization"}}, "优秀共产党员", {}, PERSON),
    Asked("award_fits_subject", "W01", {"data": {"award": "excellent_party_worker"}}, "请改选", {}, PERSON),
    Asked("nominee_is_full_member", "W01", {"person": member(PROBATIONER, "probationary")}, "不是正式党员", {}, PERSON),
    Asked("reply_date_is_ahead", "W56", {"data": {"reply_by": days_from_today(0)}}, "今天之后",
          {"data": {"reply_by": days_from_today(1)}}),
    Asked("assessment_is_final", "W01", {}, "还没有审定", {"related": assessed("excellent")}, PERSON),
    Asked("assessment_is_final", "W01", {"related": assessed("unqualified")}, "考核等次须为",
          {"related": assessed("qualified")}, PERSON),
    Asked("no_open_rectification", "W01", {"related": [related("rectification", "rectifying", final=False)]},
          "还没有销号",
          {"related": [related("rectification", "closed")]}),
    Asked("unit_quota_is_free", "W01", {"peers": peers(False, False)}, "已经用完",
          {"peers": peers(False, False, unit=COMMITTEE)}, PERSON),
    Asked("award_shares_hold", "W16", {"peers": peers(True, False)}, "不超过20%", {"peers": peers(False, False)},
          PERSON | {"data": AWARD | {"leader": True}}),
    Asked("award_level_is_on_the_line", "W01", {"bodies": AT_BRANCH | {"award_level": OFFICE}}, "华岳集团委员会",
          {"bodies": AT_BRANCH}, PERSON),
    Asked("award_level_is_on_the_line", "W01", {"own": COMMITTEE, "bodies": {"award_level": COMMITTEE}}, "可以选",
          {"own": COMMITTEE, "bodies": {"award_level": CE_LG}}),
    Asked("frontline_share_holds", "W14", {"peers": peers(False, False)}, "不少于50%",
          {"peers": peers(False, False, frontline=True)}, PERSON),
    Asked("party_worker_is_experienced", "W01", {"data": {"party_work_years": 1}}, "满2年",
          {"data": {"party_work_years": 2}}, {"data": {"award": "excellent_party_worker"}}),
    Asked("decision_is_voided", "W53", {"children": [child("issue_decision", "sealed", final=False)]}, "不需重新",
          {"children": [child("issue_decision", "voided")]}),
    Asked("certificate_is_not_printed", "W55", {"papers": [CERTIFICATE]}, "不再印第二份",
          {"papers": [replace(CERTIFICATE, state="voided")]}),
    Asked("certificate_keeps_its_number", "W34", {"papers": [CERTIFICATE], "values": {"certificate_number": "二号"}},
          "编号“一号”", {"papers": [CERTIFICATE], "values": {"certificate_number": "一号"}},
          {"data": {"certificate_number": "一号"}}),
    Asked("assessment_is_final", "W33", {"related": [*assessed("excellent"), *corrected()]}, "正在更正",
          {"related": assessed("excellent")}, PERSON),
    Asked("assessment_is_final", "W33", {"related": [*assessed("excellent"), *assessed("unqualified")]}, "考核等次须为",
          {"related": [*assessed("unqualified"), *assessed("excellent")]}, PERSON),
    Asked("nominator_is_not_nominee", "W01", {"actor": MEMBER}, "不能推荐本人", {"actor": SECRETARY}, PERSON),
    Asked("decider_is_not_nominee", "W08", {"actor": SECRETARY}, "须回避", {"actor": CLERK},
          {"data": {"nominees": [SECRETARY]}}),
    Asked("nomination_is_joint_or_official", "W01", {"actor": MEMBER}, "3人以上",
          {"actor": MEMBER, "data": {"joint_nominators": [SECRETARY, ORGANISER]}}),
    Asked("nomination_is_joint_or_official", "W01", {"actor": MEMBER}, "3人以上", {"actor": SECRETARY}),
    Asked("nominator_is_not_nominee", "W01", {"actor": MEMBER}, "不能推荐本人", {"actor": SECRETARY}, PERSON),
    Asked("decider_is_not_nominee", "W04", {"actor": MEMBER}, "须回避", {"actor": SECRETARY}, PERSON),
    Asked("own_is_branch", "W02", {"own": COMMITTEE}, "委员会研究", {}),
    Asked("own_is_not_branch", "W42", {}, "支部党员大会", {"own": COMMITTEE}),
    Asked("general_branch_exists", "W04", {}, "没有党总支", {"bodies": {"gb": COMMITTEE}}),
    Asked("no_general_branch", "W06", {"bodies": {"gb": COMMITTEE}}, "党总支审核", {}),
    Asked("materials_are_complete", "W08", {"data": {"deeds": ""}}, "先进事迹", {}, {"data": FORM}),
    Asked("branch_line_is_complete", "W31", {}, "还没有表决通过", {"history": [done("W02")]}),
    Asked("branch_line_is_complete", "W31", {"bodies": {"gb": COMMITTEE}, "history": [done("W02")]}, "党总支还没有审核",
          {"bodies": {"gb": COMMITTEE}, "history": [done("W02"), done("W04")]}),
    Asked("superior_returned_materials_only", "W41", {"history": [done("W28"), done("W09")]}, "不是上级退回",
          {"history": [done("W09"), done("W28")]}, {"data": {"list_unchanged": True}}),
    Asked("superior_returned_materials_only", "W41", {}, "有变化", {"data": {"list_unchanged": True}},
          {"history": [done("W26")]}),
    Asked("decision_is_issued", "W34", {"children": [child("issue_decision", "printed", final=False)]}, "还没有核发",
          {"children": [child("issue_decision", "distributed", final=False)]}),
    Asked("decision_is_issued", "W34", {"children": []}, "还没有核发",
          {"children": [child("issue_decision", "archived")]}),
    Asked("revocation_vote_is_not_open", "W49", {"children": [child("revocation_vote", "voting", final=False)]},
          "等待表决", {}),
    Asked("notice_is_due", "W16", {"data": {"level": 2}}, "不再公示", {"data": {"level": 1}}, PERSON),
    Asked("notice_is_due", "W16", {"bodies": AT_BRANCH}, "不再公示", {"bodies": AT_TOP},
          PERSON | {"data": AWARD | {"level": 2}}),
    Asked("notice_is_not_due", "W47", {"data": {"level": 1}}, "须公示", {"data": {"level": 2}}, PERSON),
    Asked("award_level_is_above", "W19", {"bodies": AT_TOP}, "不需上报", {"bodies": AT_BRANCH}),
    Asked("award_level_is_own", "W20", {"bodies": AT_BRANCH}, "请上报", {"bodies": AT_TOP}),
    Asked("superior_is_award_level", "W29", {"bodies": AT_BRANCH | {"award_level": CE_LG}}, "请接办",
          {"bodies": AT_BRANCH}),
    Asked("superior_is_below_award_level", "W43", {"bodies": AT_BRANCH}, "就是表彰机关",
          {"bodies": AT_BRANCH | {"award_level": CE_LG}}),
    Asked("superior_vote_is_not_open", "W44", {"children": [child("award_vote", "voting", final=False)]}, "等待表决",
          {}),
    Asked("superior_vote_is_not_open", "W44", {"children": [child("award_notice", "posted", final=False)]},
          "正在公示", {}),
    Asked("award_vote_has_passed", "W29", {}, "还没有表决", {"children": [child("award_vote", "passed")]}),
    Asked("no_veto_item", "W10", {"data": {"veto_items": ["accident"]}}, "责任事故", {}),
    Asked("veto_item_has_evidence", "W11", {"data": {"veto_evidence": []}}, "证据", {},
          {"data": {"veto_items": ["accident"], "veto_evidence": ["通报"]}}),
    Asked("investigation_is_done", "W12", {"data": {"talks": 2}}, "不少于3人", {},
          {"data": {"talks": 3, "records_checked": True, "site_visited": True}}),
    Asked("investigation_is_done", "W12", {"data": {"site_visited": False}}, "实地察看", {},
          {"data": {"talks": 3, "records_checked": True, "site_visited": True}}),
    Asked("subject_was_told", "W13", {}, "告知推荐对象", {"data": {"told_subject": True}}),
    Asked("mandatory_opinions_are_in", "W14", {"data": {"consultations": ASKS[:1]}}, "组织人事", {},
          {"data": OPINIONS}),
    Asked("mandatory_opinions_are_in", "W14", {"data": {"staff_view": ""}}, "职工群众意见", {}, {"data": OPINIONS}),
    Asked("opinions_agree", "W14", {"data": {"consultations": [ASKS[0] | {"view": "disagree"}]}}, "没有说明理由", {},
          {"data": OPINIONS}),
    Asked("integrity_opinion_is_given", "W14", {}, "廉洁意见", {"history": [done("W06"), done("W50")]}),
    Asked("integrity_opinion_is_given", "W14", {"history": [done("W06"), done("W50"), done("W43")]}, "廉洁意见",
          {"history": [done("W06"), done("W50"), done("W43"), done("W50")]}),
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: f"{each.guard}: {each.words}")
def test_guard(asked: Asked) -> None:
    check(STAGE, asked)


def test_lapsing_is_a_choice_of_the_campaign() -> None:
    check(STAGE, Asked("lapse_is_configured", "W40", {"parameters": {"award.lapse": False}}, "不视为放弃", {}))


def test_the_nominee_and_the_unit_are_known_from_the_start() -> None:
    person = change("name_nominee", case_of(STAGE, PERSON), "W01").data
    assert (person["nominees"], person["unit"], person["level"]) == ([MEMBER], BRANCH, 1)
    body = change("name_nominee", case_of(STAGE, {}), "W01").data
    assert (body["nominees"], body["nominated_member"]) == ([SECRETARY], [])  # its leader; nobody in its own meeting


def test_the_superior_is_that_of_the_committee_which_has_the_matter() -> None:
    taken = change("take_level", case_of(STAGE, PERSON | {"bodies": {"com": COMMITTEE, "sup": COMMITTEE}}), "W06")
    assert taken.bodies == {"com": COMMITTEE, "sup": ENTERPRISE}
    assert taken.data == {"nominees": [MEMBER], "nominated_member": [MEMBER]}, "whoever leads the body by now"


def test_a_nomination_climbs_one_level_and_skips_none() -> None:
    climbed = change("climb_level", case_of(STAGE, PERSON | {"bodies": AT_BRANCH}), "W43")
    assert climbed.bodies == {"com": ENTERPRISE, "sup": CE_LG}
    assert climbed.data == {"level": 2, "own_opinion": None, "nominees": [MEMBER], "nominated_member": [MEMBER]}


def test_a_new_nomination_starts_at_the_first_committee_again() -> None:
    """W32 after climbing: committee, superior and level are those of the beginning, with a first notice (R49)."""
    climbed = PERSON | {"bodies": {"com": ENTERPRISE, "sup": CE_LG, "award_level": CE_LG}, "data": AWARD | {"level": 2}}
    again = change("restart_line", case_of(STAGE, climbed), "W32")
    assert again.bodies == {"com": COMMITTEE, "sup": ENTERPRISE}
    assert (again.data["level"], again.data["own_opinion"]) == (1, None)


def test_a_committee_is_commended_by_bodies_strictly_above() -> None:
    """W42: a nominated committee takes no part; the default of the awarding body is above it too."""
    origin = Origin(COMMITTEE)
    for rule in ("superior_committee", "award_level"):
        assert RULES[rule](TREE, vocabulary(), origin) == ENTERPRISE
    assert RULES["superior_committee"](TREE, vocabulary(), Origin(ENTERPRISE)) == CE_LG


def test_at_the_top_of_the_line_nothing_goes_further() -> None:
    top = change("climb_level", case_of(STAGE, PERSON | {"bodies": {"com": ENTERPRISE, "sup": CE_LG}}), "W43")
    assert top.bodies == {"com": CE_LG, "sup": CE_LG}
