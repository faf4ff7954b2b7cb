"""What is told in full where several things are missing, and what just passes (R25–R29, R57, R78–R81)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.engine.asking import Asked, answers
from tests.engine.cast import BRANCH, CE_LG, COMMITTEE, LEADER, TREE, criteria, done, member, related
from tests.engine.test_guards_assessment import FULL_SCORES, INDICATORS
from tests.engine.test_guards_commendation import ASKS, AWARD, FORM
from tests.engine.test_guards_plan import PLAN
from tests.engine.test_guards_rectification import DUE, FAILED, ITEMS, NOTICE, PASSED, late

Given = Mapping[str, Any]
PROBLEMS = {"problems": ["组织生活缺失", "台账不全"]}
BLANK = [{**row, "owner": "", "evidence": ""} for row in ITEMS]

RECTIFICATION = [
    ("cause_has_facts", "Z01", {}, "问题登记还缺：原因、主要事实、证据，请补充后再拟制通知"),
    ("notice_has_both_parts", "Z03", {}, "整改通知须既有批评又有限期要求，还缺：批评意见、问题清单、整改要求"),
    ("notice_has_both_parts", "Z03", {"data": NOTICE | {"limit_days": None}},
     "整改期限不得少于5个工作日，现为0个工作日"),
    ("notice_has_both_parts", "Z03", {"data": NOTICE | {"limit_days": 5}}, None),
    ("issuer_is_not_notice_drafter", "Z05", {"actor": LEADER, "history": [done("Z37", LEADER)]},
     "拟稿人不能签发自己拟制的通知"),
    ("dispute_is_in_window", "Z08", {}, None),
    ("plan_answers_every_problem", "Z12", {"data": PROBLEMS},
     "整改台账没有对应这些问题：组织生活缺失；台账不全。请按问题清单逐条填写"),
    ("plan_answers_every_problem", "Z12", {"data": {"items": BLANK}}, "第1、2行缺措施、责任人或完成时限，请补充"),
    ("plan_answers_every_problem", "Z12", {"data": {"items": [{**ITEMS[0], "measure": ""}]}},
     "第1行缺措施、责任人或完成时限，请补充"),
    ("plan_answers_every_problem", "Z12", {"data": {"items": [{**ITEMS[0], "due_on": ""}]}},
     "第1行缺措施、责任人或完成时限，请补充"),
    ("plan_ends_in_time", "Z12", {"data": {"items": ITEMS, "deadline_on": "2012-03-16"}}, None),
    ("plan_ends_in_time", "Z12", {"data": {"items": ITEMS, "deadline_on": "2012-03-15"}},
     "第1、2行的完成时限晚于整改期限2012-03-15，请提前"),
    ("extension_is_within_limit", "Z17", {"data": {"extension_days": 12}},
     "一次最多延长10个工作日，申请的是12个工作日"),
    ("every_problem_is_done", "Z19", {"data": PROBLEMS},
     "整改台账没有对应这些问题：组织生活缺失；台账不全。请按问题清单逐条填写"),
    ("every_problem_is_done", "Z19", {"data": {"items": [{**row, "evidence": ""} for row in ITEMS]}},
     "第1、2行还没有完成或者没有写明完成情况和证明"),
    ("every_problem_is_verified", "Z22", {"data": PROBLEMS}, "这些问题还没有验收：组织生活缺失；台账不全"),
    ("every_problem_is_verified", "Z22", {"data": {"verification": [{**row, "result": "failed"} for row in PASSED]}},
     "这些问题验收不合格，请改办“验收不合格”：组织生活缺失；台账不全"),
    ("some_problem_failed", "Z23", {"data": {"verification": FAILED}}, None),
    ("overdue_enough_for_interview", "Z28", {}, "逾期满3个工作日才能约谈，现逾期0个工作日"),
    ("overdue_enough_for_circular", "Z30", {"data": DUE, "today": late(2)},
     "逾期满7个工作日才能通报批评，现逾期2个工作日"),
    ("notice_was_issued", "Z34", {"history": [done("Z05", None)]}, None),
    ("notice_was_issued", "Z34", {"history": [done("Z03")]}, "本事项没有下发过整改通知"),
]  # fmt: skip

SHORT = [{**row, "evidence": ""} for row in FULL_SCORES[:2]]
ABOVE = [{**FULL_SCORES[0], "score": 99}, *FULL_SCORES[1:]]
NOTHING = [{**row, "score": 0} for row in FULL_SCORES]
PEERS = [related("assessment", "calibrating", {"grade": "excellent"}), related("assessment", "scored", {}),
         related("assessment", "calibrating", {"grade": "good"})]  # fmt: skip
SHEET = {"indicators": INDICATORS}
SHARE = "org.grade_quota.excellent"

ASSESSMENT = [
    ("no_assessment_is_running", "K01", {"related": [related("assessment", "scored", final=False)] * 2},
     "对这一对象的考核创优-2012-0003、创优-2012-0003还没有审定，请在原事项中办理"),
    ("quota_is_set", "K01", {"parameters": {SHARE: "0"}}, "没有设定优秀等次的比例，请在活动参数中设定"),
    ("quota_is_set", "K01", {"parameters": {SHARE: "1"}}, None),
    ("quota_is_set", "K01", {"parameters": {SHARE: "1.5"}}, "没有设定优秀等次的比例，请在活动参数中设定"),
    ("every_score_has_ground", "K08", {"data": SHEET | {"item_scores": [*SHORT, *FULL_SCORES[2:]]}},
     "第1、2项缺得分或依据，请补充"),
    ("every_score_has_ground", "K08",
     {"data": SHEET | {"item_scores": [{**FULL_SCORES[0], "score": None}, *FULL_SCORES[1:]]}},
     "第1项缺得分或依据，请补充"),
    ("every_score_has_ground", "K08", {"data": SHEET | {"item_scores": ABOVE}},
     f"“{INDICATORS[0]['title']}”满分{INDICATORS[0]['weight']}分，不能填99分"),
    ("every_score_has_ground", "K08", {"data": SHEET | {"item_scores": NOTHING}}, None),
    ("adjustments_are_within_limits", "K23", {"data": {"adjustments": [{"ground": "上级表彰", "points": 9}]}},
     "“上级表彰”每项加分不超过3分，扣分不超过5分，且不能为0"),
    ("quota_is_kept", "K09", {"data": {"grade": "excellent"}, "peers": PEERS},
     "本分类共4个考核对象，“优秀”名额1个，已用1个，请调整等次"),
    ("quota_is_kept", "K09", {"data": {"grade": "excellent"}, "peers": PEERS[1:]}, None),
    ("appeal_window_is_open", "K13", {"history": [done("K12", on=date(2012, 2, 1))]}, "申诉期限至2012-02-08，已经届满"),
    ("appeal_window_is_open", "K13", {}, "申诉期限至，已经届满"),
    ("appeal_window_is_over", "K16", {"history": [done("K12")]}, "申诉期限至2012-03-12，期满后方可审定"),
    ("appeal_window_is_over", "K16", {}, "申诉期限至，期满后方可审定"),
]  # fmt: skip


def listed(*marks: Mapping[str, object]) -> list[Any]:
    """Other persons on the awarding body's list."""
    return [related("commendation", "nominated", {**AWARD, **each}, final=False) for each in marks]


LEADERS, LINE = {"leader": True}, {"frontline": True}
PERSON = {"subject": "member", "person": member()}

COMMENDATION = [
    ("award_fits_subject", "W01", {"data": {"award": "excellent_member"}},
     "这一推荐对象可以推荐的名称是：先进基层党组织，请改选"),
    ("no_open_rectification", "W01", {"related": [related("rectification", "rectifying", final=False)] * 2},
     "限期整改创优-2012-0003、创优-2012-0003还没有销号，销号后才能推荐和表彰"),
    ("materials_are_complete", "W07", {}, "推荐材料还缺：基本要求、先进事迹、事迹摘要、简历或组织概况，请退回补正"),
    ("materials_are_complete", "W07", {"data": FORM}, None),
    ("award_shares_hold", "W01", {**PERSON, "data": AWARD | LEADERS, "peers": listed(LEADERS, {}, {})},
     "领导干部不超过20%，现推荐4人中有领导干部2人，请调整名单"),
    ("award_shares_hold", "W01", {**PERSON, "data": AWARD | LEADERS, "peers": listed(LEADERS, *[{}] * 8)},
     None),
    ("award_shares_hold", "W01", {**PERSON, "data": AWARD, "peers": listed(LEADERS, LEADERS)}, None),
    ("award_shares_hold", "W01", {"data": AWARD | LEADERS, "peers": listed(LEADERS, LEADERS)}, None),
    ("frontline_share_holds", "W01", {**PERSON, "data": AWARD, "peers": listed({})},
     "生产一线人员不少于50%，现推荐2人中有0人，请先推荐生产一线人员"),
    ("frontline_share_holds", "W01", {**PERSON, "data": AWARD | LINE, "peers": listed({}, {})}, None),
    ("frontline_share_holds", "W01", {**PERSON, "data": AWARD, "peers": listed({}, LINE, LINE)}, None),
    ("frontline_share_holds", "W01", {"data": AWARD, "peers": listed({}, {})}, None),
    ("superior_returned_materials_only", "W41",
     {"data": {"list_unchanged": True}, "history": [done("W26"), done("W05")]}, "不是上级退回的，请办理“补正再审”"),
    ("superior_returned_materials_only", "W41",
     {"data": {"list_unchanged": True}, "history": [done("W05"), done("W28"), done("W31")]}, None),
]  # fmt: skip

ABOVE_IT = "、".join(TREE.bodies[each].name for each in (COMMITTEE, CE_LG))
FRAME = [{"id": "8", "category": "production", "level": "", "region": ""}]
INSPECTION = [
    ("frame_has_units", "I13", {"own": BRANCH, "data": {"units": [{"unit": COMMITTEE}, {"unit": CE_LG}]}},
     f"只检查本单位所属的党组织，{ABOVE_IT}是本单位自身、上级或者指导单位，请从名单中删去"),
    ("problems_are_decided", "I11", {"data": {"problems": [{"text": "一"}, {"text": "二", "decision": "rectify"}, {}]}},
     "第1、3个问题不再处理的，请写明理由"),
    ("problems_are_decided", "I11", {"data": {"problems": [{"text": "一", "reason": "已整改"}]}}, None),
    ("draw_is_possible", "I01", {"data": {"frame": FRAME}},
     "还没有公开数值。请填写事先约定、任何人都不能左右的数值"),
    ("other_units_have_confirmed", "I07",
     {"data": {"confirmations": [{"unit": 8, "people": [LEADER], "confirmed": True}]}}, None),
]  # fmt: skip

APPRAISAL = [
    ("closing_day_is_ahead", "A05", {"data": {"closes_on": "2012-03-04"}},
     "评议截止日期2012-03-04已过，请先“改期”，重新确定评议日期"),
    ("closing_day_is_ahead", "A05", {}, "评议截止日期已过，请先“改期”，重新确定评议日期"),
    ("opening_day_has_come", "A05", {"data": {"held_on": "2012-03-06"}}, "评议开始日期2012-03-06未到"),
    ("opening_day_has_come", "A05", {}, "评议开始日期未到"),
    ("objection_window_is_open", "A15", {"history": [done("A14", on=date(2012, 2, 1))]},
     "提出异议的期限至2012-02-06，已经届满"),
    ("objection_window_is_open", "A15", {}, "提出异议的期限至，已经届满"),
    ("objection_window_is_over", "A18", {"history": [done("A14")]}, "异议期限至2012-03-08，期满后方可公布"),
    ("objection_window_is_over", "A18", {}, "异议期限至，期满后方可公布"),
]  # fmt: skip

OWN = "承诺人不能审定、评定自己的承诺，请由其他有权人员办理"
HIGHER = "领导班子和党员领导干部的承诺应高于一般标准，请核对后勾选确认；达不到的请退回完善"
RESULTS = [
    {"text": "走访", "outcome": "open"},
    {"text": "攻关", "outcome": "open"},
    {"text": "学习", "outcome": "done"},
]
PLEDGE = [
    ("approver_is_not_pledger", "L22", {"actor": LEADER, "history": [done("L04", LEADER)]}, OWN),
    ("approver_is_not_pledger", "L22", {"actor": LEADER, "history": [done("L26", LEADER)]}, OWN),
    ("approver_is_not_pledger", "L22", {"actor": LEADER, "history": [done("L05", LEADER)]}, None),
    ("leaders_pledge_more", "L05", {"data": {"pledger": "team"}}, HIGHER),
    ("leaders_pledge_more", "L05", {"data": {"pledger": "member"}}, None),
    ("every_item_has_a_result", "L12", {"data": {"items": RESULTS}},
     "请按公布的承诺逐项填写兑现情况，还缺：走访；攻关；学习"),
    ("all_items_are_done", "L15", {"data": {"results": RESULTS}}, "还有事项没有完成：走访；攻关"),
    ("all_items_are_done", "L15", {}, "还没有登记承诺事项的兑现情况"),
    ("report_is_overdue", "L13", {}, "没有填写践诺截止日期"),
]  # fmt: skip


DUE_ON = {"due_on": "2012-06-30"}
ACTIONS = [{"text": "", "measure": "走访", **DUE_ON}, {"text": "一", "measure": "", **DUE_ON},
           {"text": "二", "measure": "走访", **DUE_ON}]  # fmt: skip
COMMENT = [
    ("three_parts_are_written", "C01", {}, "点评意见须写全三个部分，还缺：取得的成绩、存在的问题、努力方向"),
    ("actions_are_dated", "C07", {"data": {"actions": ACTIONS}}, "第1、2项缺整改事项、措施或完成时限"),
    ("every_action_is_answered", "C15", {"data": {"actions": ACTIONS[1:], "follow_up": []}},
     "还有整改事项没有写明落实情况：一；二"),
]  # fmt: skip
ACCIDENT, DISCIPLINE = (criteria().lists["veto_items"][each] for each in ("accident", "discipline"))
QUALIFICATION = [
    ("investigation_is_done", "W12", {}, "个别谈话不少于3人，现为0人"),
    ("investigation_is_done", "W12", {"data": {"talks": 3}}, "考察还没有完成：查阅资料、实地察看"),
    ("mandatory_opinions_are_in", "W14", {}, "还没有书面征求这些部门的意见：纪检机构、组织人事部门"),
    ("mandatory_opinions_are_in", "W14", {"data": {"consultations": ASKS}},
     "须广泛听取党员和职工群众意见，还缺：党员意见、职工群众意见"),
    ("veto_item_has_evidence", "W11", {}, "请选择存在的否决事项"),
    ("no_veto_item", "W10", {"data": {"veto_items": ["accident", "discipline"]}},
     f"存在否决事项：{ACCIDENT}、{DISCIPLINE}，请办理“一票否决”"),
]  # fmt: skip


OWNED = {"text": "走访", "owner": "王书记", "due_on": "2012-06-30"}
LACKING = [{**OWNED, name: ""} for name in OWNED]
SETTLED = [{"measure": "走访", "outcome": "done"}, {"measure": "攻关", "outcome": "carried"}]
PLANNING = [
    ("plan_is_complete", "P01", {},
     "方案还不完整，请补充：中心工作、活动载体、方法步骤、经费预算（没有开支填 0）、实施日期"),
    ("plan_is_complete", "P01", {"data": PLAN | {"measures": [OWNED, *LACKING]}},
     "第2、3、4项措施缺内容、责任人或完成时限，请补充"),
    ("measures_are_settled", "P19", {"data": {"outcomes": SETTLED}}, None),
    ("measures_are_settled", "P19", {"data": {"outcomes": [{**row, "outcome": "open"} for row in SETTLED]}},
     "还有措施没有结果：走访；攻关。请先“更新措施完成情况”"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "guard", "transition", "given", "told"),
    [
        *[("rectification", *each) for each in RECTIFICATION],
        *[("assessment", *each) for each in ASSESSMENT],
        *[("commendation", *each) for each in COMMENDATION],
        *[("inspection", *each) for each in INSPECTION],
        *[("mass_appraisal", *each) for each in APPRAISAL],
        *[("pledge", *each) for each in PLEDGE],
        *[("leader_comment", *each) for each in COMMENT],
        *[("plan", *each) for each in PLANNING],
        *[("commendation", *each) for each in QUALIFICATION],
    ],
    ids=lambda each: each if isinstance(each, str) and each.isascii() else "",
)
def test_the_whole_sentence(stage: str, guard: str, transition: str, given: Given, told: str | None) -> None:
    found, _ = answers(stage, Asked(guard, transition, given, "", given))
    assert found == told
