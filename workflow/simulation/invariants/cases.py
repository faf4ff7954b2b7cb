"""Invariants 2 to 5, of one case; 1 stands in waiting.py."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage
from workflow.engine.turns import COPIED, OWN
from workflow.operations.publishing import stage_of
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.invariants.waiting import check_waits
from workflow.simulation.world import World
from workflow.store.cases import Case, Deadline
from workflow.store.tasks import Candidate, Decision, Task


def check_case(session: Session, world: World, row: Case) -> tuple[Stage, Sequence[Deadline]]:
    """Everything that holds of a case by itself; answers its stage and its timers."""
    stage = stage_of(session, row.definition_id)
    if row.closed_at is None and stage.states[row.state].final:
        raise Violation("a final case is closed", f"{row.number} in {row.state}")
    tasks = session.scalars(select(Task).where(Task.case_id == row.id).order_by(Task.id)).all()
    running = [each for each in tasks if each.closed_at is None and each.kind != COPIED]
    timers = select(Deadline).where(Deadline.case_id == row.id, Deadline.fired_at.is_(None)).order_by(Deadline.id)
    due = session.scalars(timers).all()
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
    for each in tasks:
        if each.closed_at is not None and not each.closed_reason:
            raise Violation("a closed task has a reason", f"{row.number} task {each.id}")
        if each.closed_at is None and each.kind in OWN and (each.round, each.state) != (row.round, row.state):
            raise Violation("an open task belongs to this round", f"{row.number} task {each.id} of {each.state}")
    stale = select(func.count()).select_from(Candidate).join(Task, Task.id == Candidate.task_id)
    if session.scalar(stale.where(Task.case_id == row.id, Task.closed_at.is_not(None), Candidate.is_open)):
        raise Violation("no closed task stands in an inbox", row.number)


def _check_decisions(session: Session, row: Case) -> None:
    """One decision per task, person and round; each of the round of its task."""
    rows = session.execute(
        select(Decision.round, Task.round, Decision.task_id)
        .join(Task, Task.id == Decision.task_id).where(Decision.case_id == row.id)
    ).all()  # fmt: skip
    for decided, opened, task in rows:
        if decided != opened:
            raise Violation("a decision belongs to the round of its task", f"{row.number} task {task}")
