"""Conditions of rectification (M7; R57, R80, R81, domain.md §3.7, §4.7)."""

from __future__ import annotations

from datetime import date

from workflow.engine.calendar import due_at
from workflow.engine.guards.common import drafters, last_day_of, rows_without, times, window_end
from workflow.engine.registry import guard, recusal
from workflow.engine.snapshot import Situation
from workflow.engine.values import count, day, flag, people, rows, text, texts

NOTICES = ("Z05", "Z10")
REPORTS = ("Z12", "Z15", "Z19", "Z24", "Z27")  #: acts by which the unit reports
DONE = "done"
PASSED = "passed"
FAILED = "failed"


@guard
def issuer_leads_target(situation: Situation) -> str | None:
    """Only the leading superior rectifies; a guide may send an advice letter, nothing more (R50, R57)."""
    tree, bodies = situation.snapshot.tree, situation.case.bodies
    if tree.leads.get(bodies["own"]) == (bodies["sup"],):
        return None
    return (
        f"{tree.bodies[bodies['sup']].name}不是{tree.bodies[bodies['own']].name}的领导机关，"
        "不能要求限期整改；指导单位可以发建议函。隶属关系已经调整的，退稿后撤销，由现在的上级另行办理"
    )


@guard
def cause_has_facts(situation: Situation) -> str | None:
    """A cause of the two, with facts and evidence (R80)."""
    data = situation.data
    required = (("原因", texts(data, "causes")), ("主要事实", text(data, "facts")), ("证据", texts(data, "evidence")))
    missing = [title for title, value in required if not value]
    return f"问题登记还缺：{'、'.join(missing)}，请补充后再拟制通知" if missing else None


@guard
def notice_has_both_parts(situation: Situation) -> str | None:
    """Criticism and a demand with a limit, both (R81), and no shorter than the campaign allows."""
    data = situation.data
    required = (
        ("批评意见", text(data, "criticism")),
        ("问题清单", texts(data, "problems")),
        ("整改要求", texts(data, "requirements")),
    )
    missing = [title for title, value in required if not value]
    if missing:
        return f"整改通知须既有批评又有限期要求，还缺：{'、'.join(missing)}"
    least = situation.snapshot.integer("rect.period_min")
    limit = count(data, "limit_days")
    return None if limit >= least else f"整改期限不得少于{least}个工作日，现为{limit}个工作日"


@recusal
def issuer_is_not_notice_drafter(situation: Situation) -> str | None:
    """Who drafts does not sign (domain.md §2.4)."""
    if situation.act.actor.person_id in drafters(situation.snapshot, "Z01", "Z37"):
        return "拟稿人不能签发自己拟制的通知"
    return None


@guard
def dispute_is_in_window(situation: Situation) -> str | None:
    """A review is asked for within the window that runs from the notice (Z08)."""
    issued = max(NOTICES, key=lambda each: last_day_of(situation.snapshot, each) or date.min)
    ends = window_end(situation.snapshot, issued, "rect.dispute_window")
    return None if ends is None or situation.act.today <= ends else f"申请复核的期限已于{ends.isoformat()}届满"


@guard
def reviewer_did_not_issue(situation: Situation) -> str | None:
    """Who signed the notice does not review it."""
    if situation.act.actor.person_id in situation.snapshot.actors_of(*NOTICES):
        return "签发人不能复核自己签发的通知，请由委员会其他成员办理"
    return None


@guard
def plan_answers_every_problem(situation: Situation) -> str | None:
    """Every problem has a measure, an owner and a date (Z12)."""
    answered = {text(row, "problem") for row in rows(situation.data, "items")}
    missing = [each for each in texts(situation.data, "problems") if each not in answered]
    if missing:
        return f"整改台账没有对应这些问题：{'；'.join(missing)}。请按问题清单逐条填写"
    incomplete = rows_without(situation, "items", "measure", "owner", "due_on")
    return f"第{'、'.join(map(str, incomplete))}行缺措施、责任人或完成时限，请补充" if incomplete else None


@guard
def plan_ends_in_time(situation: Situation) -> str | None:
    """Every measure ends by the deadline (Z12)."""
    deadline = day(situation.data, "deadline_on")
    late = [
        str(index)
        for index, row in enumerate(rows(situation.data, "items"), start=1)
        if deadline and (due := day(row, "due_on")) and due > deadline
    ]
    return f"第{'、'.join(late)}行的完成时限晚于整改期限{deadline}，请提前" if late else None


@guard
def extension_is_asked_in_time(situation: Situation) -> str | None:
    """An extension is asked for some working days before the deadline (domain.md §3.7)."""
    snapshot, deadline = situation.snapshot, day(situation.data, "deadline_on")
    least = snapshot.integer("rect.extension_ask_before")
    if deadline is None or snapshot.calendar.working_days_between(situation.act.today, deadline) >= least:
        return None
    return f"延期须在期限届满{least}个工作日以前申请，整改期限是{deadline.isoformat()}"


@guard
def extensions_are_left(situation: Situation) -> str | None:
    """No more extensions than the campaign allows (Z16)."""
    most = situation.snapshot.integer("rect.extensions_max")
    return None if times(situation.snapshot, "Z17") < most else f"整改期限最多延长{most}次，已经用完"


@guard
def extension_is_within_limit(situation: Situation) -> str | None:
    """An extension is no longer than the campaign allows (Z17)."""
    most, asked = situation.snapshot.integer("rect.extension_days_max"), count(situation.data, "extension_days")
    return None if asked <= most else f"一次最多延长{most}个工作日，申请的是{asked}个工作日"


@guard
def every_problem_is_done(situation: Situation) -> str | None:
    """A report states every item done, with evidence (Z19)."""
    refusal = plan_answers_every_problem(situation)
    if refusal is not None:
        return refusal
    unfinished = [
        str(index)
        for index, row in enumerate(rows(situation.data, "items"), start=1)
        if text(row, "state") != DONE or not text(row, "evidence")
    ]
    return f"第{'、'.join(unfinished)}行还没有完成或者没有写明完成情况和证明" if unfinished else None


@guard
def acceptors_are_impartial(situation: Situation) -> str | None:
    """At least two accept, none of whom wrote the report (Z21, domain.md §2.4)."""
    team = people(situation.data, "team")
    least = situation.snapshot.integer("rect.acceptance_team_min")
    if len(team) < least:
        return f"验收人员至少{least}人，现有{len(team)}人"
    if situation.snapshot.actors_of(*REPORTS).intersection(team):
        return "整改报告撰写人不能参加验收，请另选验收人员"
    return None


@guard
def every_problem_is_verified(situation: Situation) -> str | None:
    """Acceptance covers each problem, and each passed (Z22)."""
    results = {text(row, "problem"): text(row, "result") for row in rows(situation.data, "verification")}
    missing = [each for each in texts(situation.data, "problems") if each not in results]
    if missing:
        return f"这些问题还没有验收：{'；'.join(missing)}"
    failed = [problem for problem, result in results.items() if result != PASSED]
    return f"这些问题验收不合格，请改办“验收不合格”：{'；'.join(failed)}" if failed else None


@guard
def some_problem_failed(situation: Situation) -> str | None:
    """A failed acceptance names what failed (Z23)."""
    if any(text(row, "result") == FAILED for row in rows(situation.data, "verification")):
        return None
    return "没有不合格的问题，请改办“验收合格”；不合格的请在逐项验收中注明"


@guard
def deadline_has_passed(situation: Situation) -> str | None:
    """The deadline is over at the close of business of its day, whether the notice was acknowledged or not (Z26)."""
    deadline = day(situation.data, "deadline_on")
    snapshot = situation.snapshot
    if deadline and situation.act.at >= due_at(deadline, snapshot.business_day_end, snapshot.zone):
        return None
    return "整改期限未到"


def _days_overdue(situation: Situation) -> int:
    deadline = day(situation.data, "deadline_on")
    return situation.snapshot.calendar.working_days_between(deadline, situation.act.today) if deadline else 0


def _overdue_enough(situation: Situation, parameter: str, step: str) -> str | None:
    least, late = situation.snapshot.integer(parameter), _days_overdue(situation)
    return None if late >= least else f"逾期满{least}个工作日才能{step}，现逾期{late}个工作日"


@guard
def overdue_enough_for_interview(situation: Situation) -> str | None:
    """First rung of the ladder (Z28, domain.md §3.7)."""
    return _overdue_enough(situation, "rect.interview_after", "约谈")


@guard
def overdue_enough_for_circular(situation: Situation) -> str | None:
    """Second rung: so many days late, or late for the second time (Z30)."""
    if count(situation.data, "overdue_count") > 1:
        return None
    return _overdue_enough(situation, "rect.circular_after", "通报批评")


@guard
def overdue_enough_for_escalation(situation: Situation) -> str | None:
    """Third rung: still not done (Z32)."""
    return _overdue_enough(situation, "rect.escalate_after", "移交问责")


@guard
def escalation_is_not_before_meeting(situation: Situation) -> str | None:
    """One meeting at a time decides on the hand-over."""
    vote = situation.snapshot.last_child("escalation_vote")
    return "移交问责已提请会议研究，请等待表决结果" if vote and not vote.final else None


@guard
def outcome_is_verified(situation: Situation) -> str | None:
    """After accountability the problem itself is solved (Z33)."""
    return None if flag(situation.data, "verified") else "处理结果已登记，但问题还没有整改到位，不能销号"


@guard
def notice_was_issued(situation: Situation) -> str | None:
    """There is a notice in force."""
    return None if times(situation.snapshot, "Z05") else "本事项没有下发过整改通知"
