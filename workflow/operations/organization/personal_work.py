"""What is addressed to one person: open tasks and named duties of running cases, and what of it another may take over.

Tasks at a post follow the post by themselves. What names a person moves only by a hand-over, and never what is
somebody's own (`self`) or what two different people have to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, union_all
from sqlalchemy.orm import Session

from workflow.definition.campaign import OrganizationVocabulary
from workflow.definition.model import Stage
from workflow.engine.rights import NAMED, SELF, named_persons
from workflow.operations.installation import Installation
from workflow.operations.publishing import stage_of
from workflow.store.cases import Case
from workflow.store.tasks import Candidate, Task


@dataclass(frozen=True)
class OpenTask:
    """An open task at an address."""

    id: int
    do: str
    kind: str
    round: int
    address: str
    is_waiting: bool = False  #: others have to decide first


@dataclass(frozen=True)
class Concerned:
    """A running case in which a person has something to do, or will have."""

    id: int
    number: str
    title: str
    stage: Stage
    state: str
    round: int
    subject: str
    person_id: int | None
    data: Mapping[str, Any]
    tasks: Sequence[OpenTask]  #: addressed to the person
    duties: tuple[str, ...]  #: fields of the case that name the person for a duty
    named: Mapping[str, tuple[int, ...]]  #: field → the persons whom it names for a duty
    opened_by: int | None = None

    @cached_property
    def present_duties(self) -> tuple[str, ...]:
        """Those of the duties for which the present state waits."""
        roles = self.stage.states[self.state].waits_for.get(self.subject, ())  # type: ignore[call-overload]
        return tuple(each for each in self.duties if f"{NAMED}.{each}" in roles)

    def title_of(self, duty: str) -> str:
        """What the duty is called."""
        known = self.stage.field(duty)
        return known.title if known else "指定人员"

    @property
    def waits_for_subject(self) -> bool:
        """Whether the present state waits for the person whom the case is about."""
        return SELF in self.stage.states[self.state].waits_for.get(self.subject, ())  # type: ignore[call-overload]


def concerned(session: Session, installation: Installation, person_id: int) -> list[Concerned]:
    """Every running case that addresses a task to the person or names the person for a duty, by id."""
    words = installation.definitions.organization
    tasks = tasks_at(session, [f"p{person_id}"])
    fields = _fields(session, words)
    names = sorted({each for found in fields.values() for each in found})
    rows = session.execute(
        select(Case.id, Case.number, Case.title, Case.definition_id, Case.state, Case.round, Case.subject,
               Case.person_id, Case.data, Case.opened_by)
        .where(Case.closed_at.is_(None), or_(Case.id.in_(list(tasks)), _names(names, person_id)))
        .order_by(Case.id)
    )  # fmt: skip
    found = []
    for row in rows:
        stage = stage_of(session, row.definition_id)
        named = {each: named_persons(row.data, each) for each in sorted(fields[row.definition_id])}
        ahead = _duties_ahead(stage, row.state, words)
        duties = tuple(each for each, persons in named.items() if person_id in persons and each in ahead)
        if duties or row.id in tasks:
            found.append(
                Concerned(row.id, row.number, row.title, stage, row.state, row.round,
                          row.subject, row.person_id, row.data, tasks.get(row.id, ()), duties, named, row.opened_by)
            )  # fmt: skip
    return found


def tasks_at(session: Session, addresses: Sequence[str]) -> dict[int, list[OpenTask]]:
    """The open tasks at any of these addresses, by case; also seats of a sequence whose turn has not come."""
    here = (
        select(Task.case_id, Task.id, Task.do, Task.kind, Task.round, Candidate.address, Task.is_waiting)
        .join(Candidate, Candidate.task_id == Task.id)
        .where(Candidate.address.in_(addresses), Task.closed_at.is_(None))
    )
    rows = session.execute(union_all(here.where(Candidate.is_open), here.where(Task.is_waiting))).all()
    found: dict[int, list[OpenTask]] = {}
    for row in sorted(rows, key=lambda each: (each.case_id, each.id, each.address)):
        task = OpenTask(row.id, row.do, row.kind, row.round, row.address, row.is_waiting)
        found.setdefault(row.case_id, []).append(task)
    return found


def _fields(session: Session, words: OrganizationVocabulary) -> dict[int, frozenset[str]]:
    """By definition of the running cases: the fields that name persons for duties."""
    running = session.scalars(select(Case.definition_id).where(Case.closed_at.is_(None)).distinct())
    return {each: _everywhere(stage_of(session, each), words) for each in running}


def _everywhere(stage: Stage, words: OrganizationVocabulary) -> frozenset[str]:
    return frozenset(each for state in stage.states for each in _duties_in(stage, state, words))


def _duties_ahead(stage: Stage, state: str, words: OrganizationVocabulary) -> frozenset[str]:
    """Duties of the present state and of every state that can still be reached: what is behind concerns nobody."""
    reached, line = {state}, [state]
    while line:
        present = line.pop()
        new = {each.target(present) for each in stage.leaving(present)} - reached
        reached |= new
        line += new
    return frozenset(duty for each in reached for duty in _duties_in(stage, each, words))


def _duties_in(stage: Stage, state: str, words: OrganizationVocabulary) -> Iterator[str]:
    waiting = stage.states[state].waits_for.values()
    acts = (roles for each in stage.leaving(state) for roles in (*each.by.values(), each.sign))
    for roles in (*waiting, *acts):
        for role in roles:
            base, _, name = role.partition(".")
            known = words.roles.get(name)
            if base == NAMED:
                yield name
            elif known is not None and known.named:
                yield known.named


def _names(fields: Sequence[str], person_id: int) -> ColumnElement[bool]:
    """Cases whose data may name the person in one of the fields; the caller sorts out what only looks like it."""
    digits = str(person_id)
    return or_(false(), *(Case.data[each].as_string().contains(digits, autoescape=True) for each in fields))
