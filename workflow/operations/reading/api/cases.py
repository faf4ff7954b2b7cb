"""Cases for programs: the list of what the caller may read, one case, what may be done on it, its journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, not_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.model import Stage
from workflow.engine.actor import Actor
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.api.paging import Page, Paging, page_of
from workflow.operations.reading.api.readable import readable
from workflow.operations.reading.case import find
from workflow.operations.reading.stages import stages_of
from workflow.operations.reading.standing import is_late
from workflow.operations.reading.words import fields_of
from workflow.operations.surroundings import children_of
from workflow.store.cases import Case
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization
from workflow.store.people import Person


@dataclass(frozen=True)
class CaseFilter:
    """Which cases of those that the caller may read; an empty filter means all."""

    campaign: int | None = None
    stage: str | None = None
    state: str | None = None
    organization: int | None = None
    under: int | None = None  #: the body or any body below it
    person: int | None = None
    open: bool | None = None
    late: bool | None = None


@dataclass(frozen=True)
class CaseLine:
    """A case in a list."""

    number: str
    title: str
    campaign: int
    stage: str
    stage_title: str
    subject: str
    organization: int
    organization_name: str
    person: int | None
    person_name: str | None
    state: str
    state_title: str
    is_late: bool
    version: int
    opened_at: datetime
    moved_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class CaseRecord:
    """One case with its data as stored: codes and ids, only fields that its definition declares as open."""

    line: CaseLine
    data: Mapping[str, Any]
    bodies: Mapping[str, int]
    parent: str | None
    children: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One entry of the journal, with the hash that binds it to the one before."""

    sequence: int
    at: datetime
    fact: str
    transition: str | None
    trigger: str | None
    source: str | None
    target: str | None
    person: str
    post: str
    organization: str
    reason: str
    hash: str


def list_cases(
    session: Session, installation: Installation, actor: Actor, wanted: CaseFilter, paging: Paging
) -> Page[CaseLine]:
    """The newest cases first, of those that the caller may read."""
    today = installation.today(clock.now())
    query = _lines().where(readable(session, installation, actor, today), *_conditions(session, wanted))
    if paging.after is not None:
        query = query.where(Case.id < paging.after)
    rows = session.execute(query.order_by(Case.id.desc()).limit(paging.limit + 1)).all()
    stages = stages_of(session, (row.Case.definition_id for row in rows))
    return page_of(paging, rows, lambda row: row.Case.id, lambda row: _line(row, stages[row.Case.definition_id]))


def read_case(session: Session, installation: Installation, actor: Actor, number: str) -> CaseRecord:
    """One case. Raises NotFound when the caller may not read it."""
    loaded = find(session, installation, actor, number)
    row = session.execute(_lines().where(Case.id == loaded.row.id)).one()
    return record_of(session, loaded, _line(row, loaded.stage))


def record_of(session: Session, loaded: Loaded, line: CaseLine) -> CaseRecord:
    """The record of a loaded case."""
    data = {each.name: loaded.row.data[each.name] for each in fields_of(loaded.stage) if each.name in loaded.row.data}
    parent = session.get(Case, loaded.row.parent_id) if loaded.row.parent_id else None
    children = [each.id for each in children_of(session, loaded.row.id)]
    numbers = session.scalars(select(Case.number).where(Case.id.in_(children)).order_by(Case.id))
    bodies = loaded.snapshot.case.bodies
    return CaseRecord(line, data, dict(bodies), parent.number if parent else None, tuple(numbers))


def read_journal(session: Session, installation: Installation, actor: Actor, number: str) -> Sequence[Entry]:
    """Everything that has happened to a case, oldest first."""
    loaded = find(session, installation, actor, number)
    entries = select(JournalEntry).where(JournalEntry.case_id == loaded.row.id).order_by(JournalEntry.sequence)
    return [
        Entry(
            each.sequence, each.at, each.fact, each.transition, each.trigger, each.source, each.target, each.person,
            each.post, each.organization, each.reason, each.hash,
        )
        for each in session.scalars(entries)
    ]  # fmt: skip


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(Case, Organization.name.label("organization_name"), Person.name.label("person_name"))
        .join(Organization, Organization.id == Case.organization_id)
        .outerjoin(Person, Person.id == Case.person_id)
    )


def _line(row: Row[*tuple[Any, ...]], stage: Stage) -> CaseLine:
    case: Case = row.Case
    return CaseLine(
        number=case.number, title=case.title, campaign=case.campaign_id, stage=case.stage, stage_title=stage.title,
        subject=case.subject, organization=case.organization_id, organization_name=row.organization_name,
        person=case.person_id, person_name=row.person_name, state=case.state,
        state_title=stage.states[case.state].title, is_late=is_late(case.closed_at, case.due_at), version=case.version,
        opened_at=case.opened_at, moved_at=case.moved_at, due_at=case.due_at, closed_at=case.closed_at,
    )  # fmt: skip


def _conditions(session: Session, wanted: CaseFilter) -> list[Any]:
    exact = {
        Case.campaign_id: wanted.campaign, Case.stage: wanted.stage, Case.state: wanted.state,
        Case.organization_id: wanted.organization, Case.person_id: wanted.person,
    }  # fmt: skip
    found: list[Any] = [column == value for column, value in exact.items() if value is not None]
    if wanted.late is not None:
        late = Case.closed_at.is_(None) & Case.due_at.is_not(None) & (Case.due_at <= clock.now())
        found.append(late if wanted.late else not_(late))
    if wanted.open is not None:
        found.append(Case.closed_at.is_(None) if wanted.open else Case.closed_at.is_not(None))
    if wanted.under is not None:
        path = session.scalar(select(Organization.path).where(Organization.id == wanted.under))
        below = select(Organization.id).where(Organization.path.startswith(path)) if path else [wanted.under]
        found.append(Case.organization_id.in_(below))
    return found
