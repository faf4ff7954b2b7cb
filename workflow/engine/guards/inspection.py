"""Conditions of inspection (X6; R78, R79, domain.md §4.13, §7)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from workflow.engine.draw import DrawError, DrawRecord, Plan, Unit, draw, frame_hash, freeze
from workflow.engine.guards.common import times
from workflow.engine.registry import guard
from workflow.engine.snapshot import Data, Situation, Snapshot
from workflow.engine.values import flag, people, rows, text

RANDOM = "random"
METHOD = "sha256-1"  #: version of the way of drawing, kept in every record
REDRAW = "I15"


def frame_in(data: Data) -> tuple[Unit, ...]:
    """The frozen frame as it is stored."""
    return freeze(
        Unit(text(row, "id"), text(row, "category"), text(row, "level"), text(row, "region"))
        for row in rows(data, "frame")
    )


def record_of(situation: Situation) -> DrawRecord:
    """The draw that the entered public value gives. Raises DrawError."""
    snapshot = situation.snapshot
    reasons = [act.reason for act in snapshot.history if act.transition == REDRAW]
    plan = Plan(
        campaign=situation.case.number,
        number=times(snapshot, "I01") + 1,
        public_value=text(situation.data, "public_value"),
        rate=Fraction(text(snapshot.parameters, "inspection.sample_rate")),
        min_per_stratum=snapshot.integer("inspection.sample_min"),
        reason=next(iter(reasons[-1:]), ""),
    )
    return draw(frame_in(situation.data), plan, METHOD)


def leaders_of(snapshot: Snapshot, unit: int) -> frozenset[int]:
    """The main leaders of a body, whatever its kind."""
    posts = {each for posts in snapshot.vocabulary.roles["secretary"].posts.values() for each in posts}
    return frozenset(snapshot.holders([(unit, post) for post in sorted(posts)]))


@guard
def body_leads_others(situation: Situation) -> str | None:
    """Only who leads others has anybody to inspect (R78): a branch does not."""
    if situation.snapshot.led:
        return None
    return "本组织没有所领导的下级党组织，没有可以检查的单位，不能发起督促检查；由上级党组织组织检查"


@guard
def mode_is_random(situation: Situation) -> str | None:
    """Units are drawn only in a random check (I01)."""
    return None if text(situation.data, "mode") == RANDOM else "只有随机抽查才抽签，请办理“确定名单”"


@guard
def mode_is_not_random(situation: Situation) -> str | None:
    """A symposium or regular inspection names its units (I02)."""
    return None if mode_is_random(situation) else "随机抽查须抽签产生检查单位"


@guard
def frame_has_units(situation: Situation) -> str | None:
    """A frame is a list of different units, none of which leads or guides the inspecting body (domain.md §7, R57)."""
    units = [each for row in rows(situation.data, "units") for each in people(row, "unit")]
    if not units:
        return "请填写单位名单"
    tree, own = situation.snapshot.tree, situation.case.bodies["own"]
    above = (own, *tree.ancestors(own), *tree.guides.get(own, ()))
    barred = {organ for each in above for organ in tree.with_organs(each)}
    if names := "、".join(tree.bodies[each].name for each in dict.fromkeys(units) if each in barred):
        return f"只检查本单位所属的党组织，{names}是本单位自身、上级或者指导单位，请从名单中删去"
    return "单位名单中有重复的单位，请删去" if len(set(units)) < len(units) else None


@guard
def frame_is_published(situation: Situation) -> str | None:
    """The frame's hash was published before the draw, and the frame is still the same (domain.md §7)."""
    published = text(situation.data, "frame_hash")
    if not published:
        return "请先公布名单校验值，再抽签"
    same = published == frame_hash(frame_in(situation.data))
    return None if same else "单位名单在公布校验值后有改动，请重新公布名单校验值"


@guard
def draw_is_possible(situation: Situation) -> str | None:
    """The draw can be made from what was entered (I01)."""
    try:
        record_of(situation)
    except DrawError as error:
        return str(error).rstrip("。")
    return None


@guard
def inspection_is_announced(situation: Situation) -> str | None:
    """An unannounced check sends no notice (I03)."""
    return "本次不发通知，请办理“直接检查”" if flag(situation.data, "unannounced") else None


@guard
def inspection_is_unannounced(situation: Situation) -> str | None:
    """Only a random check goes without notice (I04)."""
    if flag(situation.data, "unannounced") and mode_is_random(situation) is None:
        return None
    return "只有确定不发通知的随机抽查可以直接检查，请先通知"


@guard
def team_is_large_enough(situation: Situation) -> str | None:
    """The team has its least number of persons (I05)."""
    least, team = situation.snapshot.integer("inspection.team_min"), people(situation.data, "team")
    return None if len(team) >= least else f"督查组不少于{least}人，现有{len(team)}人"


@guard
def team_is_impartial(situation: Situation) -> str | None:
    """Nobody inspects the body that he leads (I05, domain.md §2.4)."""
    team = frozenset(people(situation.data, "team"))
    if any(team & leaders_of(situation.snapshot, unit) for unit in people(situation.data, "sample")):
        return "督查组成员中有被查单位的负责人，须回避，请调整督查组"
    return None


@guard
def problems_are_decided(situation: Situation) -> str | None:
    """Each problem goes to rectification, or a reason is given why not (I11, R79)."""
    undecided = [
        str(index)
        for index, row in enumerate(rows(situation.data, "problems"), start=1)
        if text(row, "decision") != "rectify" and not text(row, "reason")
    ]
    return f"第{'、'.join(undecided)}个问题不再处理的，请写明理由" if undecided else None


@guard
def findings_are_of_units_inspected(situation: Situation) -> str | None:
    """What was found is told of the units that were inspected (I06, I11): they answer for it and tell of it."""
    sample = people(situation.data, "sample")
    for table, title in (("problems", "存在问题"), ("experiences", "经验做法")):
        strays = [
            str(index)
            for index, row in enumerate(rows(situation.data, table), start=1)
            if not set(people(row, "unit")) <= set(sample)
        ]
        if strays:
            return f"“{title}”第{'、'.join(strays)}行的单位不在本次检查的单位之内，请改正"
    return None


def outstanding_besides(situation: Situation) -> Iterable[int]:
    """Units other than the actor's that have not confirmed the facts."""
    return (
        unit
        for row in rows(situation.data, "confirmations")
        if not flag(row, "confirmed") and situation.act.actor.person_id not in people(row, "people")
        for unit in people(row, "unit")
    )


@guard
def other_units_are_outstanding(situation: Situation) -> str | None:
    """Others still have to confirm after this unit (I14)."""
    return None if any(outstanding_besides(situation)) else "其他单位都已核对，请办理“核对事实”"


@guard
def other_units_have_confirmed(situation: Situation) -> str | None:
    """This unit is the last to confirm (I07)."""
    return "还有其他单位没有核对，请办理“核对本单位事实”" if any(outstanding_besides(situation)) else None


@guard
def facts_are_exchanged_or_explained(situation: Situation) -> str | None:
    """Without an exchange the report says why (I08)."""
    if situation.case.state == "exchanged" or text(situation.data, "unexchanged_reason"):
        return None
    return "还没有与被查单位核对事实，请先核对，或者写明不核对的理由"
