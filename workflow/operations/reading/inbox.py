"""What somebody must do, has opened, or has dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, select, union_all
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.rights import held_addresses
from workflow.engine.snapshot import Actor
from workflow.operations.ballots import OPEN_STATE
from workflow.operations.installation import Installation
from workflow.operations.reading.people import holders_at, in_words
from workflow.operations.reading.stages import next_title, stages_of
from workflow.operations.reading.standing import Standing, is_late, standing
from workflow.store.ballots import Voter
from workflow.store.cases import Case
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization
from workflow.store.tasks import Candidate, Task

PAGE = 20  #: rows shown at once
MOST = 500  #: newest open tasks of an address that are looked at; a person with more is told so

OVERDUE, TODAY, SOON, LATER = "已逾期", "今天要办", "将到期", "可以晚些"


@dataclass(frozen=True)
class Turn:
    """A task in somebody's inbox."""

    task_id: int
    number: str
    title: str
    do: str
    body: str
    stage: str
    state: str
    following: str  #: title of the next state
    opened_at: datetime
    day: int  #: the working day on which it has lain here, 1 on the first
    due_on: date | None
    standing: Standing


@dataclass(frozen=True)
class Group:
    """Tasks that press equally."""

    title: str
    count: int
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Invitation:
    """An appraisal in which the person may still vote."""

    number: str
    title: str
    closes_on: str  #: ISO date


@dataclass(frozen=True)
class Inbox:
    """One page of an inbox."""

    groups: tuple[Group, ...]
    invitations: tuple[Invitation, ...]
    total: int
    is_cut: bool  #: there are older tasks beyond those looked at
    page: int
    pages: int


def inbox(session: Session, installation: Installation, actor: Actor, page: int = 1) -> Inbox:
    """The open tasks of every address the person holds now, the most pressing first. Three statements at most."""
    now = clock.now()
    today = installation.today(now)
    light = _open_tasks(session, actor)
    pressing = sorted(light, key=lambda each: (each[1] is None, each[1] or now, each[0]))
    groups = [(_group(installation, due, today), task) for task, due in pressing]
    pages = max(1, -(-len(pressing) // PAGE))
    page = min(max(page, 1), pages)
    shown = groups[(page - 1) * PAGE : page * PAGE]
    turns = {each.task_id: each for each in _turns(session, installation, [task for _, task in shown], today)}
    found = []
    for title in (OVERDUE, TODAY, SOON, LATER):
        mine = tuple(turns[task] for group, task in shown if group == title and task in turns)
        if mine:
            found.append(Group(title, sum(group == title for group, _ in groups), mine))
    return Inbox(tuple(found), _invitations(session, actor), len(light), len(light) >= MOST, page, pages)


def _open_tasks(session: Session, actor: Actor) -> list[tuple[int, datetime | None]]:
    """Ids and due moments, by one limited query an address over the partial index (architecture.md, Data)."""
    queries: list[Select[int, datetime | None]] = []
    for address in held_addresses(actor):
        newest = (
            select(Candidate.task_id)
            .where(Candidate.address == address, Candidate.is_open)
            .order_by(Candidate.task_id.desc())
            .limit(MOST)
            .subquery()
        )
        queries.append(select(newest.c.task_id))
    ids = union_all(*queries).subquery()
    rows = session.execute(
        select(Task.id, Task.due_at).where(Task.id.in_(select(ids.c.task_id)), Task.closed_at.is_(None))
    )
    return [(row.id, row.due_at) for row in rows]


def _invitations(session: Session, actor: Actor) -> tuple[Invitation, ...]:
    """Open appraisals for which the person has not yet drawn a ticket."""
    rows = session.execute(
        select(Case.number, Case.title, Case.data["closes_on"].as_string().label("closes_on"))
        .join(Voter, Voter.case_id == Case.id)
        .where(Voter.person_id == actor.person_id, Voter.has_ticket.is_(False), Case.state == OPEN_STATE)
        .order_by(Case.id)
    )
    return tuple(Invitation(row.number, row.title, row.closes_on or "") for row in rows)


def _group(installation: Installation, due_at: datetime | None, today: date) -> str:
    if due_at is None:
        return LATER
    due_on = installation.today(due_at)
    kind = standing(installation.calendar, today, "", is_closed=False, due_on=due_on, is_late=is_late(None, due_at))
    if kind.kind == "late":
        return OVERDUE
    return TODAY if due_on == today else SOON if kind.kind == "soon" else LATER


def _turns(session: Session, installation: Installation, tasks: Sequence[int], today: date) -> list[Turn]:
    query = (
        select(
            Task.id, Task.do, Task.opened_at, Task.due_at, Case.number, Case.title, Case.stage, Case.state,
            Case.definition_id, Organization.short_name,
        )
        .join(Case, Case.id == Task.case_id)
        .join(Organization, Organization.id == Case.organization_id)
        .where(Task.id.in_(tasks))
    )  # fmt: skip
    rows = session.execute(query).all()
    stages = stages_of(session, (row.definition_id for row in rows))
    found = []
    for row in rows:
        stage, opened_on = stages[row.definition_id], installation.today(row.opened_at)
        due_on = installation.today(row.due_at) if row.due_at else None
        state = stage.states[row.state].title
        found.append(
            Turn(
                row.id, row.number, row.title, row.do, row.short_name, stage.title, state,
                next_title(stage, row.state), row.opened_at,
                installation.calendar.working_days_between(opened_on, today) + 1, due_on,
                standing(installation.calendar, today, row.state, is_closed=False, due_on=due_on,
                         is_late=is_late(None, row.due_at), title=state),
            )
        )  # fmt: skip
    return found


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
    query = select(Case).where(which).order_by(Case.id.desc()).limit(PAGE + 1)
    rows = session.scalars(query if before is None else query.where(Case.id < before)).all()
    shown = rows[:PAGE]
    today = installation.today(clock.now())
    stages = stages_of(session, (row.definition_id for row in shown))
    addresses = _addresses(session, [row.id for row in shown])
    everyone = {each for found in addresses.values() for each in found}
    holders = holders_at(session, installation.definitions.organization, everyone, today)
    found = []
    for row in shown:
        stage = stages[row.definition_id]
        state = stage.states[row.state].title
        due_on = installation.today(row.due_at) if row.due_at else None
        how = standing(installation.calendar, today, row.state, is_closed=row.closed_at is not None, due_on=due_on,
                       is_late=is_late(row.closed_at, row.due_at), title=state)  # fmt: skip
        moved_on = installation.today(row.moved_at)
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
