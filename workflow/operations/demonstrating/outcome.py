"""What the demonstration has led to: a table by stage, what should have happened and did not, and the papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from workflow.operations.demonstrating.director import Director
from workflow.operations.installation import Installation
from workflow.operations.sealing import JournalFault, verify
from workflow.store.cases import Case, Deadline
from workflow.store.documents import Document, DocumentFile
from workflow.store.journal import JournalEntry
from workflow.store.session import reading

#: What the script promises, by the transitions that show it.
PROMISED = {
    "方案退回修改": "P02 P12",
    "承诺退回完善": "L03",
    "承诺变更、续诺、未兑现说明": "L10 L18 L19",
    "点评说明、视为确认": "C09 C13",
    "评议异议": "A15 A16",
    "考核申诉": "K13 K15",
    "支部大会票决未通过": "V08 W03",
    "公示异议及核查": "N02 N03",
    "两级表彰": "W24 W29 W33 W34",
    "整改延期、验收不合格": "Z17 Z23",
    "整改逾期、约谈、通报、移交问责": "Z26 Z28 Z30 Z32",
    "实施意见两处备案": "F06",
}
UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')
LONGEST_NAME = 60


@dataclass(frozen=True)
class Line:
    """One stage of the table."""

    code: str
    title: str
    cases: int
    closed: int
    transitions: int
    documents: int
    pages: int


def table(session: Session, installation: Installation) -> list[Line]:
    """Cases, transitions and rendered papers by stage, in the order of the machines."""
    closed = func.count(Case.closed_at)
    cases = {row[0]: row for row in session.execute(select(Case.stage, func.count(), closed).group_by(Case.stage))}
    moves = dict(
        session.execute(
            select(Case.stage, func.count())
            .join(JournalEntry, JournalEntry.case_id == Case.id)
            .where(JournalEntry.transition.is_not(None))
            .group_by(Case.stage)
        ).all()
    )
    papers = {row[0]: row for row in session.execute(_papers())}
    found = []
    for name, stage in sorted(installation.definitions.stages.items(), key=lambda each: each[1].code):
        if name in cases:
            _, count, ended = cases[name]
            _, documents, pages = papers.get(name, (name, 0, 0))
            found.append(Line(stage.code, stage.title, count, ended, moves.get(name, 0), documents, pages or 0))
    return found


def missing(session: Session, director: Director) -> list[str]:
    """What was promised and did not happen; empty when the demonstration went as it should."""
    done = set(session.scalars(select(JournalEntry.transition).distinct()))
    absent = [title for title, ids in PROMISED.items() if not done.issuperset(ids.split())]
    if not director.refusals:
        absent.append("拒绝指导单位越权办理")
    seven = director.installation.definitions.campaign.stages
    ended = set(session.scalars(select(Case.stage).where(Case.closed_at.is_not(None)).distinct()))
    titles = director.installation.definitions.stages
    absent += [f"{titles[each.stage].title}有办结的事项" for each in seven if each.stage not in ended]
    unprinted = session.scalar(select(func.count()).select_from(Document).where(Document.state != "rendered")) or 0
    if unprinted:
        absent.append(f"{unprinted}件公文没有生成")
    failed = session.scalar(select(func.count()).select_from(Deadline).where(Deadline.failed_at.is_not(None))) or 0
    if failed:
        absent.append(f"{failed}件到期事项没有处理成功")
    faults = [each for each in verify(session) if isinstance(each, JournalFault)]
    return absent + [f"留痕校验：{each.where}{each.message}" for each in faults]


def write_papers(engine: Engine, installation: Installation, folder: Path) -> Iterator[Path]:
    """Every rendered paper as a file, in a folder a stage, named by number and title."""
    with reading(engine) as session:
        rows = session.execute(
            select(Document.id, Document.number, Document.title, Case.stage)
            .join(Case, Case.id == Document.case_id)
            .where(Document.state == "rendered")
            .order_by(Document.id)
        ).all()
    for document_id, number, title, name in rows:
        stage = installation.definitions.stages[name]
        target = folder / f"{stage.code} {stage.title}"
        target.mkdir(parents=True, exist_ok=True)
        path = target / f"{document_id:04d} {_safe(f'{number or str()} {title}')}.pdf"
        with reading(engine) as session:
            path.write_bytes(session.get_one(DocumentFile, document_id).data)
        yield path


def _papers() -> Select[str, int, int | None]:
    return (
        select(Case.stage, func.count(), func.sum(Document.pages))
        .join(Document, Document.case_id == Case.id)
        .where(Document.state == "rendered")
        .group_by(Case.stage)
    )


def _safe(name: str) -> str:
    return UNSAFE.sub(" ", name).strip()[:LONGEST_NAME].rstrip(" .")
