"""What has happened to a case, entry by entry, and the opinions among it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage, Tone
from workflow.store.journal import JournalEntry

FACTS = {
    "opened": "登记事项", "signed": "签字", "rendered": "制发文件", "advised": "提出建议", "supervised": "反映意见",
    "abandoned": "终止", "print_failed": "排版失败", "suspended": "中止办理", "resumed": "恢复办理",
    "terminated": "终止办理", "relocated": "管理调整", "migrated": "更换流程版本", "handed_over": "工作交接",
    "reorganized": "组织调整",
}  # fmt: skip
OPINIONS = ("opinion", "remarks", "findings", "summary", "comment", "conclusion", "reply")  #: fields that are opinions
POST_ORDER_LAST = 99


@dataclass(frozen=True)
class Happening:
    """One line of the timeline."""

    sequence: int
    at: datetime
    what: str
    who: str
    post: str
    body: str
    reason: str
    target: str  #: title of the state reached, when it changed


@dataclass(frozen=True)
class Opinion:
    """What somebody wrote when deciding."""

    text: str
    act: str
    who: str
    post: str
    body: str
    at: datetime
    is_return: bool


def journal(session: Session, case_id: int) -> Sequence[JournalEntry]:
    """Every entry of a case, oldest first."""
    query = select(JournalEntry).where(JournalEntry.case_id == case_id).order_by(JournalEntry.sequence)
    return session.scalars(query).all()


def timeline(stage: Stage, entries: Iterable[JournalEntry]) -> tuple[Happening, ...]:
    """The entries in words, newest first."""
    titles = {each.id: each.title for each in stage.transitions}
    triggers = {each.trigger: each.title for each in stage.transitions}
    found = []
    for each in entries:
        what = titles.get(each.transition or "") or FACTS.get(each.fact, each.fact)
        if each.fact == "signed":
            what = f"{triggers.get(each.trigger or '', '')}（签字）"
        if each.fact == "rendered":
            what = f"制发《{each.details.get('title', '')}》"
        if each.fact == "print_failed":
            what = f"《{each.details.get('title', '')}》排版失败"
        moved = each.target if each.target != each.source else None
        target = stage.states[moved].title if moved in stage.states else ""
        reason = each.reason or str(each.details.get("text", ""))
        found.append(Happening(each.sequence, each.at, what, each.person, each.post, each.organization, reason, target))
    return tuple(reversed(found))


def opinions(stage: Stage, entries: Iterable[JournalEntry], ranks: Mapping[str, int]) -> tuple[Opinion, ...]:
    """What was written with decisions, in official order: by body, then post, then time."""
    acts = {each.id: each for each in stage.transitions}
    found: list[Opinion] = []
    for each in entries:
        act = acts.get(each.transition or "")
        text = each.reason or _written(each.details.get("values", {}))
        if act is not None and text and each.person_id is not None:
            is_return = act.tone in (Tone.RETURN, Tone.REJECT)
            found.append(Opinion(text, act.title, each.person, each.post, each.organization, each.at, is_return))
    return tuple(sorted(found, key=lambda opinion: (ranks.get(opinion.post, POST_ORDER_LAST), opinion.at)))


def entered_at(entries: Sequence[JournalEntry], opened_at: datetime) -> datetime:
    """When the case came into its present state."""
    moves = (each.at for each in reversed(entries) if each.target is not None and each.target != each.source)
    return next(moves, opened_at)


def _written(values: Mapping[str, Any]) -> str:
    for name in OPINIONS:
        value = values.get(name)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            return "\n".join(f"{number}. {each}" for number, each in enumerate(value, 1))
    return ""
