"""What could not be done in the background, in one list: jobs, papers, notices and due moments that failed.

To an administrator these are one thing: something stands still until its cause is mended and it is tried again.
Whoever looks after some bodies sees what concerns their cases; what concerns no case is for those who look after
more than one body, for a single branch can do nothing about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from workflow.operations.installation import Installation
from workflow.store.batches import Batch
from workflow.store.cases import Case, Deadline
from workflow.store.documents import Document
from workflow.store.notices import Delivery, Notice
from workflow.store.organization import Organization
from workflow.store.queued import FailedJob

JOB, PAPER, NOTICE, MOMENT = "job", "paper", "notice", "moment"
TITLES = {
    PAPER: "公文排版", NOTICE: "提醒发送", MOMENT: "到期处理", "render_document": "公文排版", "tell": "通知办理人",
    "deliver": "提醒发送", "batch": "批量办理", "launch": "逐级启动", "import": "文件导入", "reschedule": "期限重算",
    "binding": "案卷装订",
}  # fmt: skip
ENDED = "后台程序在办理中多次退出，请按时间查看日志"
MOST = 200  #: of each kind; more have one and the same cause

Paths = Sequence[str] | None  #: of bodies; None for whoever runs the service, who sees everything


@dataclass(frozen=True)
class Failure:
    """One thing that could not be done."""

    key: str
    kind: str  #: title of the kind of work
    title: str  #: what it concerns
    number: str | None  #: of the case, where it concerns one
    since: datetime | None
    attempts: int
    reason: str
    path: str | None  #: of the body
    job: FailedJob | None = None

    @property
    def can_be_discarded(self) -> bool:
        """A case may wait for its paper or its due moment for ever: these are tried again, or the case is moved."""
        return self.key.startswith((JOB, NOTICE))


def failures(session: Session, installation: Installation, paths: Paths = None) -> list[Failure]:
    """Everything that failed, as far as it concerns the bodies on or below the paths, the oldest first."""
    found = [*_jobs(session, installation), *_papers(session, paths), *_notices(session),
             *_moments(session, paths)]  # fmt: skip
    general = any(each.path is None for each in found) and _is_general(session, installation, paths)
    mine = [each for each in found if (general if each.path is None else _is_below(each.path, paths))]
    return sorted(mine, key=lambda each: (each.since is None, each.since, each.key))


def count_failures(session: Session, installation: Installation) -> int:
    """How much has failed in the whole service."""
    counted = (
        select(func.count()).where(_failed_paper()).scalar_subquery()
        + select(func.count()).where(_failed_notice()).scalar_subquery()
        + select(func.count()).where(_failed_moment()).scalar_subquery()
    )
    return installation.jobs.count_failed(session) + (session.scalar(select(counted)) or 0)


def _is_below(path: str, paths: Paths) -> bool:
    return paths is None or path.startswith(tuple(paths))


def _is_general(session: Session, installation: Installation, paths: Paths) -> bool:
    """Whether somebody looks after more than one body; their own working bodies are no others."""
    if paths is None:
        return True
    organs = [name for name, kind in installation.definitions.organization.kinds.items() if kind.organ]
    others = select(Organization.id).where(*_below(paths), Organization.kind.not_in(organs)).limit(2)
    return len(session.scalars(others).all()) > 1


def _below(paths: Paths) -> Iterable[ColumnElement[bool]]:
    if paths is None:
        return ()
    return (or_(*(Organization.path.startswith(each, autoescape=True) for each in paths)),)


def _of_case(select_: Any, paths: Paths) -> Any:
    """With the case's number and the path of its body, of bodies on or below the paths."""
    columns = (Case.number, Organization.path)
    joined = select_.add_columns(*columns).outerjoin(Organization, Organization.id == Case.organization_id)
    return joined.where(*_below(paths)).limit(MOST)


def _papers(session: Session, paths: Paths) -> list[Failure]:
    papers = select(Document).join(Case, Case.id == Document.case_id).where(_failed_paper()).order_by(Document.id)
    return [
        Failure(
            f"{PAPER}:{row.id}", TITLES[PAPER], f"《{row.title}》", number, row.queued_at, 1, row.failure or "", path
        )
        for row, number, path in session.execute(_of_case(papers, paths))
    ]  # fmt: skip


def _notices(session: Session) -> list[Failure]:
    """Those about a case by its body; the others, such as digests, belong to none."""
    notices = (
        select(Delivery, Notice.title, Notice.created_at)
        .join(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Case, Case.id == Notice.case_id)
        .where(_failed_notice())
        .order_by(Delivery.id)
    )
    return [
        Failure(f"{NOTICE}:{row.id}", TITLES[NOTICE], title, number, at, row.attempts, row.failure or "", path)
        for row, title, at, number, path in session.execute(_of_case(notices, None))
    ]


def _moments(session: Session, paths: Paths) -> list[Failure]:
    """Due moments whose act failed; they are tried again by themselves, and the log tells why by the incident."""
    moments = (
        select(Deadline, Case.title).join(Case, Case.id == Deadline.case_id).where(_failed_moment())
        .order_by(Deadline.due_at, Deadline.id)
    )  # fmt: skip
    return [
        Failure(f"{MOMENT}:{row.id}", TITLES[MOMENT], title, number, row.failed_at, 1,
                f"系统出现故障，事件编号 {row.incident}；系统每隔一段时间自动重试", path)
        for row, title, number, path in session.execute(_of_case(moments, paths))
    ]  # fmt: skip


def _jobs(session: Session, installation: Installation) -> list[Failure]:
    jobs = installation.jobs.failed(session, MOST)
    cases = _cases_of(session, jobs)
    batches = {each.arguments["batch_id"] for each in jobs if "batch_id" in each.arguments}
    rows = session.execute(select(Batch.id, Batch.title).where(Batch.id.in_(batches)))
    titles = {row.id: row.title for row in rows}
    found = []
    for each in jobs:
        title, number, path = cases.get(each.id) or (titles.get(each.arguments.get("batch_id", 0), ""), None, None)
        kind = TITLES.get(each.kind, each.kind)
        found.append(Failure(f"{JOB}:{each.id}", kind, title or kind, number, each.since, each.attempts,
                             each.reason or ENDED, path, each))  # fmt: skip
    return found


def _cases_of(session: Session, jobs: Sequence[FailedJob]) -> dict[str, tuple[str, str, str]]:
    """By job the title, number and path of the case that it names, itself or by its paper."""
    cases = {each.arguments["case_id"] for each in jobs if "case_id" in each.arguments}
    papers = {each.arguments["document_id"] for each in jobs if "document_id" in each.arguments}
    if not cases and not papers:
        return {}
    rows = session.execute(
        select(Case.id, Document.id, Case.title, Document.title, Case.number, Organization.path)
        .join(Organization, Organization.id == Case.organization_id)
        .outerjoin(Document, (Document.case_id == Case.id) & Document.id.in_(papers))
        .where(Case.id.in_(cases) | Document.id.is_not(None))
    )
    by_case, by_paper = {}, {}
    for case, paper, title, paper_title, number, path in rows:
        by_case[case] = (title, number, path)
        by_paper[paper] = (f"《{paper_title}》", number, path)
    named = {}
    for each in jobs:
        case, paper = each.arguments.get("case_id", 0), each.arguments.get("document_id", 0)
        named[each.id] = by_case.get(case) or by_paper.get(paper)
    return {name: about for name, about in named.items() if about is not None}


def _failed_paper() -> ColumnElement[bool]:
    return (Document.state == "failed") & Document.rendered_at.is_(None)


def _failed_notice() -> ColumnElement[bool]:
    return Delivery.state == "failed"


def _failed_moment() -> ColumnElement[bool]:
    return Deadline.fired_at.is_(None) & Deadline.failed_at.is_not(None)
