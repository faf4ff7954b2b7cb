"""Invariant 7: every job belongs to something that was committed, everything that waits for a job has one, and what a
job brings about happens no more often than it was asked for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from workflow.operations.bindings import ordering
from workflow.operations.documents import distributing
from workflow.operations.documents.papers import RENDER
from workflow.operations.importing import handing_in
from workflow.operations.many import batching, launching
from workflow.simulation.invariants.violation import Violation
from workflow.store.journal import JournalEntry
from workflow.store.prepared import Prepared, connected


class Owner(NamedTuple):
    """Rows for which jobs of one kind work."""

    kind: str
    argument: str  #: of the job: the key of the row
    table: str
    key: str = "id"
    waits: str = "finished_at IS NULL"  #: for a job


OWNERS = (
    Owner(RENDER, "document_id", "documents", waits="state = 'queued'"),
    Owner(distributing.JOB, "document_id", "distributions", key="document_id"),
    Owner(launching.JOB, "launch_id", "launches"),
    Owner(batching.JOB, "batch_id", "batches", waits="finished_at IS NULL AND kind = 'act'"),
    Owner(ordering.JOB, "binding_id", "bindings"),
    Owner(handing_in.JOB, "import_id", "imports"),
)
NEW = Prepared(text("SELECT number, kind, arguments FROM simulated_jobs WHERE number > :last ORDER BY number"))


def _owned(each: Owner) -> Prepared:
    """Whether the row is there for which a job works."""
    found = f"SELECT 1 FROM {each.table} WHERE {each.key} = json_extract(:found, '$.{each.argument}')"  # noqa: S608
    return Prepared(text(found))


OWNED = {each.kind: _owned(each) for each in OWNERS}
ARGUMENT = {each.kind: each.argument for each in OWNERS}
#: Rows that wait for a job, with its kind.
WAIT = Prepared(text(" UNION ALL ".join(f"SELECT '{e.kind}', {e.key} FROM {e.table} WHERE {e.waits}" for e in OWNERS)))  # noqa: S608
THERE = Prepared(text("SELECT kind, arguments FROM simulated_jobs WHERE done = 0"))
PAPER = Prepared(text("SELECT id FROM documents WHERE code = :code"))
PRINTED = frozenset({"rendered", "print_failed"})  #: facts that a job of printing leads to


@dataclass
class Jobs:
    """The jobs up to the last look, and how often each paper was to be printed and was."""

    last: int = 0
    asked: Counter[int] = field(default_factory=Counter)  #: by key of the paper
    printed: Counter[str] = field(default_factory=Counter)

    def check(self, session: Session, entries: Iterable[JournalEntry]) -> None:
        """The jobs that are new, what waits for one, and what has been printed since the last look."""
        connection = connected(session)
        for number, kind, arguments in NEW.rows(connection, {"last": self.last}):
            self.last = number
            if kind in OWNED and not OWNED[kind].rows(connection, {"found": arguments}):
                raise Violation("a job belongs to a committed act", f"{kind} {arguments}")
            if kind == RENDER:
                self.asked[json.loads(arguments)[ARGUMENT[kind]]] += 1
        _check_waiting(connection)
        for code in [each.details["document"] for each in entries if each.fact in PRINTED]:
            self.printed[code] += 1
            if self.printed[code] > sum(self.asked[paper] for (paper,) in PAPER.rows(connection, {"code": code})):
                raise Violation("a job has its effect once", code)


def _check_waiting(connection: Connection) -> None:
    """Every row that waits for a job has one that is not done."""
    waiting = WAIT.rows(connection, {})
    there = THERE.rows(connection, {}) if waiting else []
    jobs = {(kind, json.loads(arguments)[ARGUMENT[kind]]) for kind, arguments in there if kind in ARGUMENT}
    for kind, key in waiting:
        if (kind, key) not in jobs:
            raise Violation("what waits for a job has one", f"{kind} {key}")
