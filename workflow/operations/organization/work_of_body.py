"""The part of a body in running cases: find it, and give it to the body that takes over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, literal, or_, select, union, update
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.field import FieldType
from workflow.definition.model import Stage
from workflow.engine.actor import Actor
from workflow.operations.journal import append
from workflow.operations.organization.locking import lock_cases
from workflow.operations.publishing import stage_of
from workflow.store.cases import Case, CaseBody
from workflow.store.organization import Organization
from workflow.store.tasks import Candidate, Task

FACT = "reorganized"


def concerned_cases(session: Session, body: Organization) -> list[Case]:
    """Every running case in which the body has a part, locked in order of id."""
    by_base = select(CaseBody.case_id).where(CaseBody.organization_id == body.id)
    asked = select(Task.case_id).join(Candidate, Candidate.task_id == Task.id).where(_addressed(body))
    by_task = union(asked.where(Candidate.is_open), asked.where(Task.is_waiting, Task.closed_at.is_(None)))
    running = session.scalars(select(Case.definition_id).where(Case.closed_at.is_(None)).distinct())
    fields = sorted({name for each in running for name, _ in _organizations_in(stage_of(session, each))})
    part = or_(Case.id.in_(by_base), Case.id.in_(by_task))
    rows = session.execute(
        select(Case.id, Case.definition_id, Case.data, part.label("part")).where(
            Case.closed_at.is_(None), or_(part, _mentioned(fields, body.id))
        )
    ).all()
    ids = [row.id for row in rows if row.part or _names(stage_of(session, row.definition_id), row.data, body.id)]
    locked = lock_cases(session, ids)
    return [locked[each] for each in sorted(ids) if locked[each].closed_at is None]


@dataclass(frozen=True)
class Order:
    """By whom one body takes the place of another, in which office, and why."""

    gone: Organization
    into: Organization
    actor: Actor
    post: str
    organization: str
    reason: str


def repoint(session: Session, row: Case, order: Order) -> None:
    """Let another body take the part of one in a case; the case is locked by the caller."""
    gone, into = order.gone, order.into
    bases = list(
        session.scalars(
            update(CaseBody)
            .where(CaseBody.case_id == row.id, CaseBody.organization_id == gone.id)
            .values(organization_id=into.id)
            .returning(CaseBody.base)
        )
    )
    if row.organization_id == gone.id:
        row.organization_id = into.id
    row.data = _replaced(stage_of(session, row.definition_id), row.data, gone.id, into.id)
    row.last_move = None  # what was before named the other body
    _readdress(session, row, gone, into)
    append(
        session, row, FACT, actor=order.actor, at=clock.now(), post=order.post, organization=order.organization,
        reason=f"{gone.name}并入{into.name}：{order.reason}",
        details={"from": gone.id, "to": into.id, "bases": sorted(bases)},
    )  # fmt: skip


def _addressed(body: Organization) -> ColumnElement[bool]:
    return Candidate.address.startswith(f"o{body.id}:", autoescape=True)


def _readdress(session: Session, row: Case, gone: Organization, into: Organization) -> None:
    """Posts of the one become the same posts of the other, once each."""
    tasks = list(session.scalars(select(Task.id).where(Task.case_id == row.id, Task.closed_at.is_(None))))
    here = (Candidate.task_id.in_(tasks), _addressed(gone))
    new = literal(f"o{into.id}:") + func.substr(Candidate.address, len(f"o{gone.id}:") + 1)
    known = select(Candidate.task_id, Candidate.address).where(Candidate.task_id.in_(tasks))
    present = {(each.task_id, each.address) for each in session.execute(known)}
    for task, address in present:
        if (task, address.replace(f"o{gone.id}:", f"o{into.id}:", 1)) in present and address.startswith(f"o{gone.id}:"):
            session.execute(delete(Candidate).where(Candidate.task_id == task, Candidate.address == address))
    session.execute(
        update(Candidate).where(*here).values(address=new), execution_options={"synchronize_session": False}
    )


def _organizations_in(stage: Stage) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Fields of the form that hold bodies; of a table, with its columns that do."""
    for each in stage.form:
        columns = tuple(column.name for column in each.columns if column.type is FieldType.ORGANIZATION)
        if each.type is FieldType.ORGANIZATION or columns:
            yield each.name, columns


def _mentioned(fields: Sequence[str], body_id: int) -> ColumnElement[bool]:
    """Cases whose data may mention the body; what only looks like it is sorted out by `_names`."""
    digits = str(body_id)
    return or_(false(), *(Case.data[each].as_string().contains(digits, autoescape=True) for each in fields))


def _names(stage: Stage, data: Mapping[str, Any], body_id: int) -> bool:
    return _replaced(stage, data, body_id, 0) != data


def _replaced(stage: Stage, data: Mapping[str, Any], gone: int, into: int) -> dict[str, Any]:
    """The data with one body in place of the other."""
    found = dict(data)
    for name, columns in _organizations_in(stage):
        value = found.get(name)
        if value == gone:
            found[name] = into
        elif columns and isinstance(value, list):
            found[name] = [
                {key: into if key in columns and item == gone else item for key, item in row.items()} for row in value
            ]
    return found
