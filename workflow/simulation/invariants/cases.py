"""Invariants 1 to 5, 9, 11 and 12, of one case."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.engine.turns import COPIED, OWN
from workflow.operations.publishing import stage_of
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.world import World
from workflow.store.ballots import Ballot, Voter
from workflow.store.cases import Case, Deadline
from workflow.store.tasks import Candidate, Decision, Task

ASSESSED = ("finalized", "notified", "archived")


def check_case(session: Session, world: World, row: Case) -> None:
    """Everything that holds of a case by itself."""
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
        _check_waits(session, world, row, running, due)
    _check_tasks(session, row, tasks)
    _check_decisions(session, row)
    if stage.counts_ballots:
        _check_ballots(session, row)
    if row.stage == "commendation" and row.version == 1:
        _check_assessed(session, row)


def _check_closed(row: Case, running: list[Task], due: object) -> None:
    """No final case has open tasks or deadlines."""
    if running:
        raise Violation("a final case has no open tasks", f"{row.number} in {row.state}: {running[0].do}")
    if due:
        raise Violation("a final case has no deadlines", f"{row.number} in {row.state}")


def _check_waits(session: Session, world: World, row: Case, running: list[Task], due: object) -> None:
    """Every case that is not final waits for somebody, for something due, or for a case that it opened."""
    if any(not each.is_waiting for each in running) or due or row.suspended_at is not None:
        return
    children = select(func.count()).where(Case.parent_id == row.id, Case.closed_at.is_(None))
    if not session.scalar(children):
        raise Violation("a case waits for somebody or something", f"{row.number} in {row.state} on {world.today}")


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


def _check_ballots(session: Session, row: Case) -> None:
    """Issued ≤ roster, cast ≤ issued."""
    roster, issued = session.execute(
        select(func.count(), func.count().filter(Voter.has_ticket)).where(Voter.case_id == row.id)
    ).one()
    cast = session.scalar(select(func.count()).where(Ballot.case_id == row.id)) or 0
    if not cast <= issued <= roster:
        raise Violation("cast ≤ issued ≤ roster", f"{row.number}: {cast}, {issued}, {roster}")


def _check_assessed(session: Session, row: Case) -> None:
    """Commendation comes after assessment."""
    about = Case.person_id.is_(None) if row.person_id is None else Case.person_id == row.person_id
    done = select(func.count()).where(
        Case.stage == "assessment", Case.organization_id == row.organization_id, about, Case.state.in_(ASSESSED)
    )
    if not session.scalar(done):
        raise Violation("commendation comes after assessment", row.number)
