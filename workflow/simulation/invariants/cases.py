"""Invariants 2 to 5, of one case; 1 stands in waiting.py."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, literal, or_, select, union_all
from sqlalchemy.orm import Session

from workflow.definition.model import Stage
from workflow.engine.turns import COPIED, OWN
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.invariants.waiting import check_waits
from workflow.simulation.world import World
from workflow.store.cases import Case, Deadline
from workflow.store.fetching import Entities, found_rows
from workflow.store.prepared import Prepared
from workflow.store.tasks import Candidate, Decision, Task

OPEN = Entities(Task, Task.case_id == bindparam("case"), Task.closed_at.is_(None), order=Task.id)
TIMERS = Entities(Deadline, Deadline.case_id == bindparam("case"), Deadline.fired_at.is_(None), order=Deadline.id)
NO_REASON, STALE, OTHER_ROUND = (
    "a closed task has a reason", "no closed task stands in an inbox", "a decision belongs to the round of its task",
)  # fmt: skip
_MINE = Task.case_id == bindparam("case")
WRONG = Prepared(
    union_all(
        select(literal(NO_REASON), Task.id)
        .where(_MINE, Task.closed_at.is_not(None), or_(Task.closed_reason.is_(None), Task.closed_reason == "")),
        select(literal(STALE), Task.id).join(Candidate, Candidate.task_id == Task.id)
        .where(_MINE, Task.closed_at.is_not(None), Candidate.is_open),
        select(literal(OTHER_ROUND), Task.id).join(Decision, Decision.task_id == Task.id)
        .where(Decision.case_id == bindparam("case"), Decision.round != Task.round),
    )
)  #: what must not be there  # fmt: skip


def check_case(session: Session, world: World, row: Case) -> tuple[Stage, Sequence[Deadline]]:
    """Everything that holds of a case by itself; answers its stage and its timers."""
    stage = world.stage(session, row.definition_id)
    if row.closed_at is None and stage.states[row.state].final:
        raise Violation("a final case is closed", f"{row.number} in {row.state}")
    tasks = OPEN.seen(session, case=row.id)
    running = [each for each in tasks if each.kind != COPIED]
    due = TIMERS.seen(session, case=row.id)
    if row.closed_at is not None:
        _check_closed(row, running, due)
    else:
        check_waits(session, world, row, stage, due)
    _check_tasks(session, row, tasks)
    return stage, due


def _check_closed(row: Case, running: list[Task], due: object) -> None:
    """No final case has open tasks or deadlines."""
    if running:
        raise Violation("a final case has no open tasks", f"{row.number} in {row.state}: {running[0].do}")
    if due:
        raise Violation("a final case has no deadlines", f"{row.number} in {row.state}")


def _check_tasks(session: Session, row: Case, tasks: Sequence[Task]) -> None:
    """A closed task has a reason and reaches nobody's inbox; an open one of its own belongs to the present round; what
    was decided on a task belongs to its round."""
    for wrong, task in found_rows(session, WRONG, {"case": row.id}):
        raise Violation(wrong, f"{row.number} task {task}")
    for each in tasks:
        if each.kind in OWN and (each.round, each.state) != (row.round, row.state):
            raise Violation("an open task belongs to this round", f"{row.number} task {each.id} of {each.state}")
