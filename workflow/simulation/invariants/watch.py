"""Looks at the rows after every step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.operations.sealing import verify
from workflow.simulation.invariants.boxes import Boxes
from workflow.simulation.invariants.cases import check_case
from workflow.simulation.invariants.chains import Chains
from workflow.simulation.invariants.honours import check_honours
from workflow.simulation.invariants.jobs import Jobs
from workflow.simulation.invariants.papers import check_numbers
from workflow.simulation.invariants.timers import Limits
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.world import World
from workflow.store.cases import Case
from workflow.store.fetching import Entities
from workflow.store.journal import JournalEntry

NEW = Entities(JournalEntry, JournalEntry.id > bindparam("last"), order=JournalEntry.id)
CASE = Entities(Case, Case.id == bindparam("case"))
EVERYTHING_EVERY = 400  #: steps between two looks at the whole history


@dataclass
class Watch:
    """What was seen so far, so that only what is new is looked at."""

    world: World
    chains: Chains = field(default_factory=Chains)
    jobs: Jobs = field(default_factory=Jobs)
    boxes: Boxes = field(default_factory=Boxes)
    limits: Limits = field(default_factory=Limits)
    happened: set[str] = field(default_factory=set)  #: ids of transitions
    last: int = 0  #: newest journal entry that was looked at
    steps: int = 0
    changes: int = -1  #: of rows, up to the last look: nothing can have gone wrong without one

    def look(self) -> None:
        """The cheap ones, at every case that was touched."""
        self.steps += 1
        if self.changes != self.world.raw.total_changes:
            with self.world.onlooking() as session:
                self._touched(session)
            self.changes = self.world.raw.total_changes
        if self.steps % EVERYTHING_EVERY == 0:
            self.look_at_everything()

    def _touched(self, session: Session) -> None:
        entries = NEW.seen(session, last=self.last)
        self.jobs.check(session, entries)
        self.boxes.check(session)
        if not entries:
            return
        self.last = entries[-1].id
        self.happened.update(each.transition for each in entries if each.transition)
        rows = {each: CASE.seen(session, case=each)[0] for each in {each.case_id for each in entries}}
        for entry in entries:
            self.chains.add(session, self.world, rows[entry.case_id], entry)
            check_honours(session, self.world, rows[entry.case_id], entry)
        for case in sorted(rows):
            self.chains.check(rows[case])
            self._case(session, rows[case], {each.fact for each in entries if each.case_id == case})

    def _case(self, session: Session, row: Case, facts: Collection[str]) -> None:
        stage, timers = check_case(session, self.world, row)
        if row.closed_at is None:
            self.limits.check(session, self.world, row, stage, timers, facts)

    def look_at_everything(self) -> None:
        """The whole history: every chain from its first link, every seal, every number, and what is open."""
        with self.world.onlooking() as session:
            for fault in verify(session):
                if not isinstance(fault, int):
                    raise Violation("every chain and seal verifies", f"{fault.where} {fault.message}")
            check_numbers(session)
            for row in session.scalars(select(Case).where(Case.closed_at.is_(None)).order_by(Case.id)):
                check_case(session, self.world, row)
