"""What must always hold of a case (approvals.md, "What must always hold"), looked at from the rows alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.orm import Session

from workflow.operations.installation import Installation
from workflow.operations.organization.posts import in_force, is_enabled
from workflow.operations.sealing import verify_case
from workflow.operations.upkeep.stuck import stuck_cases
from workflow.store.cases import Case, Deadline
from workflow.store.journal import JournalEntry
from workflow.store.people import Account, Post
from workflow.store.tasks import Candidate, Decision, Task

VERDICTS = ("agree", "refuse", "abstain", "answer")
WORK = ("turn", "seat", "before", "parallel", "after", "delegated")  #: kinds of task that a case waits for


@dataclass(frozen=True)
class Holding:
    """One case, read in one transaction."""

    session: Session
    installation: Installation
    case: int
    today: date

    def check(self) -> None:
        """Every invariant that rows can show."""
        row = self.session.get_one(Case, self.case)
        self.journal_tells_all(row)
        self.nobody_decided_twice()
        self.tasks_are_explained(row)
        self.somebody_goes_on(row)

    def journal_tells_all(self, row: Case) -> None:
        """6: an entry for every change of state, in a chain that verifies; as many as the case's version says (1)."""
        entries = self._all(select(JournalEntry).where(JournalEntry.case_id == self.case), JournalEntry.sequence)
        assert [each.sequence for each in entries] == list(range(1, row.version + 1))
        fault = verify_case(self.session, self.case)
        assert fault is None, fault
        moves = [each for each in entries if each.target is not None]
        for before, after in pairwise(moves):
            assert after.source == before.target, (before.fact, after.fact, after.source)
        assert moves[-1].target == row.state
        decided = Counter((each.details["task"], each.person_id) for each in entries if each.fact == "decided")
        given_back = sum(each.fact == "held" for each in entries)
        stored = self._all(select(Decision).where(Decision.case_id == self.case), Decision.id)
        assert sum(decided.values()) == len(stored) + given_back, "a decision without its entry, or the reverse"
        assert all((each.task_id, each.person_id) in decided for each in stored)

    def nobody_decided_twice(self) -> None:
        """2 and 4: one decision a task, person and round, and one a seat."""
        stored = self._all(select(Decision).where(Decision.case_id == self.case), Decision.id)
        assert max(Counter((each.task_id, each.person_id, each.round) for each in stored).values(), default=1) == 1
        assert max(Counter(each.task_id for each in stored).values(), default=1) == 1
        assert {each.verdict for each in stored} <= set(VERDICTS)
        tasks = {each.id: each for each in self._tasks()}
        assert all(tasks[each.task_id].round == each.round for each in stored)
        assert all(tasks[each.task_id].closed_at is not None for each in stored)

    def tasks_are_explained(self, row: Case) -> None:
        """6: every closed task has a reason; what is open belongs to the present round, or is a copy to be read."""
        tasks = self._tasks()
        for each in tasks:
            assert (each.closed_at is None) == (each.closed_reason is None)
            assert each.closed_reason != ""
            if each.closed_at is None and each.kind != "copied":
                assert row.closed_at is None, each.do
                assert (each.round, each.state) == (row.round, row.state)
        open_ones = {each.id: each for each in tasks if each.closed_at is None}
        shown = select(Candidate).join(Task, Task.id == Candidate.task_id)
        for each in self._all(shown.where(Task.case_id == self.case), Candidate.task_id):
            task = open_ones.get(each.task_id)
            assert each.is_open == (task is not None and not task.is_waiting)

    def somebody_goes_on(self, row: Case) -> None:
        """5: a case that is not over waits for a living person, a stored moment, or is suspended or told as stuck."""
        if row.closed_at is not None or row.suspended_at is not None:
            return
        timers = select(Deadline.id).where(Deadline.case_id == self.case, Deadline.fired_at.is_(None))
        waits = bool(self.reached()) or self.session.scalar(timers.limit(1)) is not None
        told = {each.number: each.why for each in stuck_cases(self.session, self.installation)}
        assert waits != (row.number in told), (row.state, waits, told)
        assert waits or told[row.number]

    def reached(self, kinds: Sequence[str] = WORK) -> set[int]:
        """Who can do something on the open tasks, without the help of the code that looks for stuck cases."""
        mine = select(Candidate.address).join(Task, Task.id == Candidate.task_id)
        addresses = set(self.session.scalars(mine.where(
            Task.case_id == self.case, Task.closed_at.is_(None), Candidate.is_open, Task.kind.in_(kinds))))  # fmt: skip
        held = self.session.execute(
            select(Post.person_id, Post.organization_id, Post.code).where(in_force(self.today), is_enabled())
        )
        reached = {each.person_id for each in held if f"o{each.organization_id}:{each.code}" in addresses}
        off = set(self.session.scalars(select(Account.person_id).where(Account.disabled_at.is_not(None))))
        named = {int(each[1:]) for each in addresses if each.startswith("p")}
        return reached | (named - off)

    def _tasks(self) -> list[Task]:
        return self._all(select(Task).where(Task.case_id == self.case), Task.id)

    def _all(self, query: Select[Any], order: Any) -> list[Any]:
        return list(self.session.scalars(query.order_by(order)))


def fingerprint(connection: Connection, case: int) -> str:
    """A digest of everything stored about the case: a command that was refused must leave it as it was."""
    tables = (Case.__table__, Task.__table__, Decision.__table__, Deadline.__table__, JournalEntry.__table__)
    found: list[Row[Any]] = []
    for table in tables:
        mine = table.c.id if table is Case.__table__ else table.c.case_id
        found += connection.execute(select(table).where(mine == case).order_by(table.c.id)).all()
    shown = select(Candidate.__table__).join(Task.__table__, Task.id == Candidate.task_id).where(Task.case_id == case)
    found += connection.execute(shown.order_by(Candidate.task_id, Candidate.address)).all()
    return sha256(repr([tuple(each) for each in found]).encode()).hexdigest()
