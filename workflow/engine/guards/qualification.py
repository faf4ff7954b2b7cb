"""Conditions of the checks inside commendation (M6, W10–W15): veto, investigation, consultation (domain.md §3.6)."""

from __future__ import annotations

from workflow.engine.guards.common import happened_since, names_missing
from workflow.engine.registry import guard
from workflow.engine.snapshot import Situation
from workflow.engine.values import count, flag, rows, text, texts

LEVEL_BEGINS = ("W06", "W07", "W42", "W43")  #: by these a level takes the nomination into its own review
MANDATORY = "mandatory_opinions"  #: group of criteria.yaml


@guard
def no_veto_item(situation: Situation) -> str | None:
    """A single veto item ends the matter (W10)."""
    found = texts(situation.data, "veto_items")
    labels = situation.snapshot.criteria.lists["veto_items"]
    return f"存在否决事项：{'、'.join(labels[each] for each in found)}，请办理“一票否决”" if found else None


@guard
def veto_item_has_evidence(situation: Situation) -> str | None:
    """A veto names the item and its evidence (W11, W37)."""
    if not texts(situation.data, "veto_items"):
        return "请选择存在的否决事项"
    return None if texts(situation.data, "veto_evidence") else "请写明否决事项的证据"


@guard
def investigation_is_done(situation: Situation) -> str | None:
    """Talks, records and the site visit are done (W12)."""
    least, held = situation.snapshot.integer("investigation.talks_min"), count(situation.data, "talks")
    if held < least:
        return f"个别谈话不少于{least}人，现为{held}人"
    missing = [
        title
        for name, title in (("records_checked", "查阅资料"), ("site_visited", "实地察看"))
        if not flag(situation.data, name)
    ]
    return f"考察还没有完成：{'、'.join(missing)}" if missing else None


@guard
def subject_was_told(situation: Situation) -> str | None:
    """A negative conclusion is told to the subject (W13)."""
    return None if flag(situation.data, "told_subject") else "考察不合格的，须先将结论告知推荐对象"


@guard
def mandatory_opinions_are_in(situation: Situation) -> str | None:
    """Every body that has to be consulted has answered; members and staff were heard (R49, W14)."""
    criteria = situation.snapshot.criteria
    required = {each: criteria.lists["consulted_bodies"][each] for each in criteria.groups[MANDATORY]}
    missing = names_missing(required, {text(row, "body") for row in rows(situation.data, "consultations")})
    if missing:
        return f"还没有书面征求这些部门的意见：{missing}"
    unheard = [
        title
        for name, title in (("members_view", "党员意见"), ("staff_view", "职工群众意见"))
        if not text(situation.data, name)
    ]
    return f"须广泛听取党员和职工群众意见，还缺：{'、'.join(unheard)}" if unheard else None


@guard
def opinions_agree(situation: Situation) -> str | None:
    """A disagreement is explained before the committee meets (W14)."""
    unexplained = [
        row for row in rows(situation.data, "consultations") if text(row, "view") != "agree" and not text(row, "text")
    ]
    return f"有{len(unexplained)}个部门不同意但没有说明理由，请补充后再提请研究" if unexplained else None


@guard
def integrity_opinion_is_given(situation: Situation) -> str | None:
    """The discipline body of the level that has the matter gives the integrity opinion itself (W50, domain.md §3.6)."""
    given = happened_since(situation.snapshot, "W50", LEVEL_BEGINS)
    return None if given else "本级纪检机构还没有出具廉洁意见"
