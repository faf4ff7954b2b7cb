"""Conditions of the mass-appraisal stage (M4; domain.md §4.4, §6)."""

from __future__ import annotations

from decimal import Decimal

from workflow.engine.deadlines import lasting
from workflow.engine.guards.common import due_moment_has_passed, holders_of, share_of, window_end
from workflow.engine.recusal import stand_ins, subject_side
from workflow.engine.registry import guard
from workflow.engine.roster import draw_up
from workflow.engine.snapshot import Situation, Snapshot
from workflow.engine.values import count, day, people, rows, text, texts

REMEDY = "rectification"  #: name of the child case in which an organisation makes up for a poor result


def deciders(snapshot: Snapshot) -> list[int]:
    """Where the secretary is the one appraised, others of the committee decide, or the superior's secretary."""
    roles = ("organiser.secretary", "organiser.committee", "sup.secretary")
    return stand_ins(snapshot, roles, subject_side(snapshot))


@guard
def decider_is_outdated(situation: Situation) -> str | None:
    """Others decide by now than those who were named (A32)."""
    named = sorted(people(situation.case.data, "decider"))
    return "审定人员没有变化，不需要重新确定" if deciders(situation.snapshot) == named else None


@guard
def items_are_set(situation: Situation) -> str | None:
    """There is something to appraise (A01)."""
    return None if rows(situation.data, "items") else "评议内容没有确定，请系统管理员核对评议内容代码表"


@guard
def dates_are_in_order(situation: Situation) -> str | None:
    """The appraisal opens today or later and closes on that day or later."""
    opens, closes = day(situation.data, "held_on"), day(situation.data, "closes_on")
    if opens and closes and situation.act.today <= opens <= closes:
        return None
    return "评议开始日期不能早于今天，截止日期不能早于开始日期，请修改"


@guard
def roster_has_both_groups(situation: Situation) -> str | None:
    """Party members and other staff both take part (R45)."""
    roster = draw_up(situation)
    missing = "、".join(title for title, group in (("党员", roster.party), ("职工群众", roster.staff)) if not group)
    return f"参评人员须既有党员又有职工群众，现缺{missing}，请补充" if missing else None


@guard
def roster_is_large_enough(situation: Situation) -> str | None:
    """Enough people vote for nobody to be recognised (A03, domain.md §6.2)."""
    least, size = situation.snapshot.integer("appraisal.min_roster"), draw_up(situation).size
    return None if size >= least else f"参评人员至少{least}人，现有{size}人，请补充"


@guard
def staff_share_is_met(situation: Situation) -> str | None:
    """A third of the voters are outside the Party, where there are so many (A03)."""
    share, roster = share_of(situation.snapshot, "appraisal.non_party_share"), draw_up(situation)
    if share.met_by(len(roster.staff), roster.size) or len(roster.staff) == roster.staff_available:
        return None
    return (
        f"参评职工群众现有{len(roster.staff)}人，未{share.of('参评人员')}（至少{share.least(roster.size)}人），请增加"
    )


@guard
def counters_are_independent(situation: Situation) -> str | None:
    """Scrutineer and teller are two persons, neither of them appraised (A09, domain.md §2.4)."""
    scrutineer, teller = people(situation.data, "scrutineer"), people(situation.data, "teller")
    if not scrutineer or not teller or scrutineer == teller:
        return "监票人和计票人须各有一人，且不能是同一人，请重新确定"
    if subject_side(situation.snapshot).isdisjoint(scrutineer + teller):
        return None
    return "被评议人或者被评议党组织的负责人不能监票、计票，请重新确定"


@guard
def notice_is_early_enough(situation: Situation) -> str | None:
    """Voters are told some working days before (A04)."""
    earliest = lasting(situation.snapshot, "appraisal.notice", situation.act.today).date
    opens = day(situation.data, "held_on")
    return None if opens and opens >= earliest else f"评议须提前通知，开始日期最早为{earliest.isoformat()}，请修改"


@guard
def decider_is_not_appraised(situation: Situation) -> str | None:
    """Nobody decides on the appraisal of himself or of the body that he leads (domain.md §2.4)."""
    snapshot, actor = situation.snapshot, situation.act.actor.person_id
    if actor in subject_side(snapshot):
        return (
            "您是被评议人或者被评议党组织的负责人，须回避，请由委员会其他成员或者上级党组织负责人办理；"
            "任职有变动的，请办事机构先“重新确定审定人员”"
        )
    deciding = (holders_of(snapshot, each) for each in ("organiser.committee", "sup.secretary"))
    return (
        None
        if any(actor in each for each in deciding)
        else "您已不在委员会任职，请由现任成员办理；没有的，请办事机构先“重新确定审定人员”"
    )


@guard
def closing_day_is_ahead(situation: Situation) -> str | None:
    """Voting opens while there is time left to vote (A05)."""
    closes = day(situation.data, "closes_on")
    if closes and closes >= situation.act.today:
        return None
    return f"评议截止日期{closes.isoformat() if closes else ''}已过，请先“改期”，重新确定评议日期"


@guard
def opening_day_has_come(situation: Situation) -> str | None:
    """Voting begins on the day announced (A05)."""
    opens = day(situation.data, "held_on")
    if opens and opens <= situation.act.today:
        return None
    return f"评议开始日期{opens.isoformat() if opens else ''}未到"


@guard
def may_extend(situation: Situation) -> str | None:
    """Voting is extended once, when too few have voted (A06)."""
    most = situation.snapshot.integer("appraisal.extensions_max")
    if count(situation.data, "extensions") >= most:
        return f"评议时间最多延长{most}次"
    if turnout_is_too_low(situation) is not None:
        return "收回票数已达到要求，不需要延长"
    before, after = day(situation.case.data, "closes_on"), day(situation.data, "closes_on")
    return None if before and after and after > before else "新的截止日期应晚于原截止日期，请修改"


@guard
def voting_has_ended(situation: Situation) -> str | None:
    """Voting ends at its time, or when everybody has voted (A07)."""
    ballots = situation.snapshot.ballots
    if due_moment_has_passed(situation) is None or 0 < sum(ballots.roster.values()) <= ballots.collected:
        return None
    return "评议截止时间未到，还有参评人员没有投票"


@guard
def turnout_is_reached(situation: Situation) -> str | None:
    """Two thirds of the roster have voted (A09)."""
    ballots = situation.snapshot.ballots
    size, share = sum(ballots.roster.values()), share_of(situation.snapshot, "appraisal.min_turnout")
    if share.met_by(ballots.collected, size):
        return None
    return f"收回{ballots.collected}票，未{share.of(f'名册{size}人')}（至少{share.least(size)}票），本次评议无效"


@guard
def turnout_is_too_low(situation: Situation) -> str | None:
    """Fewer than two thirds of the roster have voted (A08)."""
    return "收回票数已达到要求" if turnout_is_reached(situation) is None else None


@guard
def box_is_sound(situation: Situation) -> str | None:
    """No more ballots were collected than issued (A11)."""
    ballots = situation.snapshot.ballots
    if ballots.collected <= ballots.issued:
        return None
    return f"收回{ballots.collected}票，多于发出{ballots.issued}票，本次评议无效"


@guard
def more_collected_than_issued(situation: Situation) -> str | None:
    """A box with more ballots than were issued is void (A10)."""
    return "票数正常" if box_is_sound(situation) is None else None


@guard
def may_recount(situation: Situation) -> str | None:
    """Counting is repeated once at most (A12)."""
    most = situation.snapshot.integer("appraisal.recounts_max")
    return None if count(situation.data, "recounts") < most else f"复核计票最多{most}次"


@guard
def opinions_are_merged(situation: Situation) -> str | None:
    """Free text is told only merged, so that no writer is recognised (A14, domain.md §6.2)."""
    return None if texts(situation.data, "opinions") else "请监票人、计票人先“整理意见建议”，没有意见的写“无”"


@guard
def objection_window_is_open(situation: Situation) -> str | None:
    """Objections are made within some working days of the feedback (A15)."""
    last = window_end(situation.snapshot, "A14", "appraisal.objection_window")
    if last and situation.act.today <= last:
        return None
    return f"提出异议的期限至{last.isoformat() if last else ''}，已经届满"


@guard
def objection_window_is_over(situation: Situation) -> str | None:
    """The result is published after the window (A18)."""
    last = window_end(situation.snapshot, "A14", "appraisal.objection_window")
    if last and situation.act.today > last:
        return None
    return f"异议期限至{last.isoformat() if last else ''}，期满后方可公布"


@guard
def satisfaction_is_sufficient(situation: Situation) -> str | None:
    """A result at or above the threshold needs no remedy (A23); a hidden one cannot ask for it."""
    percent = text(situation.data, "satisfied_percent")
    least = situation.snapshot.integer("appraisal.remedy_threshold")
    if not percent or Decimal(percent) >= least:
        return None
    return f"满意率{percent}%，低于{least}%，须先要求补课"


@guard
def satisfaction_is_too_low(situation: Situation) -> str | None:
    """Only a result under the threshold calls for a remedy (A19)."""
    return "满意率没有低于规定标准，不需要补课" if satisfaction_is_sufficient(situation) is None else None


@guard
def remedy_is_finished(situation: Situation) -> str | None:
    """The rectification that followed is closed (A20, A24)."""
    remedy = situation.snapshot.last_child(REMEDY)
    return None if remedy is None or remedy.final else "限期整改还没有销号，销号后再办理"
