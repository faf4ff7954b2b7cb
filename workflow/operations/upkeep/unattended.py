"""Open tasks that reach nobody: posts are vacant, accounts of persons disabled (approvals.md, invariant 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, Integer, Select, Text, bindparam, cast, literal, select, union
from sqlalchemy.orm import Session

from workflow.engine.turns import VACANCY
from workflow.operations.organization.posts import DAY, in_force, is_enabled
from workflow.store.cases import Case
from workflow.store.fetching import found_rows
from workflow.store.people import Account, Person, Post
from workflow.store.prepared import Prepared
from workflow.store.tasks import Candidate, Task

MOST = 500  #: rows of the list; more vacancies than these are one and the same fault


@dataclass(frozen=True)
class Unattended:
    """A task that nobody can take."""

    task_id: int
    case_id: int
    number: str
    title: str
    do: str
    opened_at: datetime


def unattended(session: Session, day: date, most: int = MOST) -> list[Unattended]:
    """Open tasks without anybody who holds one of their addresses and may act, the oldest first. One statement.

    Whose turn has not come waits for others, and a reminder of the vacancy for nobody.
    """
    return [Unattended(*row) for row in found_rows(session, UNATTENDED, {"day": day, "most": most})]


def attended(day: Any) -> CTE:
    """Every address at which somebody is reached on a day, in the column `address`, and who, in `person`."""
    seat = literal("o", Text) + cast(Post.organization_id, Text) + literal(":", Text) + Post.code
    disabled = select(Account.id).where(Account.person_id == Person.id, Account.disabled_at.is_not(None))
    named = literal("p", Text) + cast(Person.id, Text)
    themselves = select(named.label("address"), Person.id.label("person")).where(~disabled.exists())
    at_posts = select(seat.label("address"), Post.person_id.label("person")).where(in_force(day), is_enabled())
    return union(at_posts, themselves).cte("attended")


def _unattended() -> Select[int, int, str, str, str, datetime]:
    reached = attended(DAY)
    somebody = (
        select(Candidate.task_id)
        .join(reached, reached.c.address == Candidate.address)
        .where(Candidate.task_id == Task.id, Candidate.is_open)
    )
    return (
        select(Task.id, Task.case_id, Case.number, Case.title, Task.do, Task.opened_at)
        .join(Case, Case.id == Task.case_id)
        .where(
            Task.closed_at.is_(None),
            Task.is_waiting.is_(False),
            Task.kind != literal(VACANCY),
            Case.closed_at.is_(None),
            ~somebody.exists(),
        )
        .order_by(Task.id)
        .limit(bindparam("most", type_=Integer()))
    )


UNATTENDED = Prepared(_unattended())
