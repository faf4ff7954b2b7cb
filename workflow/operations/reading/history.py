"""What has happened to a case, entry by entry, and the opinions among it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage, Tone
from workflow.engine.deciding import VERDICTS
from workflow.operations.reading.decisions import WHAT
from workflow.store.journal import JournalEntry

FACTS = {
    "opened": "登记事项", "signed": "签字", "rendered": "制发文件", "advised": "提出建议", "supervised": "反映意见",
    "pressed": "用印", "abandoned": "终止", "print_failed": "排版失败", "suspended": "中止办理", "resumed": "恢复办理",
    "terminated": "终止办理", "relocated": "管理调整", "migrated": "更换流程版本", "handed_over": "工作交接",
    "reorganized": "组织调整", "decided": "表示意见", "asked": "征求意见", "withdrawn": "撤回征求",
    "transferred": "转办", "accompanied": "列入附件说明", "left_out": "移出附件说明",
    "urged": "催办", "taken_back": "收回", "read": "阅知", "climbed": "转由上级办理", "held": "暂缓转入下一步",
    "reseated": "席位调整", "rescheduled": "期限调整", "vacancy_told": "提请补任", "unsigned": "签字作废",
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
    found = []
    for each in entries:
        what = _what(stage, each)
        moved = each.target if each.target != each.source else None
        target = stage.states[moved].title if moved in stage.states else ""
        reason = each.reason or str(each.details.get("text", ""))
        found.append(Happening(each.sequence, each.at, what, each.person, each.post, each.organization, reason, target))
    return tuple(reversed(found))


def _what(stage: Stage, entry: JournalEntry) -> str:
    """What an entry is called: by its transition, else by its fact with what it was about."""
    details = entry.details
    title = next((each.title for each in stage.transitions if each.id == entry.transition), "")
    trigger = next((each.title for each in stage.transitions if each.trigger == entry.trigger), "")
    people = f"（{'、'.join(details['people'])}）" if details.get("people") else ""
    about = {
        "signed": f"{trigger}（签字）",
        "attached": f"添加附件《{details.get('title', '')}》",
        "accompanied": f"将《{details.get('title', '')}》列入附件说明",
        "left_out": f"将《{details.get('title', '')}》移出附件说明",
        "pressed": f"为《{details.get('title', '')}》用印",
        "rendered": f"制发《{details.get('title', '')}》",
        "print_failed": f"《{details.get('title', '')}》排版失败",
        "decided": VERDICTS.get(details.get("verdict", ""), FACTS["decided"]),
        "asked": f"{WHAT.get(details.get('kind', ''), FACTS['asked'])}{people}",
    }
    return title or about.get(entry.fact) or f"{FACTS.get(entry.fact, entry.fact)}{people}"


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
