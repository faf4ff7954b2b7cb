"""Invariants 2 to 5, of one case; 1 stands in waiting.py."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage
from workflow.engine.turns import COPIED, OWN
from workflow.operations.publishing import stage_of
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.invariants.waiting import check_waits
from workflow.simulation.world import World
from workflow.store.cases import Case, Deadline
from workflow.store.fetching import Entities, found_rows
from workflow.store.prepared import Prepared
from workflow.store.tasks import Candidate, Decision, Task

OPEN = Entities(Task, Task.case_id == bindparam("case"), Task.closed_at.is_(None), order=Task.id)
UNEXPLAINED = Prepared(
    select(Task.id).where(Task.case_id == bindparam("case"), Task.closed_at.is_not(None))
    .where(or_(Task.closed_reason.is_(None), Task.closed_reason == ""))
)  # fmt: skip
TIMERS = Entities(Deadline, Deadline.case_id == bindparam("case"), Deadline.fired_at.is_(None), order=Deadline.id)
STALE = Prepared(
    select(Candidate.task_id).join(Task, Task.id == Candidate.task_id)
    .where(Task.case_id == bindparam("case"), Task.closed_at.is_not(None), Candidate.is_open)
)  # fmt: skip
DECIDED = Prepared(
    select(Decision.round, Task.round, Decision.task_id)
    .join(Task, Task.id == Decision.task_id).where(Decision.case_id == bindparam("case"))
)  # fmt: skip


def check_case(session: Session, world: World, row: Case) -> tuple[Stage, Sequence[Deadline]]:
    """Everything that holds of a case by itself; answers its stage and its timers."""
    stage = stage_of(session, row.definition_id)
    if row.closed_at is None and stage.states[row.state].final:
        raise Violation("a final case is closed", f"{row.number} in {row.state}")
    tasks = OPEN.seen(session, case=row.id)
    running = [each for each in tasks if each.kind != COPIED]
    due = TIMERS.seen(session, case=row.id)
    if row.closed_at is not None:
        _check_closed(row, running, due)
    else:
        check_waits(session, world, row, stage, running, due)
    _check_tasks(session, row, tasks)
    _check_decisions(session, row)
    return stage, due


def _check_closed(row: Case, running: list[Task], due: object) -> None:
    """No final case has open tasks or deadlines."""
    if running:
        raise Violation("a final case has no open tasks", f"{row.number} in {row.state}: {running[0].do}")
    if due:
        raise Violation("a final case has no deadlines", f"{row.number} in {row.state}")


def _check_tasks(session: Session, row: Case, tasks: Sequence[Task]) -> None:
    """A closed task has a reason and reaches nobody's inbox; an open one of its own belongs to the present round."""
    for (task,) in found_rows(session, UNEXPLAINED, {"case": row.id}):
        raise Violation("a closed task has a reason", f"{row.number} task {task}")
    for each in tasks:
        if each.kind in OWN and (each.round, each.state) != (row.round, row.state):
            raise Violation("an open task belongs to this round", f"{row.number} task {each.id} of {each.state}")
    if found_rows(session, STALE, {"case": row.id}):
        raise Violation("no closed task stands in an inbox", row.number)


def _check_decisions(session: Session, row: Case) -> None:
    """One decision per task, person and round; each of the round of its task."""
    for decided, opened, task in found_rows(session, DECIDED, {"case": row.id}):
        if decided != opened:
            raise Violation("a decision belongs to the round of its task", f"{row.number} task {task}")
