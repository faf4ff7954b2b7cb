"""Open, readdress and close the tasks of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workflow.engine.rights import task_addresses
from workflow.engine.snapshot import Actor, Snapshot
from workflow.operations.loading import Loaded
from workflow.store.tasks import Candidate, Task


def open_task(session: Session, loaded: Loaded, snapshot: Snapshot, roles: Iterable[str], do: str) -> None:
    """Put the case into the inbox of everybody who holds one of the roles; of nobody when no role has an address."""
    addresses = task_addresses(snapshot, roles)
    if not addresses:
        return
    row = loaded.row
    task = Task(case_id=row.id, round=row.round, state=row.state, do=do, opened_at=loaded.at, due_at=row.due_at)
    session.add(task)
    session.flush()
    session.add_all(Candidate(task_id=task.id, address=each) for each in addresses)


def close_tasks(session: Session, case_id: int, at: datetime, actor: Actor | None, reason: str) -> None:
    """Close every open task of the case, saying why."""
    still_open = open_tasks(session, case_id)
    for task in still_open:
        task.closed_at, task.closed_reason = at, reason
        task.closed_by = actor.person_id if actor else None
    ids = [task.id for task in still_open]
    session.execute(update(Candidate).where(Candidate.task_id.in_(ids)).values(is_open=False))


def open_tasks(session: Session, case_id: int) -> list[Task]:
    """The tasks of the case that nobody has closed."""
    waiting = select(Task).where(Task.case_id == case_id, Task.closed_at.is_(None))
    return list(session.scalars(waiting))


def readdress(session: Session, loaded: Loaded, snapshot: Snapshot) -> None:
    """Keep an open task with the persons whom the case's data now names; open one where nobody was named before."""
    state = snapshot.definition.states[snapshot.case.state]
    roles = state.waits_for.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    wanted = set(task_addresses(snapshot, roles))
    still_open = open_tasks(session, loaded.row.id)
    if not still_open:
        open_task(session, loaded, snapshot, roles, state.do or state.title)
    for task in still_open:
        present = set(session.scalars(select(Candidate.address).where(Candidate.task_id == task.id)))
        dropped = Candidate.address.in_(present - wanted)
        session.execute(delete(Candidate).where(Candidate.task_id == task.id, dropped))
        session.add_all(Candidate(task_id=task.id, address=each) for each in sorted(wanted - present))
