"""What somebody must do, in the own stead or for a principal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.rights import held_addresses
from workflow.engine.turns import VACANCY
from workflow.operations.ballots import OPEN_STATE
from workflow.operations.installation import Installation
from workflow.operations.many.batching import may_be_batched
from workflow.operations.publishing import stage_of
from workflow.operations.reading.stages import next_title
from workflow.operations.reading.standing import SUSPENDED, Standing, is_late, standing
from workflow.store.ballots import Voter
from workflow.store.cases import Case, DefinitionVersion
from workflow.store.organization import Organization
from workflow.store.tasks import Candidate, Task

PAGE = 20  #: rows shown at once
MOST = 500  #: newest open tasks of an address that are looked at; a person with more is told so

OVERDUE, TODAY, SOON, LATER = "已逾期", "今天要办", "将到期", "可以晚些"
RESTING = SUSPENDED.word  #: nobody can act on it, and no limit runs


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
    version: int  #: journal length of the case
    note: str  #: what a holder asks, why it was passed on
    urged_by: str
    urged_at: datetime | None
    principal: str = ""  #: in whose stead the reader would take it
    vacant_in: int | None = None  #: of a reminder of a vacancy: the body in which somebody is to be appointed
    is_light: bool = False  #: it may be decided together with others, as far as its definition tells


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
    """The open tasks of every address the person holds now, or a principal does, the most pressing first.

    Three statements at most, one more where a vacancy is to be filled.
    """
    now = clock.now()
    light = _open_tasks(session, actor)
    pressing = sorted(light, key=_pressing)
    groups = [(_group(installation, each, now), each.id) for each in pressing]
    pages = max(1, -(-len(pressing) // PAGE))
    page = min(max(page, 1), pages)
    shown = groups[(page - 1) * PAGE : page * PAGE]
    principals = {each.id: each.principal for each in light}
    turns = {each.task_id: each for each in _turns(session, installation, [task for _, task in shown], now)}
    turns = {task: replace(turn, principal=principals[task]) for task, turn in turns.items()}
    found = []
    for title in (OVERDUE, TODAY, SOON, LATER, RESTING):
        mine = tuple(turns[task] for group, task in shown if group == title and task in turns)
        if mine:
            found.append(Group(title, sum(group == title for group, _ in groups), mine))
    return Inbox(tuple(found), _invitations(session, actor), len(light), len(light) >= MOST, page, pages)


def open_count(session: Session, actor: Actor) -> int:
    """How many tasks the inbox holds. One statement."""
    return len(_open_tasks(session, actor))


@dataclass(frozen=True)
class _Light:
    """What sorting needs to know of a task."""

    id: int
    due_at: datetime | None
    zone: str  #: of the case's body: its days count
    principal: str
    rests: bool  #: its case is suspended


def _pressing(task: _Light) -> tuple[bool, datetime, int]:
    """The most pressing first; what rests does not press."""
    never = datetime.max.replace(tzinfo=UTC)
    return task.rests, never if task.rests or task.due_at is None else task.due_at, task.id


def turns_to_choose_from(session: Session, installation: Installation, actor: Actor, most: int) -> list[Turn]:
    """The same tasks in one list, the most pressing first, for dealing with many at once."""
    light = sorted(_open_tasks(session, actor), key=_pressing)[:most]
    found = {each.task_id: each for each in _turns(session, installation, [each.id for each in light], clock.now())}
    chosen = [each for each in light if each.id in found and found[each.id].vacant_in is None]
    return [replace(found[each.id], principal=each.principal) for each in chosen]


def _open_tasks(session: Session, actor: Actor) -> list[_Light]:
    """Light tasks, by one limited query an address over the partial index (architecture.md, Data)."""
    stands = actor.stands
    queries = [_newest(address, 0) for address in held_addresses(actor)]
    for number, stand in enumerate(stands, start=1):
        queries += [_newest(f"o{body}:{post}", number) for body, post in sorted(stand.posts)]
    ids = union_all(*queries).subquery()
    query = (
        select(Task.id, Task.due_at, ids.c.stand, Case.stage, Case.suspended_at, Organization.timezone)
        .join(ids, ids.c.task_id == Task.id)
        .join(Case, Case.id == Task.case_id)
        .join(Organization, Organization.id == Case.organization_id)
    )
    found: dict[int, _Light] = {}
    for row in session.execute(query.where(Task.closed_at.is_(None)).order_by(ids.c.stand)):  # one's own turns first
        rests = row.suspended_at is not None
        if row.stand == 0:
            found[row.id] = _Light(row.id, row.due_at, row.timezone, "", rests)
        elif stands[row.stand - 1].covers(row.stage):
            principal = stands[row.stand - 1].principal
            found.setdefault(row.id, _Light(row.id, row.due_at, row.timezone, principal, rests))
    return list(found.values())


def _newest(address: str, stand: int) -> Select[int, int]:
    newest = (
        select(Candidate.task_id)
        .where(Candidate.address == address, Candidate.is_open)
        .order_by(Candidate.task_id.desc())
        .limit(MOST)
        .subquery()
    )
    return select(newest.c.task_id, literal(stand).label("stand"))


def _invitations(session: Session, actor: Actor) -> tuple[Invitation, ...]:
    """Open appraisals for which the person has not yet drawn a ticket."""
    rows = session.execute(
        select(Case.number, Case.title, Case.data["closes_on"].as_string().label("closes_on"))
        .join(Voter, Voter.case_id == Case.id)
        .where(Voter.person_id == actor.person_id, Voter.has_ticket.is_(False), Case.state == OPEN_STATE)
        .order_by(Case.id)
    )
    return tuple(Invitation(row.number, row.title, row.closes_on or "") for row in rows)


def _group(installation: Installation, task: _Light, now: datetime) -> str:
    if task.rests or task.due_at is None:
        return RESTING if task.rests else LATER
    today, due_on = (installation.today(each, task.zone) for each in (now, task.due_at))
    kind = standing(
        installation.calendar, today, "", is_closed=False, due_on=due_on, is_late=is_late(None, task.due_at)
    )
    if kind.kind == "late":
        return OVERDUE
    return TODAY if due_on == today else SOON if kind.kind == "soon" else LATER


def _turns(session: Session, installation: Installation, tasks: Sequence[int], now: datetime) -> list[Turn]:
    query = (
        select(
            Task.id, Task.do, Task.opened_at, Task.due_at, Case.number, Case.title, Case.stage, Case.state,
            Case.definition_id, DefinitionVersion.content_hash, Case.version, Case.suspended_at,
            Organization.short_name, Task.note, Task.urged_by, Task.urged_at, Task.kind, Task.parent_id,
            Case.organization_id, Organization.timezone,
        )
        .join(Case, Case.id == Task.case_id)
        .join(Organization, Organization.id == Case.organization_id)
        .join(DefinitionVersion, DefinitionVersion.id == Case.definition_id)
        .where(Task.id.in_(tasks))
    )  # fmt: skip
    rows = session.execute(query).all()
    vacant = _vacant_bodies(session, [each for row in rows if row.kind == VACANCY for each in (row.parent_id, row.id)])
    found = []
    for row in rows:
        stage, zone = stage_of(session, row.definition_id, row.content_hash), row.timezone
        today, opened_on = installation.today(now, zone), installation.today(row.opened_at, zone)
        due_on = installation.today(row.due_at, zone) if row.due_at and not row.suspended_at else None
        state = stage.states[row.state].title
        found.append(
            Turn(
                row.id, row.number, row.title, row.do, row.short_name, stage.title, state,
                next_title(stage, row.state), row.opened_at,
                installation.calendar.working_days_between(opened_on, today) + 1, due_on,
                SUSPENDED if row.suspended_at else
                standing(installation.calendar, today, row.state, is_closed=False, due_on=due_on,
                         is_late=is_late(None, row.due_at), title=state),
                row.version, row.note, row.urged_by or "", row.urged_at,
                vacant_in=(vacant.get(row.parent_id) or vacant.get(row.id) or row.organization_id)
                if row.kind == VACANCY else None,
                is_light=row.suspended_at is None and may_be_batched(stage, row.state),
            )
        )  # fmt: skip
    return found


def _vacant_bodies(session: Session, tasks: Sequence[int]) -> dict[int, int]:
    """The body whose post is asked by each of these tasks. One statement, none for no tasks.

    Of a reminder that of what waits, or, where that is asked of persons, of who names others.
    """
    if not tasks:
        return {}
    asked = select(Candidate.task_id, Candidate.address).where(Candidate.task_id.in_(tasks))
    rows = session.execute(asked.where(Candidate.address.startswith("o")).order_by(Candidate.address)).all()
    return {row.task_id: int(row.address[1:].partition(":")[0]) for row in reversed(rows)}
