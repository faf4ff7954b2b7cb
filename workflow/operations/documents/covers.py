"""The cover of a volume: what it is, whose, from when to when, how long it is kept, and the seal of its journals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.operations.documents.content import chinese_date
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.journal import Seal, SealLeaf

PERMANENT = "永久"


@dataclass(frozen=True)
class Cover:
    """What the cover says besides what is found while the papers are bound."""

    kind: str  #: the large word: 案卷
    title: str
    body: str  #: who lays the file down
    campaign: str
    number: str = ""  #: of the case, when there is one
    part: str = ""  #: which of several volumes

    def values(
        self, installation: Installation, rows: Sequence[Case], days: tuple[date, date], holds: tuple[int, int],
        seal: Mapping[str, Any] | None,
    ) -> dict[str, Any]:  # fmt: skip
        """`extra.cover` of the template; `holds` counts papers and attachments that are in."""
        lines = {
            "事项编号": self.number,
            "立卷单位": self.body,
            "所属活动": self.campaign,
            "起止日期": _period(rows, days),
            "保管期限": retention(installation, {each.stage for each in rows}),
            "卷内文件": _holding(*holds, _tops(rows)),
        }
        return {
            "kind": self.kind, "title": self.title, "body": self.body, "campaign": self.campaign, "part": self.part,
            "rows": [{"title": title, "value": value} for title, value in lines.items() if value], "seal": seal,
            "is_unsealed": seal is None,
        }  # fmt: skip


def plain_cover(kind: str, title: str, body: str, campaign: str, facts: Mapping[str, str]) -> dict[str, Any]:
    """`extra.cover` of a list without journals."""
    rows = [{"title": name, "value": value} for name, value in facts.items()]
    return {"kind": kind, "title": title, "body": body, "campaign": campaign, "part": "", "is_unsealed": False,
            "seal": None, "rows": rows}  # fmt: skip


def retention(installation: Installation, stages: Iterable[str]) -> str:
    """How long papers of these stages are kept: the longest of their periods (domain.md §11)."""
    parameters = installation.definitions.campaign.parameters
    found = set(stages)
    if found & set(_listed(parameters["file.permanent"])):
        return PERMANENT
    is_long = found & set(_listed(parameters["file.long_term"]))
    return f"{parameters['file.long_years' if is_long else 'file.short_years']}年"


def seal_of(session: Session, installation: Installation, rows: Sequence[Case]) -> dict[str, Any] | None:
    """The newest seal that covers one of the cases, and how many of their entries came after their last seal."""
    covering = select(SealLeaf.seal_id).where(SealLeaf.case_id.in_([each.id for each in rows]))
    seal = session.scalar(select(Seal).where(Seal.id.in_(covering)).order_by(Seal.sequence.desc()).limit(1))
    if seal is None:
        return None
    later = sum(each.version - each.sealed_version for each in rows)
    on = installation.today(seal.sealed_at).isoformat()
    return {"sequence": seal.sequence, "on": on, "root": seal.root, "later": later}


def remark(lines: Sequence[Mapping[str, Any]]) -> str:
    """Under the contents: how to read the page numbers, and how much is named without being bound."""
    missing = sum(bool(each["note"]) for each in lines)
    left = f"另有{missing}项只列目、未装订，原因见各行。" if missing else ""
    return f"页号为本卷统编页号，印在每页下沿正中；各文件自身的页码不变。{left}"


def _period(rows: Sequence[Case], days: tuple[date, date]) -> str:
    running = "" if all(each.closed_at for each in rows) else "（在办）"
    return f"{chinese_date(days[0])}至{chinese_date(days[1])}{running}"


def _holding(papers: int, attachments: int, cases: int) -> str:
    parts = ((papers, "件"), (attachments, "个附件"), (cases if cases > 1 else 0, "件事项"))
    return "，".join(f"{number}{word}" for number, word in parts if number) or "0件"


def _tops(rows: Sequence[Case]) -> int:
    return sum(each.parent_id is None for each in rows)


def _listed(value: object) -> Sequence[str]:
    return [str(each) for each in value] if isinstance(value, tuple | list) else [str(value)]
