"""The tasks of a case's present round, as the engine sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.snapshot import Turn
from workflow.operations.posts import names_of
from workflow.store.tasks import Candidate, Decision, Task


def turns_of(session: Session, case_id: int, round_: int) -> list[Turn]:
    """Every task of the round with what was decided on it, oldest first. Three statements at most."""
    found = session.execute(
        select(Task, Decision)
        .outerjoin(Decision, Decision.task_id == Task.id)
        .where(Task.case_id == case_id, Task.round == round_)
        .order_by(Task.id)
    ).all()
    addresses = _addresses(session, [task.id for task, _ in found])
    persons = {int(each[1:]) for asked in addresses.values() for each in asked if each.startswith("p")}
    persons.update(_deciders(each[1] for each in found))
    names = names_of(session, sorted(persons)) if persons else {}
    return [_turn(task, decision, tuple(addresses.get(task.id, ())), names) for task, decision in found]


def _deciders(decisions: Iterable[Decision | None]) -> set[int]:
    return {each.person_id for each in decisions if each is not None}


def _addresses(session: Session, tasks: Sequence[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(Candidate.task_id, Candidate.address).where(Candidate.task_id.in_(tasks)).order_by(Candidate.address)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(row.address)
    return found


def _turn(task: Task, decision: Decision | None, addresses: tuple[str, ...], names: dict[int, str]) -> Turn:
    asked = "、".join(names[int(each[1:])] for each in addresses if each.startswith("p"))
    common = Turn(
        task.id, task.kind, addresses, task.parent_id, task.position, task.weight, task.asked_by, task.is_waiting,
        task.closed_at is not None, who=asked,
    )  # fmt: skip
    if decision is None:
        return common
    return replace(
        common, verdict=decision.verdict, decider=decision.person_id, who=names[decision.person_id],
        transition=decision.transition, values=decision.values, opinion=decision.opinion,
    )  # fmt: skip
