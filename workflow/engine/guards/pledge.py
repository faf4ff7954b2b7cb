"""Conditions of the pledge stage (M2; domain.md §4.2)."""

from __future__ import annotations

from workflow.engine.deadlines import lasting
from workflow.engine.guards.common import rows_without, subject_is_organization, times
from workflow.engine.registry import guard, recusal
from workflow.engine.snapshot import Situation
from workflow.engine.values import day, flag, number, people, rows, text

MEMBERSHIPS = ("full_member", "probationary_member")
ITEM_COLUMNS = ("text", "goal", "criterion", "measure", "due_on")


def _incomplete(situation: Situation, table: str) -> str | None:
    owned = ("owner",) if subject_is_organization(situation) is None else ()
    if not rows(situation.data, table):
        return "请至少写一项承诺"
    lacking = rows_without(situation, table, *ITEM_COLUMNS, *owned)
    if lacking:
        which = "、".join(map(str, lacking))
        return f"第{which}项承诺不完整，每项都要有内容、目标、标准、措施、时限（党组织承诺还要有责任人）"
    return None


@guard
def pledge_items_are_complete(situation: Situation) -> str | None:
    """At least one item, each with goal, criterion, measure and due date (R09, R39)."""
    return _incomplete(situation, "items")


@guard
def new_items_are_complete(situation: Situation) -> str | None:
    """What a change proposes is as complete as a pledge (L09)."""
    return _incomplete(situation, "new_items")


@guard
def staff_opinions_are_gathered(situation: Situation) -> str | None:
    """An organisation gathers the opinions of staff before it pledges (L01)."""
    if subject_is_organization(situation) is not None or text(situation.data, "staff_opinions"):
        return None
    return "党组织承诺须事先听取职工群众意见，请填写“事先听取职工群众意见的情况”"


@guard
def ends_later(situation: Situation) -> str | None:
    """The pledge runs into the future."""
    ends = day(situation.data, "ends_on")
    return None if ends and ends > situation.act.today else "践诺截止日期应晚于今天，请修改"


@recusal
def approver_is_not_pledger(situation: Situation) -> str | None:
    """Nobody reviews, evaluates or criticises the own pledge (domain.md §2.4)."""
    person = situation.case.person
    pledgers = {person.id} if person else situation.snapshot.actors_of("L01", "L04", "L26")
    return "承诺人不能审定、评定自己的承诺，请由其他有权人员办理" if situation.act.actor.person_id in pledgers else None


@guard
def leaders_pledge_more(situation: Situation) -> str | None:
    """Pledges of leaders are above the ordinary standard (domain.md §3.2, L05)."""
    if text(situation.data, "pledger") not in ("team", "leader") or flag(situation.data, "above_standard"):
        return None
    return "领导班子和党员领导干部的承诺应高于一般标准，请核对后勾选确认；达不到的请退回完善"


@guard
def publication_date_reached(situation: Situation) -> str | None:
    """Carrying out begins when the pledge is public (L07)."""
    published = day(situation.data, "published_on")
    return None if published and published <= situation.act.today else "公布日期未到"


@guard
def item_exists(situation: Situation) -> str | None:
    """Progress is noted on an item of the pledge."""
    items, item = rows(situation.data, "items"), number(situation.data, "item")
    return None if item and item <= len(items) else f"承诺共{len(items)}项，请填写1至{len(items)}之间的序号"


@guard
def period_is_over_or_all_done(situation: Situation) -> str | None:
    """The report comes at the end of the period, or when everything is done (L12)."""
    ends = day(situation.data, "ends_on")
    if ends and ends <= situation.act.today:
        return None
    if all_items_are_done(situation) is None:
        return None
    return "践诺期未满，且还有承诺事项没有完成，期满或全部完成后再述诺"


@guard
def every_item_has_a_result(situation: Situation) -> str | None:
    """Each item is reported on and verified one by one (L12, L15–L17)."""
    pledged = [text(row, "text") for row in rows(situation.data, "items")]
    told = [text(row, "text") for row in rows(situation.data, "results")]
    if sorted(pledged) == sorted(told):
        return None
    if missing := [each for each in pledged if each not in told]:
        return f"请按公布的承诺逐项填写兑现情况，还缺：{'；'.join(missing)}"
    return f"兑现情况应与公布的承诺事项（共{len(pledged)}项）一一对应，请删去多出的行"


@guard
def report_is_overdue(situation: Situation) -> str | None:
    """Evaluation without a report waits for some days after the end of the period (L13)."""
    ends = day(situation.data, "ends_on")
    if ends is None:
        return "没有填写践诺截止日期"
    last = lasting(situation.snapshot, "pledge.report_grace", ends).date
    return None if last < situation.act.today else f"述诺期限至{last.isoformat()}，逾期未述诺的方可直接评诺"


@guard
def all_items_are_done(situation: Situation) -> str | None:
    """A pledge is fulfilled when every item is (L15)."""
    results = rows(situation.data, "results")
    still_open = [text(row, "text") for row in results if text(row, "outcome") != "done"]
    if not results:
        return "还没有登记承诺事项的兑现情况"
    return f"还有事项没有完成：{'；'.join(still_open)}" if still_open else None


@guard
def some_items_are_open(situation: Situation) -> str | None:
    """A pledge is fulfilled in part when some items are done and some are not (L16)."""
    outcomes = {text(row, "outcome") for row in rows(situation.data, "results")}
    return None if {"done", "open"} <= outcomes else "部分兑现须既有已完成的事项，又有未完成的事项"


@guard
def nothing_or_key_item_undone(situation: Situation) -> str | None:
    """A pledge is not fulfilled when nothing is done or a key item is missed (L17)."""
    results = rows(situation.data, "results")
    if all(text(row, "outcome") != "done" for row in results):
        return None
    undone = {text(row, "text") for row in results if text(row, "outcome") != "done"}
    if any(flag(row, "key") and text(row, "text") in undone for row in rows(situation.data, "items")):
        return None
    return "有事项已经完成，关键事项也没有落空，请评定为兑现或部分兑现"


@guard
def may_continue(situation: Situation) -> str | None:
    """A pledge is prolonged a limited number of times (L18)."""
    most = situation.snapshot.integer("pledge.continuations_max")
    return None if times(situation.snapshot, "L18") < most else f"续诺最多{most}次，请公布评诺结果并归档"


@guard
def rectification_is_asked(situation: Situation) -> str | None:
    """Criticism of an organisation may go on to a rectification (L20)."""
    if subject_is_organization(situation) is None and flag(situation.data, "rectify"):
        return None
    return "没有要求限期整改"


@guard
def member_has_moved(situation: Situation) -> str | None:
    """A pledge follows the member to the organisation that has registered the membership (L24)."""
    person, target = situation.case.person, people(situation.data, "to_body")
    if person and target and target[0] != situation.case.bodies["own"]:
        if any((target[0], post) in person.posts for post in MEMBERSHIPS):
            return None
        return f"转入党组织还没有登记{person.name}的党籍，请先由转入党组织登记"
    return "请选择转入党组织，且不能是原党组织"
