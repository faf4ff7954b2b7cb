"""How the service itself stands: what waits for the worker, what could not be done, and who waits for nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from workflow.operations.posts import in_force
from workflow.operations.trees import active
from workflow.store.cases import Case, Deadline
from workflow.store.documents import Document
from workflow.store.organization import Organization
from workflow.store.people import Account, Person, Post
from workflow.store.tasks import Candidate, Task

SHOWN = 20  #: rows of each list that a report names


@dataclass(frozen=True)
class Backlog:
    """What waits for the worker."""

    oldest_due: datetime | None  #: due moment that should have been fired
    oldest_paper: datetime | None  #: when the oldest paper still to be printed was sent there
    due: int
    papers: int
    failed: int  #: papers that could not be printed

    @property
    def oldest(self) -> datetime | None:
        """Since when something waits."""
        return min((each for each in (self.oldest_due, self.oldest_paper) if each is not None), default=None)


@dataclass(frozen=True)
class Trouble:
    """Something that stands still until somebody looks after it."""

    number: str  #: of the case
    title: str
    why: str


def backlog(session: Session, now: datetime) -> Backlog:
    """What a running worker would have done by now. Two statements."""
    due = (
        select(func.min(Deadline.due_at), func.count())
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.due_at <= now, _is_open(Deadline), Deadline.failed_at.is_(None), Case.suspended_at.is_(None))
    )
    oldest_due, due_count = session.execute(due).one()
    state = Document.state
    papers = select(
        func.min(Document.queued_at).filter(state == "queued"),
        func.count().filter(state == "queued"),
        func.count().filter(state == "failed"),
    ).where(state.in_(("queued", "failed")))
    oldest_paper, queued, failed = session.execute(papers).one()
    return Backlog(oldest_due, oldest_paper, due_count, queued, failed)


def failed_papers(session: Session) -> Sequence[Trouble]:
    """Papers that could not be printed, with the reason; somebody of the issuer prints them again."""
    rows = session.execute(
        select(Case.number, Document.title, Document.failure)
        .join(Case, Case.id == Document.case_id)
        .where(Document.state == "failed")
        .order_by(Document.id)
        .limit(SHOWN)
    )
    return [Trouble(row.number, f"《{row.title}》", row.failure or "") for row in rows]


def failed_deadlines(session: Session) -> Sequence[Trouble]:
    """Due moments whose act failed (到期处理失败); they are tried again, and the log tells why by the incident."""
    rows = session.execute(
        select(Case.number, Case.title, Deadline.trigger, Deadline.incident)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.failed_at.is_not(None), _is_open(Deadline))
        .order_by(Deadline.due_at, Deadline.id)
        .limit(SHOWN)
    )
    return [Trouble(row.number, row.title, f"{row.trigger}，事件编号 {row.incident}") for row in rows]


def stuck_cases(session: Session, today: date) -> Sequence[Trouble]:
    """Cases that wait for no living person, no running child and no due moment (approvals.md, invariant 5)."""
    child = aliased(Case)
    waiting = (
        select(Task.id)
        .join(Candidate, Candidate.task_id == Task.id)
        .where(Task.case_id == Case.id, Task.closed_at.is_(None), Candidate.address.in_(_held(today)))
    )
    stuck = select(Case.number, Case.title, Case.state).where(
        Case.closed_at.is_(None),
        ~waiting.exists(),
        ~select(child.id).where(child.parent_id == Case.id, child.closed_at.is_(None)).exists(),
        ~select(Deadline.id).where(Deadline.case_id == Case.id, _is_open(Deadline)).exists(),
    )
    rows = session.execute(stuck.order_by(Case.id).limit(SHOWN))
    return [Trouble(row.number, row.title, f"停在“{row.state}”，没有人也没有期限会使它继续") for row in rows]


def vacant_tasks(session: Session, today: date) -> Sequence[Trouble]:
    """Open tasks that lie in nobody's inbox, because nobody holds the posts they are addressed to."""
    held = select(Candidate.task_id).where(Candidate.task_id == Task.id, Candidate.address.in_(_held(today)))
    vacant = (
        select(Case.number, Case.title, Task.do)
        .join(Case, Case.id == Task.case_id)
        .where(Task.closed_at.is_(None), ~held.exists())
    )
    rows = session.execute(vacant.order_by(Task.id).limit(SHOWN))
    return [Trouble(row.number, row.title, f"“{row.do}”没有人可以办理，请补任有关职务") for row in rows]


def _is_open(deadline: type[Deadline]) -> ColumnElement[bool]:
    return deadline.fired_at.is_(None) & deadline.cancelled_at.is_(None)


def _held(today: date) -> ColumnElement[str]:
    """Every address at which a task reaches somebody: posts held today, and persons, unless their account is shut."""
    able = or_(Account.id.is_(None), Account.disabled_at.is_(None))
    key = literal("o") + cast(Post.organization_id, String) + ":" + Post.code
    posts = (
        select(key.label("address"))
        .join(Organization, Organization.id == Post.organization_id)
        .outerjoin(Account, Account.person_id == Post.person_id)
        .where(in_force(today), active(Organization, today), able)
    )
    persons = (
        select((literal("p") + cast(Person.id, String)).label("address"))
        .outerjoin(Account, Account.person_id == Person.id)
        .where(able)
    )
    addresses = union_all(posts, persons).subquery()
    return select(addresses.c.address)  # type: ignore[return-value]
