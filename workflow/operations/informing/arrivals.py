"""Tell people outside that something has arrived in their inbox. Inside, the task itself is what tells them.

An act only leaves a job behind, and only where there is a way out; who is meant is found once it has committed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from workflow.engine.turns import COPIED
from workflow.notices import compose
from workflow.notices.kinds import COPY, TURN, URGE
from workflow.operations.informing.telling import tell
from workflow.operations.installation import Installation
from workflow.operations.publishing import stage_of
from workflow.store.cases import Case
from workflow.store.fetching import get, get_one
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization
from workflow.store.session import writing
from workflow.store.tasks import Candidate, Task

TELL = "tell"  #: kind of the job


def announce(session: Session, installation: Installation, row: Case) -> None:
    """Something may have arrived in somebody's inbox by what was just done on the case."""
    if installation.settings.tells_outside:
        installation.jobs.enqueue(session, TELL, f"{row.id}:{row.version}", case_id=row.id)


def tell_arrivals(engine: Engine, installation: Installation, case_id: int) -> None:
    """Tell of every open task of the case that was not told of before. A repeat tells nobody."""
    with writing(engine) as session:
        row = get(session, Case, case_id)
        if row is None or row.closed_at is not None or row.suspended_at is not None:
            return
        tasks = _open_tasks(session, case_id)
        doers = _doers(session, case_id, {task.opened_at for task, _ in tasks})
        for task, addresses in tasks:
            _tell(session, installation, row, task, addresses, doers.get(task.opened_at, frozenset()))


def _doers(session: Session, case_id: int, moments: Collection[datetime]) -> dict[datetime, frozenset[int]]:
    """Whose acts opened tasks at these moments: they need not be told of them."""
    acts = select(JournalEntry.at, JournalEntry.person_id).where(
        JournalEntry.case_id == case_id, JournalEntry.at.in_(moments)
    )
    found: dict[datetime, frozenset[int]] = {}
    for at, person in session.execute(acts):
        found[at] = found.get(at, frozenset()) | ({person} if person is not None else set())
    return found


def _open_tasks(session: Session, case_id: int) -> list[tuple[Task, list[str]]]:
    rows = session.execute(
        select(Task, Candidate.address)
        .join(Candidate, Candidate.task_id == Task.id)
        .where(Task.case_id == case_id, Task.closed_at.is_(None), Candidate.is_open)
        .order_by(Task.id, Candidate.address)
    )
    found: dict[int, tuple[Task, list[str]]] = {}
    for task, address in rows:
        found.setdefault(task.id, (task, []))[1].append(address)
    return list(found.values())


def _tell(
    session: Session, installation: Installation, row: Case, task: Task, addresses: Sequence[str], doers: frozenset[int]
) -> None:
    body = get_one(session, Organization, row.organization_id).short_name
    state = stage_of(session, row.definition_id).states[row.state].title
    text = compose.about(row.number, body, state, task.due_at, installation.settings.zone, task.note)
    kind = COPY if task.kind == COPIED else TURN
    told = {f"{kind}:{task.id}": (kind, compose.turn(kind, task.do, row.title))}
    if task.urged_at is not None:
        title = compose.turn(URGE, task.do, row.title, urged_by=task.urged_by or "")
        told[f"{URGE}:{task.id}:{task.urged_at:%Y%m%dT%H%M}"] = (URGE, title)
    for key, (each, title) in told.items():
        tell(session, installation, addresses, kind=each, key=key, title=title, text=text, case_id=row.id,
             task_id=task.id, known_to=doers)  # fmt: skip
