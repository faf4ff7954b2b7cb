"""The cases that somebody opened or dealt with, and who has them now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.operations.installation import Installation
from workflow.operations.reading.people import holders_at, in_words
from workflow.operations.reading.stages import next_title, stages_of
from workflow.operations.reading.standing import ENDED, SUSPENDED, Standing, is_late, standing
from workflow.store.cases import Case
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization
from workflow.store.tasks import Candidate, Task

PAGE = 20  #: rows shown at once


@dataclass(frozen=True)
class ListedCase:
    """A case that somebody opened or dealt with, and who has it now."""

    id: int
    number: str
    title: str
    stage: str
    state: str
    who: str
    day: int
    following: str
    standing: Standing
    moved_at: datetime


@dataclass(frozen=True)
class Listing:
    """One page of cases, newest first."""

    cases: tuple[ListedCase, ...]
    earlier: int | None  #: pass as `before` for the next page


def opened(session: Session, installation: Installation, actor: Actor, before: int | None = None) -> Listing:
    """Cases that the person opened. Four statements."""
    return _listing(session, installation, Case.opened_by == actor.person_id, before)


def handled(session: Session, installation: Installation, actor: Actor, before: int | None = None) -> Listing:
    """Cases on which the person acted."""
    acted = select(JournalEntry.case_id).where(
        JournalEntry.person_id == actor.person_id, JournalEntry.fact.in_(("moved", "signed"))
    )
    return _listing(session, installation, Case.id.in_(acted), before)


def _listing(session: Session, installation: Installation, which: ColumnElement[bool], before: int | None) -> Listing:
    query = select(Case, Organization.timezone).join(Organization, Organization.id == Case.organization_id)
    query = query.where(which).order_by(Case.id.desc()).limit(PAGE + 1)
    rows = session.execute(query if before is None else query.where(Case.id < before)).all()
    zones = {row.id: zone for row, zone in rows}
    shown = [row for row, _ in rows[:PAGE]]
    now = clock.now()
    stages = stages_of(session, (row.definition_id for row in shown))
    addresses = _addresses(session, [row.id for row in shown])
    everyone = {each for found in addresses.values() for each in found}
    holders = holders_at(session, installation.definitions.organization, everyone, installation.today(now))
    found = []
    for row in shown:
        stage = stages[row.definition_id]
        state = stage.states[row.state].title
        today, moved_on = installation.today(now, zones[row.id]), installation.today(row.moved_at, zones[row.id])
        due_on = installation.today(row.due_at, zones[row.id]) if row.due_at else None
        how = standing(installation.calendar, today, row.state, is_closed=row.closed_at is not None, due_on=due_on,
                       is_late=is_late(row.closed_at, row.due_at), title=state)  # fmt: skip
        if row.suspended_at is not None or (row.closed_at is not None and not stage.states[row.state].final):
            how = ENDED if row.closed_at is not None else SUSPENDED
        found.append(
            ListedCase(row.id, row.number, row.title, stage.title, state,
                       in_words(holders, addresses.get(row.id, ())),
                       installation.calendar.working_days_between(moved_on, today) + 1,
                       next_title(stage, row.state), how, row.moved_at)
        )  # fmt: skip
    return Listing(tuple(found), shown[-1].id if len(rows) > PAGE else None)


def _addresses(session: Session, case_ids: Sequence[int]) -> dict[int, list[str]]:
    """The addresses of each case's open task."""
    rows = session.execute(
        select(Task.case_id, Candidate.address)
        .join(Candidate, Candidate.task_id == Task.id)
        .where(Task.case_id.in_(case_ids), Task.closed_at.is_(None))
        .order_by(Candidate.address)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row.address)
    return found
