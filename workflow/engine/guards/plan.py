"""Conditions of the plan stage (M1; domain.md §4.1)."""

from __future__ import annotations

from workflow.engine.guards.common import names_missing, rows_without
from workflow.engine.registry import guard, recusal
from workflow.engine.routing import RoutingError, filing_body
from workflow.engine.snapshot import Situation
from workflow.engine.values import day, digest, number, rows, text

DRAFTING = ("P01", "P13", "P22")  #: acts of those who write the plan
ENTERPRISE = "ent_committee"
LEADING_GROUP = "ent_lg"
REPLACING = ("in_progress", "closed")  #: states in which a replacement has taken effect


@guard
def all_goals_covered(situation: Situation) -> str | None:
    """Each of the four goals has a measure (R25)."""
    covered = {text(row, "goal") for row in rows(situation.data, "measures")}
    missing = names_missing(situation.snapshot.criteria.lists["goals"], covered)
    return f"四个目标都要有措施，还缺：{missing}。请在“目标措施”中补充" if missing else None


@guard
def plan_is_complete(situation: Situation) -> str | None:
    """Carrier, schedule, central work and cost budget are filled (R32, R36, R62, R65)."""
    data = situation.data
    missing = [
        title
        for title, present in (
            ("中心工作", text(data, "central_work")),
            ("活动载体", rows(data, "carriers")),
            ("方法步骤", rows(data, "schedule")),
            ("经费预算（没有开支填 0）", number(data, "cost_budget") is not None),
            ("实施日期", day(data, "effective_on")),
        )
        if not present
    ]
    if missing:
        return f"方案还不完整，请补充：{'、'.join(missing)}"
    unowned = rows_without(situation, "measures", "text", "owner", "due_on")
    if unowned:
        return f"第{'、'.join(map(str, unowned))}项措施缺内容、责任人或完成时限，请补充"
    return None


@guard
def opinion_is_filed(situation: Situation) -> str | None:
    """An 实施意见 is made by the committee of a central enterprise and always filed (R64, R82)."""
    if plan_is_opinion(situation) is not None:
        return None
    snapshot = situation.snapshot
    if snapshot.tree.bodies[snapshot.case.bodies["own"]].kind != ENTERPRISE:
        return "实施意见由中央企业党委制定，本组织请将文件类型改为“实施方案”"
    if text(situation.data, "mode") != "file":
        return "实施意见须报中央企业创先争优活动领导小组备案，请将上报方式改为“报备”"
    return None


@guard
def body_has_category(situation: Situation) -> str | None:
    """Requirements are stated by category, so the body has one (R35)."""
    body = situation.snapshot.tree.bodies[situation.case.bodies["own"]]
    return None if body.category else f"{body.name}还没有登记分类（机关、生产一线等），请组织管理员在组织信息中登记"


@recusal
def reviewer_is_not_drafter(situation: Situation) -> str | None:
    """Who drafts does not review (domain.md §2.4)."""
    if situation.act.actor.person_id in situation.snapshot.actors_of(*DRAFTING):
        return "起草人不能审核自己起草的方案，请由其他审核人办理"
    return None


@recusal
def approver_is_not_drafter(situation: Situation) -> str | None:
    """Who drafts does not approve (domain.md §2.4, P14)."""
    if situation.act.actor.person_id in situation.snapshot.actors_of(*DRAFTING):
        return "起草人不能批准自己起草的方案，请由上级其他有权人员批准"
    return None


@guard
def text_is_as_adopted(situation: Situation) -> str | None:
    """What is signed is what the committee adopted (P06)."""
    adopted = text(situation.data, "text_hash")
    if adopted and adopted == digest(situation.data, situation.snapshot.definition.opening):
        return None
    return "方案内容与会议通过的文本不一致，请撤回后重新提交研究"


@guard
def enterprise_has_leading_group(situation: Situation) -> str | None:
    """An enterprise submits nothing before its leading group is set up (R66)."""
    tree, own = situation.snapshot.tree, situation.case.bodies["own"]
    if tree.bodies[own].kind != ENTERPRISE:
        return None
    if any(tree.bodies[each].kind == LEADING_GROUP for each in tree.with_organs(own)):
        return None
    return f"{tree.bodies[own].name}还没有成立创先争优活动领导小组，请先成立并登记领导小组及其办公室"


@guard
def mode_is_approve(situation: Situation) -> str | None:
    """The plan goes up for approval (mode 报批)."""
    return None if text(situation.data, "mode") == "approve" else "本方案的上报方式不是“报批”，签发后可直接公布"


@guard
def mode_is_not_approve(situation: Situation) -> str | None:
    """The plan takes effect on signing (mode 不上报, 报备)."""
    return "本方案须报上级批准，批准后才能公布" if text(situation.data, "mode") == "approve" else None


@guard
def mode_is_file(situation: Situation) -> str | None:
    """The plan is filed with the superior (mode 报备)."""
    return None if text(situation.data, "mode") == "file" else "本方案不需要报备"


@guard
def has_leading_superior(situation: Situation) -> str | None:
    """There is exactly one leading superior to submit to (R50)."""
    snapshot = situation.snapshot
    try:
        snapshot.tree.leading_superior(snapshot.case.bodies["own"])
    except RoutingError as error:
        return error.message
    return None


@guard
def filing_is_open(situation: Situation) -> str | None:
    """A filed plan is published once its filing has been opened; filing never blocks effect (R82, domain.md §4.1)."""
    if text(situation.data, "mode") != "file" or situation.snapshot.last_child("filing"):
        return None
    return "报备事项还没有建立，请刷新后重试；仍不成功请联系系统管理员"


@guard
def effective_date_reached(situation: Situation) -> str | None:
    """Carrying out begins on the effective date; a plan that came here without one is in force when it is published."""
    starts = day(situation.data, "effective_on")
    return None if starts is None or starts <= situation.act.today else f"实施日期{starts.isoformat()}未到"


@guard
def replacement_is_in_progress(situation: Situation) -> str | None:
    """The old plan stays in force until the new one starts (domain.md §4.1)."""
    own_number = situation.case.number
    if any(
        other.stage == situation.case.stage and other.state in REPLACING and text(other.data, "replaces") == own_number
        for other in situation.snapshot.related
    ):
        return None
    return "没有已实施的新方案替代本方案"


@guard
def measures_are_settled(situation: Situation) -> str | None:
    """Every measure is done or carried over before the plan is closed (P19)."""
    outcomes = rows(situation.data, "outcomes")
    unsettled = [text(row, "measure") for row in outcomes if text(row, "outcome") not in ("done", "carried")]
    if len(outcomes) < len(rows(situation.data, "measures")):
        return "有措施没有登记完成情况，请先“更新措施完成情况”"
    return f"还有措施没有结果：{'；'.join(unsettled)}。请先“更新措施完成情况”" if unsettled else None


@guard
def plan_is_opinion(situation: Situation) -> str | None:
    """The plan is an 实施意见 (R64)."""
    return None if text(situation.data, "kind") == "opinion" else "不是实施意见"


@guard
def scheme_may_be_issued(situation: Situation) -> str | None:
    """An 实施方案 is issued on signing, unless it first needs the superior's approval (R38)."""
    if text(situation.data, "kind") != "scheme":
        return "不是实施方案"
    return mode_is_not_approve(situation)


@guard
def text_may_be_issued(situation: Situation) -> str | None:
    """There is a paper to issue on signing."""
    return None if plan_is_opinion(situation) is None else scheme_may_be_issued(situation)


@guard
def opinion_is_filed_twice(situation: Situation) -> str | None:
    """A central enterprise under a local committee files its 实施意见 there as well (R56, R82)."""
    if plan_is_opinion(situation) is not None:
        return "不是实施意见"
    tree, own = situation.snapshot.tree, situation.case.bodies["own"]
    return "上级党组织就是备案机关" if filing_body(tree, own, opinion=True) == tree.leading_superior(own) else None
