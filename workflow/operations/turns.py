"""The tasks of a case's present round, as the engine sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.snapshot import Turn
from workflow.engine.turns import OWN
from workflow.operations.posts import names_of
from workflow.store.people import Person
from workflow.store.tasks import Candidate, Decision, Task

Found = Sequence[Any]  #: task, and where there are any decision, address, name of the decider


def turns_of(session: Session, case_id: int, round_: int) -> list[Turn]:
    """Every task of the round with what was decided on it, oldest first; a second statement names who was asked."""
    found = session.execute(
        select(Task, Decision, Candidate.address, Person.name)
        .outerjoin(Candidate, Candidate.task_id == Task.id)
        .outerjoin(Decision, Decision.task_id == Task.id)
        .outerjoin(Person, Person.id == Decision.person_id)
        .where(Task.case_id == case_id, Task.round == round_)
        .order_by(Task.id, Candidate.address)
    ).all()
    tasks: dict[int, list[Found]] = {}
    for row in found:
        tasks.setdefault(row[0].id, []).append(row)
    turns = [_turn(rows) for rows in tasks.values()]
    names = names_of(session, sorted(_asked(turns))) if any(_asked(turns)) else {}
    return [_named(each, names) for each in turns]


def _turn(rows: Sequence[Found]) -> Turn:
    task, decision, _, name = rows[0]
    common = Turn(
        task.id, task.kind, tuple(each[2] for each in rows if each[2]), task.parent_id, task.position,
        task.weight, task.asked_by, task.is_waiting, task.closed_at is not None, urged_at=task.urged_at,
        urged_by=task.urged_by or "",
    )  # fmt: skip
    if decision is None:
        return common
    return replace(
        common, verdict=decision.verdict, decider=decision.person_id, who=name or "", transition=decision.transition,
        values=decision.values, opinion=decision.opinion,
    )  # fmt: skip


def _asked(turns: Sequence[Turn]) -> set[int]:
    """Persons whom a holder asked and who have not answered."""
    waiting = (each for each in turns if each.kind not in OWN and each.verdict is None)
    return {int(address[1:]) for each in waiting for address in each.addresses if address.startswith("p")}


def _named(turn: Turn, names: Mapping[int, str]) -> Turn:
    if turn.verdict is not None or turn.kind in OWN:
        return turn
    return replace(turn, who="、".join(names[int(each[1:])] for each in turn.addresses if each.startswith("p")))
