"""Conditions of the leader-comment stage (M3; domain.md §4.3)."""

from __future__ import annotations

from workflow.engine.guards.common import (
    due_moment_has_passed,
    holders_of,
    rows_without,
    subject_is_member,
    subject_is_organization,
    window_end,
)
from workflow.engine.registry import guard, recusal
from workflow.engine.snapshot import Situation, Snapshot
from workflow.engine.values import day, flag, people, rows, text

PARTS = {"achievements": "取得的成绩", "problems": "存在的问题", "direction": "努力方向"}
WITHOUT_REPORT = ("onsite", "individual", "random")  #: forms in which the leader comments on the spot


@guard
def commenter_leads_the_superior(situation: Situation) -> str | None:
    """The commenter holds a leading post in the leading superior at this moment (R42)."""
    leaders = holders_of(situation.snapshot, "sup.leader")
    if leaders.issuperset(people(situation.data, "commenter")):
        return None
    return "点评人须是上级党组织现任负责人，请由上级办事机构更换点评人"


@guard
def commenter_is_not_target(situation: Situation) -> str | None:
    """Nobody comments on themselves or on the organisation that they head (domain.md §2.4)."""
    if _targets(situation.snapshot).isdisjoint(people(situation.data, "commenter")):
        return None
    return "点评人不能点评自己或者自己任书记的党组织，请由上级办事机构更换点评人"


@recusal
def handler_is_not_target(situation: Situation) -> str | None:
    """Who is commented on does not handle the comment on the commenter's side, whatever office is held there (§2.4)."""
    if situation.act.actor.person_id not in _targets(situation.snapshot):
        return None
    return "您是被点评人，须回避，请由上级办事机构其他人员办理"


def _targets(snapshot: Snapshot) -> frozenset[int]:
    """The member, or whoever heads the organisation."""
    person = snapshot.case.person
    return frozenset({person.id}) if person else holders_of(snapshot, "own.secretary")


@guard
def three_parts_are_written(situation: Situation) -> str | None:
    """Achievements, problems and direction: no part may be empty (R43)."""
    missing = [title for name, title in PARTS.items() if not text(situation.data, name)]
    return f"点评意见须写全三个部分，还缺：{'、'.join(missing)}" if missing else None


@guard
def form_needs_no_report(situation: Situation) -> str | None:
    """On the spot, individually and at random the leader comments without a report (C05)."""
    if text(situation.data, "form") in WITHOUT_REPORT:
        return None
    return "会议集中点评和书面点评须先通知汇报"


@guard
def response_window_is_open(situation: Situation) -> str | None:
    """The target may explain within some days of delivery (C09)."""
    last = window_end(situation.snapshot, "C07", "comment.response_window")
    if last is None or situation.act.today <= last:
        return None
    return f"说明情况的期限至{last.isoformat()}，已经届满"


@guard
def member_comment_stays_in_branch(situation: Situation) -> str | None:
    """A comment on one member is made known in the own branch only (C14)."""
    if subject_is_member(situation) is not None or text(situation.data, "scope") == "branch":
        return None
    return "对党员个人的点评只在本支部通报，请将通报范围改为“本支部”"


@guard
def actions_are_dated(situation: Situation) -> str | None:
    """What is to be improved has a measure and a date (C15)."""
    lacking = rows_without(situation, "actions", "text", "measure", "due_on")
    if not rows(situation.data, "actions"):
        return "请至少列一项整改事项"
    return f"第{'、'.join(map(str, lacking))}项缺整改事项、措施或完成时限" if lacking else None


@guard
def no_action_items(situation: Situation) -> str | None:
    """A case closes at once only when nothing has to be improved (C16)."""
    return "已列整改事项，须落实后办结" if rows(situation.data, "actions") else None


@guard
def every_action_is_answered(situation: Situation) -> str | None:
    """The follow-up answers every item (C17)."""
    answered = {text(row, "text") for row in rows(situation.data, "follow_up") if text(row, "result")}
    missing = [name for row in rows(situation.data, "actions") if (name := text(row, "text")) not in answered]
    return f"还有整改事项没有写明落实情况：{'；'.join(missing)}" if missing else None


@guard
def improve_by_is_later(situation: Situation) -> str | None:
    """A follow-up sent back gets a new date (C19)."""
    ends = day(situation.data, "improve_by")
    return None if ends and ends > situation.act.today else "新的落实期限应晚于今天，请修改"


@guard
def improvement_is_late_or_refused(situation: Situation) -> str | None:
    """Only an organisation that is late or refuses is put under rectification (C20)."""
    if subject_is_organization(situation) is not None:
        return "限期整改只用于党组织"
    if flag(situation.data, "refused") or due_moment_has_passed(situation) is None:
        return None
    return "落实期限未到，被点评方也没有拒不落实，不能转限期整改"
