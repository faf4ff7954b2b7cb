"""Conditions that several stages share, and the questions about a snapshot that guards ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from workflow.engine.deadlines import day_of, lasting
from workflow.engine.registry import guard
from workflow.engine.rights import post_addresses
from workflow.engine.snapshot import Situation, Snapshot
from workflow.engine.values import flag, rows, texts
from workflow.engine.voting import Share

VOTE = "vote"  #: name of the child case in which a body decides
REACHES_STAFF = "reaches_staff"  #: group of criteria.yaml: channels that staff outside the Party see


def holders_of(snapshot: Snapshot, role: str) -> frozenset[int]:
    """Persons who hold a role such as `sup.leader` now."""
    return frozenset(snapshot.holders(post_addresses(snapshot, role)))


def last_day_of(snapshot: Snapshot, transition: str) -> date | None:
    """The day on which the transition last happened in this case."""
    return max((act.on for act in snapshot.history if act.transition == transition), default=None)


def times(snapshot: Snapshot, transition: str) -> int:
    """How often the transition has happened in this case."""
    return sum(act.transition == transition for act in snapshot.history)


def happened_since(snapshot: Snapshot, transition: str, starts: Collection[str]) -> bool:
    """Whether the transition has happened after the latest of `starts`."""
    for act in reversed(snapshot.history):
        if act.transition == transition:
            return True
        if act.transition in starts:
            return False
    return False


def window_end(snapshot: Snapshot, transition: str, limit: str) -> date | None:
    """The last day of a limit that runs from the latest `transition`.

    Where an administrator put the case here without it, the day on which the state is due; None where there is none.
    """
    start, due = last_day_of(snapshot, transition), snapshot.case.due_at
    if start is None:
        return day_of(snapshot, due) if due else None
    return lasting(snapshot, limit, start).date


def drafters(snapshot: Snapshot, *transitions: str) -> frozenset[int]:
    """Persons who wrote the text by these transitions."""
    return snapshot.actors_of(*transitions)


def listed(snapshot: Snapshot, name: str) -> tuple[object, ...]:
    """A campaign parameter that is a list."""
    value = snapshot.parameter(name)
    if not isinstance(value, list | tuple):
        raise TypeError(name)
    return tuple(value)


def share_of(snapshot: Snapshot, name: str) -> Share:
    """A campaign parameter such as [2, 3], read as 三分之二以上."""
    numerator, denominator = (int(str(each)) for each in listed(snapshot, name))
    return Share(numerator, denominator, inclusive=True)


def names_missing(required: Mapping[str, str], present: Collection[str]) -> str:
    """The labels of the required codes that are not present, joined for a sentence."""
    return "、".join(label for code, label in required.items() if code not in present)


@guard
def channel_reaches_staff(situation: Situation) -> str | None:
    """Publication reaches 职工群众, not only members (R40)."""
    reaching = situation.snapshot.criteria.groups[REACHES_STAFF]
    if set(texts(situation.data, "channels")) & set(reaching):
        return None
    labels = situation.snapshot.criteria.lists["channels"]
    return f"公布渠道须能让职工群众看到，请至少选择一项：{'、'.join(labels[code] for code in reaching)}"


@guard
def vote_has_passed(situation: Situation) -> str | None:
    """The body's vote session has passed the matter (domain.md §5)."""
    vote = situation.snapshot.last_child(VOTE)
    return None if vote and vote.state == "passed" else "会议尚未表决通过，请先完成会议表决"


@guard
def vote_has_not_passed(situation: Situation) -> str | None:
    """The body rejected or deferred the matter (domain.md §5)."""
    vote = situation.snapshot.last_child(VOTE)
    return None if vote and vote.state in ("rejected", "deferred") else "会议没有作出不通过或缓议的结论"


@guard
def remarks_are_answered(situation: Situation) -> str | None:
    """A returned text comes back with an answer to every remark (domain.md §4, Returned ≠ rejected)."""
    remarks, answers = texts(situation.data, "remarks"), texts(situation.data, "answers")
    if len(answers) >= len(remarks):
        return None
    return f"退回意见共{len(remarks)}条，已答复{len(answers)}条，请在“对修改意见的答复”中逐条答复"


@guard
def due_moment_has_passed(situation: Situation) -> str | None:
    """The limit of the present state is over."""
    due = situation.case.due_at
    return None if due is not None and situation.act.at >= due else "期限未到，期满后方可办理"


@guard
def subject_is_organization(situation: Situation) -> str | None:
    """The case is about a Party organisation."""
    return None if situation.case.subject == "organization" else "只用于党组织"


@guard
def subject_is_member(situation: Situation) -> str | None:
    """The case is about a Party member."""
    return None if situation.case.subject == "member" else "只用于党员"


@guard
def formal_issue_is_asked(situation: Situation) -> str | None:
    """A numbered document is issued only to an organisation and only where it is asked for (R63)."""
    if subject_is_organization(situation) is None and flag(situation.act.values, "formal"):
        return None
    return "没有要求以正式公文印发"


@guard
def formal_issue_is_not_asked(situation: Situation) -> str | None:
    """Otherwise a working paper does (R63)."""
    return "要求以正式公文印发" if formal_issue_is_asked(situation) is None else None


def rows_without(situation: Situation, table: str, *columns: str) -> list[int]:
    """Numbers, from 1, of the rows of a table in which one of the columns is empty."""
    return [
        number
        for number, row in enumerate(rows(situation.data, table), start=1)
        if any(row.get(column) in (None, "", [], ()) for column in columns)
    ]
