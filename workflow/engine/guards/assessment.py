"""Conditions of the assessment stage (M5; domain.md §4.5, §6.3)."""

from __future__ import annotations

from workflow.engine.deadlines import day_of, lasting
from workflow.engine.guards.common import VOTE, holders_of, listed, rows_without, times, window_end
from workflow.engine.parts import marks, prefix
from workflow.engine.recusal import subject_side
from workflow.engine.registry import guard, recusal
from workflow.engine.scoring import FULL, exact, quota
from workflow.engine.snapshot import Situation, Snapshot
from workflow.engine.values import Row, count, flag, number, people, rows, text

UNSCORED = ("planned", "issued", "self_assessing", "self_submitted", "verifying")
CONCLUDED = ("finalized", "notified", "archived")
GRADED = ("calibrating", "proposed", "fed_back", "appealed", "finalized", "notified", "archived")
UNGRADED = "ungraded"
PROBATIONARY = "probationary"


def grades_of(snapshot: Snapshot) -> tuple[str, ...]:
    """The grades of the subject, best first."""
    return tuple(str(each) for each in listed(snapshot, f"{prefix(snapshot)}.grades"))


def indicators_of(snapshot: Snapshot) -> tuple[Row, ...]:
    """The score sheet: as frozen when the assessment was issued, before that as it stands (R34)."""
    return rows(snapshot.case.data, "indicators") or snapshot.criteria.indicators[snapshot.case.subject]


@recusal
def actor_is_not_assessed(situation: Situation) -> str | None:
    """Nobody decides on the assessment of himself or of the body that he leads (domain.md §2.4)."""
    if situation.act.actor.person_id not in subject_side(situation.snapshot):
        return None
    return "不能办理对自己或者自己负责的党组织的考核，请由其他有权人员办理"


@guard
def no_assessment_is_running(situation: Situation) -> str | None:
    """A subject is assessed by one case at a time (M5)."""
    of_person = situation.case.person is not None
    running = [
        each.number
        for each in situation.snapshot.related
        if each.stage == "assessment"
        and each.same_person == of_person
        and not each.final
        and each.state not in CONCLUDED
    ]
    return f"对这一对象的考核{'、'.join(running)}还没有审定，请在原事项中办理" if running else None


@guard
def weights_sum_to_100(situation: Situation) -> str | None:
    """The points of the score sheet add up to 100 (K01)."""
    total = sum(count(row, "weight") for row in indicators_of(situation.snapshot))
    return None if total == FULL else f"考核指标分值合计应为100，现为{total}，请核对评分表"


@guard
def quota_is_set(situation: Situation) -> str | None:
    """The share of 优秀 is known before the assessment is issued (K01)."""
    share = text(situation.snapshot.parameters, f"{prefix(situation.snapshot)}.grade_quota.excellent")
    return None if share and 0 < exact(share) <= 1 else "没有设定优秀等次的比例，请在活动参数中设定"


@guard
def every_indicator_is_answered(situation: Situation) -> str | None:
    """The self-assessment answers every indicator with evidence (K03)."""
    return _sheet_fault(situation, "self_scores", "self_score")


@guard
def every_score_has_ground(situation: Situation) -> str | None:
    """Each score names its evidence or the reason of the deduction (K08)."""
    return _sheet_fault(situation, "item_scores", "score")


def _sheet_fault(situation: Situation, table: str, column: str) -> str | None:
    filled, asked = rows(situation.data, table), indicators_of(situation.snapshot)
    if [text(row, "title") for row in filled] != [text(row, "title") for row in asked]:
        return f"评分表应逐项填写，共{len(asked)}项，指标名称和顺序不能改动"
    lacking = rows_without(situation, table, column, "evidence")
    if lacking:
        return f"第{'、'.join(map(str, lacking))}项缺得分或依据，请补充"
    for row, indicator in zip(filled, asked, strict=True):
        full, score = count(indicator, "weight"), count(row, column)
        if not 0 <= score <= full:
            return f"“{text(row, 'title')}”满分{full}分，不能填{score}分"
    return None


@guard
def self_assessment_is_overdue(situation: Situation) -> str | None:
    """Checking without a self-assessment waits some days beyond its limit (K06)."""
    due = situation.case.due_at
    if due is None:
        return "没有自评期限"
    last = lasting(situation.snapshot, "assessment.self_grace", day_of(situation.snapshot, due)).date
    return None if last < situation.act.today else f"{last.isoformat()}以后仍未报送自评的，方可径行核查"


@guard
def assessors_are_two_and_independent(situation: Situation) -> str | None:
    """At least two assessors of the assessing body, none of them assessed (K07)."""
    chosen = {*people(situation.data, "first_assessor"), *people(situation.data, "second_assessor")}
    least = situation.snapshot.integer("assessment.team_min")
    if len(chosen) < least:
        return f"考核人至少{least}人，且不能是同一人，请重新确定"
    if not chosen <= holders_of(situation.snapshot, "sup.assess_group"):
        return "考核人须是现任考核组成员，请重新确定"
    if chosen.isdisjoint(subject_side(situation.snapshot)):
        return None
    return "考核人不能考核自己或者自己负责的党组织，请重新确定"


@guard
def recusal_is_declared(situation: Situation) -> str | None:
    """The assessors declare that nothing calls for recusal (K07)."""
    return None if flag(situation.data, "recusal") else "请考核人核对回避情形后勾选确认；应当回避的，更换考核人"


@guard
def adjustments_are_within_limits(situation: Situation) -> str | None:
    """Each bonus and each penalty stays within its limit (domain.md §3.5)."""
    most = situation.snapshot.integer("assessment.bonus_max")
    least = -situation.snapshot.integer("assessment.penalty_max")
    for row in rows(situation.data, "adjustments"):
        points = number(row, "points")
        if not points or not least <= points <= most:
            return f"“{text(row, 'ground')}”每项加分不超过{most}分，扣分不超过{-least}分，且不能为0"
    return None


@guard
def peers_are_scored(situation: Situation) -> str | None:
    """Grades are weighed when everybody of the same category has been scored (K09, R35)."""
    waiting = [peer.number for peer in situation.snapshot.peers if peer.state in UNSCORED]
    return f"同一分类还有{len(waiting)}个考核对象没有评分，评分完成后一并综合评定" if waiting else None


@guard
def parts_are_complete(situation: Situation) -> str | None:
    """Pledge, comment and appraisal are there, or it is said why not (K09)."""
    snapshot = situation.snapshot
    present = marks(snapshot, situation.data)
    titles = snapshot.criteria.lists["assessment_parts"]
    missing = [titles[str(part)] for part in listed(snapshot, f"{prefix(snapshot)}.parts") if part not in present]
    if not missing or text(situation.data, "absent_reason"):
        return None
    return f"还没有{'、'.join(missing)}的结果；请先完成，或者在“缺少组成部分的原因”中说明，其余部分按比例折算"


@guard
def grade_is_earned(situation: Situation) -> str | None:
    """A grade of the subject's own scale, not above what score and veto allow; none for probationers (K09, K11)."""
    snapshot, chosen = situation.snapshot, text(situation.data, "grade")
    labels, order = snapshot.criteria.lists["grades"], grades_of(snapshot)
    person = snapshot.case.person
    if person and person.party_status == PROBATIONARY:
        return None if chosen == UNGRADED else "预备党员参加考核，不定等次，请选“不定等次”"
    if chosen not in order:
        return f"等次请从{'、'.join(labels[each] for each in order)}中选择"
    earned = text(situation.data, "earned_grade")
    if not earned:
        return "还没有评分，请先完成评分"
    if order.index(chosen) >= order.index(earned):
        return None
    return f"按得分和一票否决规定，等次最高为“{labels[earned]}”"


@guard
def quota_is_kept(situation: Situation) -> str | None:
    """The best grade stays within its share of the category (K11, domain.md §6.3)."""
    snapshot, best = situation.snapshot, grades_of(situation.snapshot)[0]
    if text(situation.data, "grade") != best:
        return None
    share = text(snapshot.parameters, f"{prefix(snapshot)}.grade_quota.excellent")
    places = quota(len(snapshot.peers) + 1, share, snapshot.integer("assessment.quota_min"))
    taken = sum(text(peer.data, "grade") == best and peer.state in GRADED for peer in snapshot.peers)
    if taken < places:
        return None
    label = snapshot.criteria.lists["grades"][best]
    return f"本分类共{len(snapshot.peers) + 1}个考核对象，“{label}”名额{places}个，已用{taken}个，请调整等次"


@guard
def vote_is_over(situation: Situation) -> str | None:
    """A grade is not changed while the committee votes on it (K24)."""
    vote = situation.snapshot.last_child(VOTE)
    return None if vote is None or vote.final else "会议正在研究，会议结束后再调整等次"


@guard
def grade_is_put_to_vote(situation: Situation) -> str | None:
    """The committee votes when a grade was submitted or changed, not when an old one merely comes back (K14, K18)."""
    return None if situation.act.transition.id in ("K09", "K24") else "等次还没有重新核定"


@guard
def correction_vote_is_not_open(situation: Situation) -> str | None:
    """One meeting at a time decides on a correction (K27)."""
    vote = situation.snapshot.last_child("correction_vote")
    return "更正已提请会议研究，请等待表决结果" if vote and not vote.final else None


@guard
def appeal_window_is_open(situation: Situation) -> str | None:
    """An appeal is made within some days of the feedback (K13)."""
    last = window_end(situation.snapshot, "K12", "assessment.appeal_window")
    if last and situation.act.today <= last:
        return None
    return f"申诉期限至{last.isoformat() if last else ''}，已经届满"


@guard
def appeal_is_the_first(situation: Situation) -> str | None:
    """There is no second appeal (K13, K15)."""
    return "申诉以一次为限" if times(situation.snapshot, "K13") else None


@guard
def appeal_window_is_over(situation: Situation) -> str | None:
    """The result is final after the window (K16)."""
    last = window_end(situation.snapshot, "K12", "assessment.appeal_window")
    if last and situation.act.today > last:
        return None
    return f"申诉期限至{last.isoformat() if last else ''}，期满后方可审定"
