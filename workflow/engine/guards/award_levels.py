"""Conditions of a nomination's way up the line (M6): which level has it, and where a notice is posted (R50)."""

from __future__ import annotations

from workflow.engine.registry import guard
from workflow.engine.snapshot import Situation
from workflow.engine.values import count, flag


@guard
def award_level_is_on_the_line(situation: Situation) -> str | None:
    """Who awards is a committee or leading group above the nominee, reached by going up the line (R50)."""
    snapshot, bodies = situation.snapshot, situation.case.bodies
    tree, kinds = snapshot.tree, snapshot.vocabulary.kinds
    line = [each for each in tree.ancestors(bodies["own"]) if kinds[tree.bodies[each].kind].is_committee]
    if bodies["award_level"] in line:
        return None
    names = "、".join(tree.bodies[each].name for each in line)
    return f"表彰机关须是推荐对象上级的党委或者领导小组，可以选：{names}"


@guard
def notice_is_due(situation: Situation) -> str | None:
    """A notice is posted by the first level that recommends and by the level that decides (domain.md §4 note e)."""
    first = count(situation.data, "level") <= 1
    every = flag(situation.snapshot.parameters, "award.notice_every_level")
    return None if first or every or award_level_is_own(situation) is None else "本级不再公示，研究通过后直接上报"


@guard
def notice_is_not_due(situation: Situation) -> str | None:
    """An intermediate level reports without a notice of its own (W47)."""
    return None if notice_is_due(situation) else "本级研究通过后须公示"


@guard
def award_level_is_above(situation: Situation) -> str | None:
    """The award is decided at a higher level (W19, W24)."""
    bodies = situation.case.bodies
    return None if bodies["com"] != bodies["award_level"] else "本级就是表彰机关，不需上报"


@guard
def award_level_is_own(situation: Situation) -> str | None:
    """The award is decided here (W20)."""
    return None if award_level_is_above(situation) else "表彰由上级决定，请上报"


@guard
def superior_is_award_level(situation: Situation) -> str | None:
    """The superior is the body that awards (W29, W44)."""
    bodies = situation.case.bodies
    return None if bodies["sup"] == bodies["award_level"] else "上级不是表彰机关，请接办为本级推荐，再向上推荐"


@guard
def superior_is_below_award_level(situation: Situation) -> str | None:
    """An intermediate superior takes the nomination into its own review (W43)."""
    return None if superior_is_award_level(situation) else "上级就是表彰机关，请提请党委会研究"


@guard
def superior_vote_is_not_open(situation: Situation) -> str | None:
    """One session at a time, and none while the notice of a passed one stands (W44)."""
    vote, notice = (situation.snapshot.last_child(each) for each in ("award_vote", "award_notice"))
    if vote and not vote.final:
        return "已提请会议研究，请等待表决结果"
    return "会议已通过，正在公示" if notice and not notice.final else None


@guard
def award_vote_has_passed(situation: Situation) -> str | None:
    """The awarding body has voted for the nominee (W29)."""
    vote = situation.snapshot.last_child("award_vote")
    return None if vote and vote.state == "passed" else "表彰机关还没有表决通过"
