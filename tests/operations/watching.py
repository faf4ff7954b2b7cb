"""Looking on: what a case is like now, what has happened to it, what it has left."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.enterprise import place, who
from workflow.clock import FixedClock
from workflow.engine.actor import Actor
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import actor as actor_of
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.journal import JournalEntry
from workflow.store.session import reading, writing


@dataclass
class Watching:
    """An installation and its clock, seen from outside."""

    installation: Installation
    clock: FixedClock

    @property
    def today(self) -> date:
        return self.installation.today(self.clock.now())

    @property
    def _reading(self) -> AbstractContextManager[Session]:
        return reading(self.installation.engine)

    @property
    def _writing(self) -> AbstractContextManager[Session]:
        return writing(self.installation.engine)

    def row(self, case: int) -> Case:
        with self._reading as session:
            row = session.get_one(Case, case)
            session.expunge(row)  # readable after the transaction has ended
            return row

    def state(self, case: int) -> str:
        return self.row(case).state

    def is_late(self, case: int) -> bool:
        row = self.row(case)
        return row.closed_at is None and row.due_at is not None and row.due_at <= self.clock.now()

    def data(self, case: int) -> dict[str, Any]:
        return self.row(case).data

    def children(self, case: int, name: str | None = None) -> list[Case]:
        with self._reading as session:
            found = session.scalars(select(Case).where(Case.parent_id == case).order_by(Case.id)).all()
            session.expunge_all()
            return [each for each in found if name in (None, each.child_name)]

    def child(self, case: int, name: str) -> int:
        """The newest child of that name."""
        return self.children(case, name)[-1].id

    def fired(self) -> frozenset[str]:
        """Ids of every transition that has happened so far."""
        with self._reading as session:
            return frozenset(session.scalars(select(JournalEntry.transition).distinct())) - {None}

    def transitions(self, case: int) -> list[str]:
        """Ids of the transitions of one case, in order."""
        with self._reading as session:
            entries = select(JournalEntry.transition).where(JournalEntry.case_id == case)
            return [each for each in session.scalars(entries.order_by(JournalEntry.sequence)) if each]

    def actor(self, session: Session, number: str) -> Actor:
        return who(session, number)

    def person(self, number: str) -> int:
        with self._reading as session:
            return who(session, number).person_id or 0

    def actor_of(self, person: int) -> Actor:
        with self._reading as session:
            return actor_of(session, person, self.today)

    def body(self, code: str) -> int:
        with self._reading as session:
            return place(session, code).id

    def documents(self, case: int) -> list[Document]:
        """The papers of a case, or of the case whose paper it issues."""
        with self._reading as session:
            mine = (Document.case_id == case) | (Document.issue_case_id == case)
            found = session.scalars(select(Document).where(mine).order_by(Document.id)).all()
            session.expunge_all()
            return list(found)
