"""Open, readdress, decide and close the tasks of a case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.engine.deciding import VERDICTS
from workflow.engine.moving import SYSTEM_ACTOR, Decided
from workflow.engine.rights import task_addresses
from workflow.engine.seats import Seat, seats, turn_seat
from workflow.engine.snapshot import Snapshot
from workflow.engine.turns import SEAT, TURN, VACANCY
from workflow.operations import journal
from workflow.operations.loading import Loaded
from workflow.store.cases import Case
from workflow.store.changes import changes, renew, write_changes
from workflow.store.fetching import Entities, found_rows, get_one, insert, insert_rows, run
from workflow.store.prepared import Prepared
from workflow.store.tasks import Candidate, Decision, Task

REPLACED = "已另行确定人员"  #: why nobody is asked any more to name others
LONGEST_REASON = 200  #: characters of `closed_reason`

_CANDIDATES: Any = Candidate.__table__
_OF_TASK = _CANDIDATES.c.task_id == bindparam("task")
OPEN = Entities(Task, Task.case_id == bindparam("case"), Task.closed_at.is_(None), order=Task.id)
PRESENT = Prepared(select(_CANDIDATES.c.address).where(_OF_TASK))
DROP = Prepared(delete(_CANDIDATES).where(_OF_TASK, _CANDIDATES.c.address == bindparam("given")))
SHOW = Prepared(update(_CANDIDATES).where(_OF_TASK).values(is_open=bindparam("shown")))


def open_turn(session: Session, loaded: Loaded, snapshot: Snapshot) -> bool:
    """Open what the present state waits for: a seat for each who decides, else one task for whoever is first.

    False when it waits for nobody.
    """
    state = snapshot.definition.states[snapshot.case.state]
    do = state.do or state.title
    if found := seats(snapshot):
        in_turn = state.decide is not None and state.decide.rule == "sequence"
        for seat in found:
            _open(session, loaded, seat, do, kind=SEAT, is_waiting=in_turn and seat.position > 0)
    elif (only := turn_seat(snapshot)) is not None:
        found = (only,)
        _open(session, loaded, only, do, kind=TURN)
    for note in dict.fromkeys(seat.note for seat in found if seat.note):
        journal.append(session, loaded.row, "climbed", actor=SYSTEM_ACTOR, at=loaded.at, reason=note)
    return bool(found)


def open_task(session: Session, loaded: Loaded, snapshot: Snapshot, roles: Iterable[str], do: str) -> None:
    """Put the case into the inbox of everybody who holds one of the roles; of nobody when no role has an address."""
    if addresses := task_addresses(snapshot, roles):
        _open(session, loaded, Seat(addresses), do, kind=TURN)


def ask(
    session: Session, loaded: Loaded, parent: Task, kind: str, do: str, addresses: Sequence[str], *, actor: Actor,
    note: str, is_waiting: bool = False,
) -> Task:  # fmt: skip
    """Open a task that a holder asks of others beside the own turn."""
    seat = Seat(tuple(addresses), note=note)
    values = _values(loaded, seat, do, kind=kind, is_waiting=is_waiting)
    return _store(session, Task(**values, parent_id=parent.id, asked_by=actor.person_id), seat)


def give_seat(session: Session, loaded: Loaded, task: Task, seat: Seat) -> None:
    """The same turn for who holds the post now, or decides instead. What was asked beside it goes along."""
    values = _values(loaded, seat, task.do, kind=task.kind, is_waiting=task.is_waiting)
    values |= {"position": task.position, "weight": task.weight, "due_at": task.due_at}
    _beside(session, task, _store(session, Task(**values), seat))


def reopen_for(session: Session, loaded: Loaded, task: Task, person: int, *, actor: Actor, note: str) -> None:
    """The same turn for somebody else. What was asked beside it goes along."""
    seat = Seat((f"p{person}",), task.position, task.weight, note)
    values = _values(loaded, seat, task.do, kind=task.kind) | {"due_at": task.due_at}
    holder = task.asked_by or actor.principal_id or actor.person_id  # whose right it is, however often it is handed on
    new = _store(session, Task(**values, asked_by=holder), seat)
    _beside(session, task, new)


def _beside(session: Session, task: Task, new: Task) -> None:
    beside = (Task.parent_id == task.id, Task.closed_at.is_(None))
    session.execute(update(Task).where(*beside).values(parent_id=new.id))


def _open(session: Session, loaded: Loaded, seat: Seat, do: str, *, kind: str, is_waiting: bool = False) -> None:
    values = _values(loaded, seat, do, kind=kind, is_waiting=is_waiting)
    changes(session, loaded.row).open(seat.addresses, **values)


def _values(loaded: Loaded, seat: Seat, do: str, *, kind: str, is_waiting: bool = False) -> dict[str, Any]:
    row = loaded.row
    return {
        "case_id": row.id, "round": row.round, "state": row.state, "do": do, "kind": kind, "note": seat.note,
        "position": seat.position, "weight": seat.weight, "is_waiting": is_waiting, "opened_at": loaded.at,
        "due_at": row.due_at,
    }  # fmt: skip


def _store(session: Session, task: Task, seat: Seat) -> Task:
    insert(session, task)
    _address(session, task, seat.addresses)
    return task


def _address(session: Session, task: Task, addresses: Iterable[str]) -> None:
    reached = [{"task_id": task.id, "address": each, "is_open": not task.is_waiting} for each in addresses]
    insert_rows(session, Candidate, reached)


def _show(session: Session, tasks: Iterable[int], *, is_open: bool) -> None:
    """Whether tasks stand in the inbox of whoever may take them."""
    run(session, SHOW, *({"task": each, "shown": is_open} for each in tasks))


def decide(session: Session, loaded: Loaded, decided: Decided, round_: int) -> None:
    """Store what somebody said on a task, and close it. The database refuses a second decision of the same person."""
    said = VERDICTS[decided.verdict]
    said_now = {
        "case_id": loaded.row.id, "task_id": decided.turn, "round": round_, "person_id": decided.actor.person_id,
        "principal_id": decided.actor.principal_id, "verdict": decided.verdict,
        "transition": decided.transition.id if decided.transition else None, "values": dict(decided.values),
        "opinion": decided.opinion, "decided_at": loaded.at,
    }  # fmt: skip
    insert_rows(session, Decision, [said_now])
    task = get_one(session, Task, decided.turn)
    close(session, [task], loaded.at, decided.actor, decided.because or f"{decided.actor.name}{said}")


def activate(session: Session, loaded: Loaded, tasks: Iterable[int]) -> None:
    """Give the turn to those who waited for others."""
    for each in tasks:
        task = get_one(session, Task, each)
        task.is_waiting, task.opened_at = False, loaded.at
        _show(session, [each], is_open=True)


def give_back(session: Session, task_id: int) -> None:
    """Open a decided task again. What was said stays in the journal."""
    session.execute(delete(Decision).where(Decision.task_id == task_id))
    task = get_one(session, Task, task_id)
    task.closed_at = task.closed_by = task.closed_reason = None
    _show(session, [task_id], is_open=True)


def close_tasks(session: Session, case_id: int, at: datetime, actor: Actor | None, reason: str) -> None:
    """Close every open task of the case, saying why. A copy stays until it is read."""
    renew(session, Task, Candidate)
    row = get_one(session, Case, case_id)
    if changes(session, row).opened:
        write_changes(session)
    changes(session, row).close_all(at, actor.person_id if actor else None, reason[:LONGEST_REASON])


def close(session: Session, tasks: Sequence[Task], at: datetime, actor: Actor | None, reason: str) -> None:
    """Close these tasks, saying why."""
    for task in tasks:
        task.closed_at, task.closed_reason = at, reason[:LONGEST_REASON]
        task.closed_by = actor.person_id if actor else None
    _show(session, [task.id for task in tasks], is_open=False)


def open_tasks(session: Session, case_id: int) -> list[Task]:
    """The tasks of the case that nobody has closed, oldest first."""
    return OPEN.of(session, case=case_id)


def readdress(session: Session, loaded: Loaded, snapshot: Snapshot) -> None:
    """Keep the turn with the persons whom the case's data now names; open one where nobody was named before.

    Seats, and turns that were handed over, stay with whom they were given to.
    """
    if not any(each.kind in (TURN, SEAT) for each in snapshot.turns):
        open_turn(session, loaded, snapshot)
        return
    only = turn_seat(snapshot)
    wanted = set(only.addresses if only else ())
    given = [each for each in snapshot.turns if each.kind == TURN and each.asked_by is None and not each.is_closed]
    if all(set(each.addresses) == wanted for each in given):
        return
    for task in open_tasks(session, loaded.row.id):
        if task.kind == TURN and task.asked_by is None:
            _readdress(session, task, wanted)
        elif task.kind == VACANCY:
            close(session, [task], loaded.at, None, REPLACED)


def _readdress(session: Session, task: Task, wanted: set[str]) -> None:
    present = {address for (address,) in found_rows(session, PRESENT, {"task": task.id})}
    run(session, DROP, *({"task": task.id, "given": each} for each in sorted(present - wanted)))
    _address(session, task, sorted(wanted - present))
