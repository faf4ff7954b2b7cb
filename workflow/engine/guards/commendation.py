"""Conditions of commendation (M6; R26–R29, R46–R49, domain.md §3.6, §4.6): nomination and decision."""

from __future__ import annotations

from workflow.engine.guards.common import holders_of, times
from workflow.engine.registry import guard, recusal
from workflow.engine.snapshot import Related, Situation
from workflow.engine.values import count, day, flag, people, rows, text, texts

BRANCH = "branch"
FULL = "full"
ENDED_BADLY = ("not_recommended", "disqualified", "withdrawn", "revoked")
ASSESSED = ("finalized", "notified", "archived")
PERCENT = 100
PARTY_WORKER = "excellent_party_worker"
RETURNS = ("W05", "W09", "W26", "W28")  #: by these a level gives the nomination back


def _is_standing(other: Related) -> bool:
    return other.state not in (*ENDED_BADLY, "round_open")


@guard
def award_fits_subject(situation: Situation) -> str | None:
    """Organisations and members have titles of their own, those that the campaign awards (R26)."""
    criteria, chosen = situation.snapshot.criteria, text(situation.data, "award")
    if not chosen:
        return None
    offered = set(texts(situation.snapshot.parameters, "award.titles"))
    fitting = [each for each in criteria.groups[f"{situation.case.subject}_titles"] if each in offered]
    if chosen in fitting:
        return None
    labels = criteria.lists["award_titles"]
    return f"这一推荐对象可以推荐的名称是：{'、'.join(labels[each] for each in fitting)}，请改选"


@guard
def nominee_is_full_member(situation: Situation) -> str | None:
    """Probationary members are not nominated (R26, domain.md §2.4)."""
    person = situation.case.person
    return None if person is None or person.party_status == FULL else f"{person.name}不是正式党员，不能推荐"


@guard
def assessment_is_final(situation: Situation) -> str | None:
    """A nomination rests on the subject's latest final assessment; one under correction stops it (R47, K18)."""
    of_person = situation.case.person is not None
    mine = [each for each in situation.snapshot.related if each.stage == "assessment" and each.same_person == of_person]
    if any(rows(each.data, "former_grades") and not each.final and each.state not in ASSESSED for each in mine):
        return "推荐对象的考核结果正在更正，更正后的结果审定以前不能推荐和表彰"
    found = [each for each in mine if each.state in ASSESSED]
    if not found:
        return "推荐对象在本次活动中的考核结果还没有审定，审定后才能提名"
    grades = texts(situation.snapshot.parameters, "award.eligible_grades")
    if text(found[-1].data, "grade") in grades:
        return None
    labels = situation.snapshot.criteria.lists["grades"]
    return f"考核等次须为{'、'.join(labels[each] for each in grades)}，才能推荐和表彰"


@guard
def no_open_rectification(situation: Situation) -> str | None:
    """An open rectification blocks nomination and decision (domain.md §4, cross-machine links)."""
    subject_is_body = situation.case.person is None
    open_ones = [each.number for each in situation.snapshot.related if each.stage == "rectification" and not each.final]
    if not open_ones or not subject_is_body:
        return None
    return f"限期整改{'、'.join(open_ones)}还没有销号，销号后才能推荐和表彰"


@guard
def reply_date_is_ahead(situation: Situation) -> str | None:
    """Departments that are asked in writing are given time to answer (W56)."""
    wanted = day(situation.data, "reply_by")
    return None if wanted is not None and wanted > situation.act.today else "回复日期须在今天之后，请留出研究的时间"


@guard
def unit_quota_is_free(situation: Situation) -> str | None:
    """No more nominees of a title than the unit's quota (W01, W14)."""
    most = situation.snapshot.integer("award.unit_quota")
    award, unit = text(situation.data, "award"), situation.data.get("unit")
    taken = sum(
        _is_standing(each) and text(each.data, "award") == award and each.data.get("unit") == unit
        for each in situation.snapshot.peers
    )
    return None if taken < most else f"本单位这一名称的名额是{most}个，已经用完；可以撤回其他推荐后再提名"


def _listed_persons(situation: Situation) -> list[Related]:
    """The other persons whom the awarding body has on its list."""
    return [each for each in situation.snapshot.peers if _is_standing(each) and people(each.data, "nominated_member")]


@guard
def award_shares_hold(situation: Situation) -> str | None:
    """Leaders are at most a share of the persons awarded (award.leaders_share_max, domain.md §3.6)."""
    if situation.case.person is None or not flag(situation.data, "leader"):
        return None
    share = int(text(situation.snapshot.parameters, "award.leaders_share_max").removesuffix("%"))
    standing = _listed_persons(situation)
    leaders, everybody = 1 + sum(flag(each.data, "leader") for each in standing), 1 + len(standing)
    # A single leader never breaks the share: it is a share of a list, not of one person.
    if leaders == 1 or leaders * PERCENT <= everybody * share:
        return None
    return f"领导干部不超过{share}%，现推荐{everybody}人中有领导干部{leaders}人，请调整名单"


@guard
def frontline_share_holds(situation: Situation) -> str | None:
    """At least a share of the persons awarded work in production (award.frontline_share_min, domain.md §3.6)."""
    if situation.case.person is None or flag(situation.data, "frontline"):
        return None
    share = int(text(situation.snapshot.parameters, "award.frontline_share_min").removesuffix("%"))
    standing = _listed_persons(situation)
    frontline, everybody = sum(flag(each.data, "frontline") for each in standing), 1 + len(standing)
    # As with leaders, one person alone is no list.
    if everybody - frontline == 1 or frontline * PERCENT >= everybody * share:
        return None
    return f"生产一线人员不少于{share}%，现推荐{everybody}人中有{frontline}人，请先推荐生产一线人员"


@guard
def party_worker_is_experienced(situation: Situation) -> str | None:
    """An outstanding Party worker has so many years in Party work (award.party_worker_min_years, domain.md §3.6)."""
    if text(situation.data, "award") != PARTY_WORKER:
        return None
    least, years = situation.snapshot.integer("award.party_worker_min_years"), count(situation.data, "party_work_years")
    if years >= least:
        return None
    return f"推荐优秀党务工作者须从事党务工作满{least}年，现填{years}年，请核对“从事党务工作年限”"


@guard
def nomination_is_joint_or_official(situation: Situation) -> str | None:
    """The branch committee nominates, or so many full members jointly (W01)."""
    snapshot = situation.snapshot
    if situation.act.actor.person_id in holders_of(snapshot, "own.branch_committee"):
        return None
    least = snapshot.integer("award.joint_nominators_min")
    joint = frozenset(people(situation.data, "joint_nominators")) | {situation.act.actor.person_id}
    return None if len(joint) >= least else f"党员联名推荐须{least}人以上，现有{len(joint)}人，请在“联名推荐党员”中补充"


@recusal
def nominator_is_not_nominee(situation: Situation) -> str | None:
    """Nobody nominates himself; a body applies for itself by its own leaders (domain.md §2.4, W42)."""
    person = situation.case.person
    if person is None or person.id != situation.act.actor.person_id:
        return None
    return "不能推荐本人，请由支委会其他成员办理"


@recusal
def decider_is_not_nominee(situation: Situation) -> str | None:
    """The nominee, or a leader of the nominated body, does not check, count or decide (回避, domain.md §2.4)."""
    if situation.act.actor.person_id not in people(situation.data, "nominees"):
        return None
    return "您是推荐对象或者其负责人，须回避这一事项，请由其他人员办理"


@guard
def own_is_branch(situation: Situation) -> str | None:
    """The assembly votes on a branch and its members (W02)."""
    kind = situation.snapshot.tree.bodies[situation.case.bodies["own"]].kind
    return None if kind == BRANCH else "党委、党总支由其委员会研究申报"


@guard
def own_is_not_branch(situation: Situation) -> str | None:
    """A committee or general branch resolves itself to apply (W42)."""
    return None if own_is_branch(situation) else "支部和党员由支部党员大会表决"


@guard
def general_branch_exists(situation: Situation) -> str | None:
    """There is a general branch between branch and committee (W04)."""
    return None if "gb" in situation.case.bodies else "没有党总支一级，直接报党委"


@guard
def no_general_branch(situation: Situation) -> str | None:
    """There is none: the branch reports straight to the committee (W06)."""
    return None if general_branch_exists(situation) else "先由党总支审核"


@guard
def materials_are_complete(situation: Situation) -> str | None:
    """Form, deeds and the statement on the basic requirements are filled (R27, R29, W07, W08)."""
    required = (
        ("basic_requirements", "基本要求"),
        ("deeds", "先进事迹"),
        ("deeds_summary", "事迹摘要"),
        ("resume", "简历或组织概况"),
    )
    missing = [title for name, title in required if not text(situation.data, name)]
    return f"推荐材料还缺：{'、'.join(missing)}，请退回补正" if missing else None


@guard
def lapse_is_configured(situation: Situation) -> str | None:
    """Late material counts as giving up only where the campaign says so (W40)."""
    return None if flag(situation.snapshot.parameters, "award.lapse") else "本次活动逾期不视为放弃"


@guard
def branch_line_is_complete(situation: Situation) -> str | None:
    """Corrected material goes on where the branch, and the general branch if there is one, have decided (W31)."""
    snapshot = situation.snapshot
    if own_is_branch(situation) is None and not times(snapshot, "W02"):
        return "支部大会还没有表决通过，请重新提名"
    if "gb" in situation.case.bodies and own_is_branch(situation) is None and not times(snapshot, "W04"):
        return "党总支还没有审核通过，请重新提名"
    return None


@guard
def superior_returned_materials_only(situation: Situation) -> str | None:
    """Straight back to the superior: it returned the case, and the list and its notice still stand (W41)."""
    last = [act.transition for act in situation.snapshot.history if act.transition in RETURNS][-1:]
    if last not in (["W26"], ["W28"]):
        return "不是上级退回的，请办理“补正再审”"
    return None if flag(situation.data, "list_unchanged") else "推荐对象有变化或者公示已失效的，请办理“补正再审”"


@guard
def decision_is_issued(situation: Situation) -> str | None:
    """The decision is out before anything is awarded (W34)."""
    issue = situation.snapshot.last_child("issue_decision")
    return None if issue and issue.state in ("distributed", "archived") else "表彰决定还没有核发，核发后再颁授"


@guard
def decision_is_voided(situation: Situation) -> str | None:
    """A decision is issued again only when the earlier one was voided (W53)."""
    issue = situation.snapshot.last_child("issue_decision")
    return None if issue is None or issue.state == "voided" else "表彰决定正在印发或者已经印发，不需重新印发"


@guard
def revocation_vote_is_not_open(situation: Situation) -> str | None:
    """One meeting at a time decides on revocation (W49)."""
    vote = situation.snapshot.last_child("revocation_vote")
    return "撤销表彰已提请会议研究，请等待表决结果" if vote and not vote.final else None
