"""What just passes and what just does not: limits, more than one name, what stands beside a case and is not it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from tests.engine.asking import Asked, answers
from tests.engine.cast import (
    BRANCH,
    CE_LG,
    COMMITTEE,
    ENTERPRISE,
    LEADER,
    LEADING_GROUP,
    LOCAL_ENTERPRISE,
    MEMBER,
    TREE,
    WORKER,
    child,
    criteria,
    definition,
    done,
    related,
)
from tests.engine.test_guards_commendation import ASKS, AWARD, PERSON, peers
from tests.engine.test_guards_told import LINE, listed

Given = Mapping[str, Any]
GRADED = {"grade": "excellent", "former_grades": [{"grade": "good", "until": "2012-03-01"}]}
TITLES = ["excellent_member", "excellent_party_worker"]
OFFERED = {"award.titles": TITLES}
TWO = "、".join(criteria().lists["award_titles"][each] for each in TITLES)
NOT_YET = "推荐对象在本次活动中的考核结果还没有审定，审定后才能提名"
MOST = {"award.frontline_share_min": "80%"}
EVERY = "award.notice_every_level"
NOT_OWN = "只检查本单位所属的党组织，{}是本单位自身、上级或者指导单位，请从名单中删去"
JOINT = {"partners": [{"body": COMMITTEE}, {"body": ENTERPRISE}]}
UNSIGNED = "第{}行的机关没有登记主要负责人，或者本件由其发起，无人会签，请先登记任职，或者由他人拟稿"
DISAGREEING = {"body": "personnel", "view": "disagree", "given_on": "2012-03-02"}
DUE = {"data": {"deadline_on": "2012-03-05"}}
NOTICES = [done("Z05", on=date(2012, 1, 4)), done("Z10", on=date(2012, 3, 1))]
AT_TEN = datetime(2012, 3, 5, 2, tzinfo=UTC)  #: the moment of every act of the cast, where the body is at ten o'clock


def of_bodies(number: int) -> list[Any]:
    """Nominations of organisations."""
    return listed(*[{"nominated_member": []}] * number)


COMMENDATION = [
    ("award_fits_subject", {**PERSON, "data": {"award": "advanced_organization"}, "parameters": OFFERED},
     f"这一推荐对象可以推荐的名称是：{TWO}，请改选"),
    ("assessment_is_final", {**PERSON, "related": [related("pledge", "archived", GRADED, same_person=True)]}, NOT_YET),
    ("assessment_is_final", {**PERSON, "related": [related("assessment", "scored", final=False, same_person=True)]},
     NOT_YET),
    ("assessment_is_final", {**PERSON, "related": [related("assessment", "finalized", GRADED, same_person=True)]},
     None),
    ("assessment_is_final", {**PERSON, "related": [related("assessment", "notified", GRADED, final=False,
                                                           same_person=True)]}, None),
    ("unit_quota_is_free", {**PERSON, "peers": [replace(each, state="round_open") for each in peers(False, False)]},
     None),
    ("frontline_share_holds", {**PERSON, "peers": [*listed({}), *of_bodies(2)]},
     "生产一线人员不少于50%，现推荐2人中有0人，请先推荐生产一线人员"),
    ("frontline_share_holds", {**PERSON, "peers": listed({}, {}, LINE)},
     "生产一线人员不少于50%，现推荐4人中有1人，请先推荐生产一线人员"),
    ("frontline_share_holds", {**PERSON, "peers": listed(LINE, LINE), "parameters": MOST}, None),
    ("notice_is_due", {**PERSON, "data": AWARD | {"level": 2}, "parameters": {EVERY: True}}, None),
    ("notice_is_due", {**PERSON, "data": AWARD | {"level": 2}, "parameters": {EVERY: False}},
     "本级不再公示，研究通过后直接上报"),
    ("opinions_agree", {"data": {"consultations": [*ASKS, DISAGREEING | {"text": "任职不满一年"}]}}, None),
    ("opinions_agree", {"data": {"consultations": [DISAGREEING] * 2}},
     "有2个部门不同意但没有说明理由，请补充后再提请研究"),
]  # fmt: skip

OTHERS = [
    ("inspection", "frame_has_units", {"own": LOCAL_ENTERPRISE, "data": {"units": [{"unit": CE_LG}, {"unit": BRANCH}]}},
     NOT_OWN.format(TREE.bodies[CE_LG].name)),
    ("inspection", "findings_are_of_units_inspected", {"data": {"sample": [1], "problems": [{"unit": 2}, {"unit": 3}]}},
     "“存在问题”第1、2行的单位不在本次检查的单位之内，请改正"),
    ("document_issue", "partners_can_sign", {"data": {"partners": [{"body": LEADING_GROUP}, {"body": ENTERPRISE}]}},
     UNSIGNED.format("1、2")),
    ("document_issue", "partners_have_sealed", {"data": JOINT | {"seal": True}},
     f"还没有用印的联署机关：{TREE.bodies[COMMITTEE].name}、{TREE.bodies[ENTERPRISE].name}"),
    ("experience_bulletin", "editor_does_not_sign", {}, None),
    ("plan", "vote_has_not_passed", {"children": [child("vote", "rejected")]}, None),
    ("plan", "vote_has_not_passed", {"children": [child("vote", "deferred")]}, None),
    ("plan", "vote_has_not_passed", {"children": [child("vote", "passed")]}, "会议没有作出不通过或缓议的结论"),
    ("plan", "text_may_be_issued", {"data": {"kind": "opinion"}}, None),
    ("plan", "due_moment_has_passed", {"due_at": AT_TEN}, None),
    ("rectification", "dispute_is_in_window", {"history": NOTICES}, None),
    ("rectification", "dispute_is_in_window", {"history": NOTICES[:1]}, "申请复核的期限已于2012-01-09届满"),
    ("rectification", "deadline_has_passed", DUE | {"business_day_end": time(10)}, None),
    ("rectification", "deadline_has_passed", DUE | {"business_day_end": time(10, 1)}, "整改期限未到"),
    ("vote_session", "method_is_as_required",
     {"data": {"matter": "committee_weighty", "method": "oral"}, "parameters": {"vote.weighty_method": "起立"}},
     "这一事项须以起立方式表决，请改选表决方式"),
    ("mass_appraisal", "decider_is_not_appraised", {"actor": LEADER, "bodies": {"organiser": BRANCH}}, None),
    ("mass_appraisal", "staff_share_is_met", {"values": {"party_voters": [MEMBER], "staff_voters": [WORKER]}}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "guard", "given", "told"),
    [*[("commendation", *each) for each in COMMENDATION], *OTHERS],
    ids=lambda each: each if isinstance(each, str) and each.isascii() else "",
)
def test_the_whole_answer(stage: str, guard: str, given: Given, told: str | None) -> None:
    asked = Asked(guard, definition(stage).transitions[0].id, given, "", given)
    found, _ = answers(stage, asked)
    assert found == told
