"""What goes from one person to another in a hand-over, case by case, and what stays and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workflow.definition.campaign import OrganizationVocabulary
from workflow.operations.installation import Installation
from workflow.operations.organization.appointing import Seat
from workflow.operations.organization.obstacles import SEAT, Obstacles
from workflow.operations.organization.personal_work import Concerned, OpenTask, concerned, tasks_at
from workflow.store.cases import Case
from workflow.store.people import Person
from workflow.store.tasks import Candidate, Task

NOT_YET = "（尚未轮到）"


@dataclass(frozen=True)
class Moving:
    """A task or a duty that goes to the successor."""

    case_id: int
    number: str
    title: str
    do: str
    where: str  #: the post with which it goes, or the duty
    task_id: int | None = None  #: of a task that has to be addressed anew; what is at a post follows the post
    duties: tuple[str, ...] = ()  #: fields that name the successor from now on
    note: str = ""


@dataclass(frozen=True)
class Staying:
    """What does not go along, and why."""

    case_id: int
    number: str
    title: str
    do: str
    reason: str


@dataclass(frozen=True)
class Passing:
    """Everything that moves, and what does not."""

    moves: tuple[Moving, ...]
    stays: tuple[Staying, ...]

    @property
    def moved_cases(self) -> tuple[int, ...]:
        """The cases of which something moves, ascending."""
        return tuple(sorted({each.case_id for each in self.moves}))

    @property
    def cases(self) -> frozenset[int]:
        """Every case in question."""
        return frozenset({each.case_id for each in self.moves} | {each.case_id for each in self.stays})

    def among(self, cases: Iterable[int]) -> Passing:
        """What concerns these cases alone."""
        known = set(cases)
        return replace(self, moves=tuple(each for each in self.moves if each.case_id in known))


def passing(
    session: Session, installation: Installation, leaver: Person, successor: Person, seats: Sequence[Seat], *,
    with_duties: bool,
) -> Passing:  # fmt: skip
    """Tasks at the posts, which follow them; with duties, also what cases address to the leaver by name."""
    moves = list(_at_posts(session, installation.definitions.organization, successor, seats))
    stays: list[Staying] = []
    if with_duties:
        cases = concerned(session, installation, leaver.id)
        obstacles = Obstacles(session, installation, leaver, successor, cases)
        for each in cases:
            _one(each, obstacles, moves, stays)
    return Passing(tuple(sorted(moves, key=lambda each: (each.case_id, each.task_id or 0))), tuple(stays))


def _at_posts(
    session: Session, words: OrganizationVocabulary, successor: Person, seats: Sequence[Seat]
) -> Iterator[Moving]:
    titles = {f"o{each.organization.id}:{each.code}": each.title(words) for each in seats}
    found = tasks_at(session, list(titles)) if titles else {}
    rows = session.execute(select(Case.id, Case.number, Case.title, Case.person_id).where(Case.id.in_(list(found))))
    for row in rows.all():
        note = f"对象是{successor.name}本人，须由其他有权的人办理" if row.person_id == successor.id else ""
        seen = {task.id: task for task in reversed(found[row.id])}  # a task at two of the posts is one task
        for task in seen.values():
            yield Moving(row.id, row.number, row.title, _do(task), titles[task.address], note=note)


def _one(case: Concerned, obstacles: Obstacles, moves: list[Moving], stays: list[Staying]) -> None:
    """The duties of a case and its tasks; what the present state waits for moves together or not at all."""
    reasons = {each: obstacles.to_duty(case, each) for each in case.duties}
    held = next((reasons[each] for each in case.present_duties if reasons[each]), "")
    reasons.update((each, held) for each in case.present_duties if held)
    moved = [each for each, reason in reasons.items() if not reason]
    stays += [
        Staying(case.id, case.number, case.title, case.title_of(each), reason)
        for each, reason in reasons.items()
        if reason
    ]
    present = tuple(each for each in case.present_duties if each in moved) if case.tasks else ()
    moves += [
        Moving(case.id, case.number, case.title, NOT_YET, case.title_of(each), duties=(each,))
        for each in moved
        if each not in present
    ]
    for task in case.tasks:
        if reason := obstacles.to_task(case, task, moved):
            if not case.present_duties:
                stays.append(Staying(case.id, case.number, case.title, _do(task), reason))
            continue
        where = "、".join(map(case.title_of, present)) or "指定办理"
        moves.append(Moving(case.id, case.number, case.title, _do(task), where, task.id, present))


def _do(task: OpenTask) -> str:
    """What the task asks for, and that its turn has not come where others decide first."""
    return f"{task.do}{NOT_YET}" if task.is_waiting else task.do


def readdress(session: Session, leaver: Person, successor: Person, moving: Passing) -> None:
    """Address the tasks that name the leaver to the successor."""
    old, new = f"p{leaver.id}", f"p{successor.id}"
    tasks = [each.task_id for each in moving.moves if each.task_id is not None]
    here = (Candidate.task_id.in_(tasks), Candidate.address == old)
    known = select(Candidate.task_id).where(Candidate.task_id.in_(tasks), Candidate.address == new)
    session.execute(delete(Candidate).where(*here, Candidate.task_id.in_(known)))
    session.execute(update(Candidate).where(*here).values(address=new))
    seats = (Task.id.in_(tasks), Task.kind == SEAT)
    session.execute(update(Task).where(*seats).values(asked_by=leaver.id))  # whoever was given it keeps it


def rename_duties(row: Case, leaver: Person, successor: Person, moving: Passing) -> None:
    """Name the successor where the case named the leaver; what was before can no longer be taken back."""
    duties = {duty for each in moving.moves if each.case_id == row.id for duty in each.duties}
    if not duties:
        return
    data, row.last_move = dict(row.data), None
    for duty in sorted(duties):
        value = data[duty]
        data[duty] = (
            [successor.id if each == leaver.id else each for each in value] if isinstance(value, list) else successor.id
        )
    row.data = data
