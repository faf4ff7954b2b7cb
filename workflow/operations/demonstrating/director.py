"""Leads the persons of the demonstration through real operations, on a clock that moves over working days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.clock import FixedClock
from workflow.engine.rights import NAMED, SELF, named_persons, post_addresses
from workflow.errors import WorkflowError
from workflow.operations.acting import act
from workflow.operations.birth import Subject
from workflow.operations.documents.papers import RENDER
from workflow.operations.documents.rendering import render_document
from workflow.operations.due.deadlines import fire_due
from workflow.operations.due.timers import SETTLE
from workflow.operations.filling import prefilled
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.opening import open_case
from workflow.operations.organization.posts import actor
from workflow.store.cases import Case, Deadline
from workflow.store.documents import Document
from workflow.store.jobs import MemoryJobs
from workflow.store.organization import Organization
from workflow.store.people import Person
from workflow.store.session import reading, writing

T = TypeVar("T")

MORNING, EVENING = time(9), time(17)
BETWEEN_ACTS = timedelta(minutes=4)


class DemonstrationFailed(WorkflowError):
    """演示没有按剧本进行：{what}"""


@dataclass(frozen=True)
class Scene:
    """A case of the demonstration, as the script refers to it."""

    id: int
    number: str
    stage: str


@dataclass
class Director:
    """One performance. `told` is called after every act, for a progress bar."""

    installation: Installation
    clock: FixedClock
    campaign_id: int
    told: Callable[[], None] = lambda: None
    acts: int = field(default=0, init=False)
    refusals: list[str] = field(default_factory=list, init=False)  #: what was rightly refused

    # ---- who and where --------------------------------------------------------------------------------------------

    def person(self, number: str) -> int:
        """The id of the person with that 工号."""
        return int(self._value(select(Person.id).where(Person.number == number)))

    def body(self, code: str) -> int:
        """The id of the body with that code."""
        return int(self._value(select(Organization.id).where(Organization.code == code)))

    def state(self, scene: Scene) -> str:
        """The case's state."""
        return str(self._value(select(Case.state).where(Case.id == scene.id)))

    def data(self, scene: Scene) -> Mapping[str, Any]:
        """What the case has been filled with."""
        found: Mapping[str, Any] = self._value(select(Case.data).where(Case.id == scene.id))
        return found

    def title(self, scene: Scene) -> str:
        """What the case is called."""
        return str(self._value(select(Case.title).where(Case.id == scene.id)))

    def number(self, scene: Scene) -> str:
        """The number of the newest paper of the case that has one."""
        mine = (Document.case_id == scene.id, Document.number.is_not(None))
        return str(self._value(select(Document.number).where(*mine).order_by(Document.id.desc()).limit(1)) or "")

    def _value(self, query: Select[Any]) -> Any:
        with reading(self.installation.engine) as session:
            return session.scalar(query)

    def holders(self, scene: Scene, role: str) -> list[int]:
        """Persons who hold a role such as `own.clerk` in the case now."""
        with reading(self.installation.engine) as session:
            snapshot = load(session, self.installation, scene.id).snapshot
            base, _, name = role.partition(".")
            if base == NAMED:
                return list(named_persons(snapshot.case.data, name))
            if role == SELF:
                return [snapshot.case.person.id] if snapshot.case.person else []
            return list(snapshot.holders(post_addresses(snapshot, role)))

    def holder(self, scene: Scene, role: str, *, besides: tuple[int, ...] = ()) -> int:
        """The first of them who is not one of those."""
        found = [each for each in self.holders(scene, role) if each not in besides]
        if not found:
            raise DemonstrationFailed(what=f"{scene.number}没有可以担任“{role}”的人员")
        return found[0]

    def children(self, scene: Scene, name: str | None = None) -> list[Scene]:
        """Cases that this one opened, oldest first."""
        mine = select(Case).where(Case.parent_id == scene.id, *([Case.child_name == name] if name else []))
        with reading(self.installation.engine) as session:
            return [_scene(each) for each in session.scalars(mine.order_by(Case.id))]

    def child(self, scene: Scene, name: str) -> Scene:
        """The newest case opened under that name."""
        found = self.children(scene, name)
        if not found:
            raise DemonstrationFailed(what=f"{scene.number}没有建立“{name}”")
        return found[-1]

    # ---- acts -----------------------------------------------------------------------------------------------------

    def open(
        self, stage: str, body: str, by: str | int, values: Mapping[str, Any], *, person: str | None = None
    ) -> Scene:
        """Somebody opens a case for a body or a member."""
        subject = Subject(self.body(body), self.person(person) if person else None)

        def do(session: Session, who: int) -> Scene:
            case = open_case(
                session, self.installation, actor(session, who, self.today), campaign_id=self.campaign_id,
                stage=stage, subject=subject, values=values,
            )  # fmt: skip
            session.flush()
            return _scene(case)

        return self._perform(by, do)

    def act(self, scene: Scene, trigger: str, by: str | int, **values: Any) -> str:
        """Somebody fires a trigger; the new state."""

        def do(session: Session, who: int) -> str:
            doer = actor(session, who, self.today)
            entered = {**self._on_the_form(session, scene, trigger), **values}
            return act(session, self.installation, doer, scene.id, trigger, entered).state

        return self._perform(by, do)

    def _on_the_form(self, session: Session, scene: Scene, trigger: str) -> dict[str, Any]:
        """What the form of an act comes filled in with: what the case knows already."""
        stage = self.installation.definitions.stages[scene.stage]
        transition = stage.find(trigger, self.state(scene))
        asked = stage.asked(transition) if transition else ()
        known = prefilled(load(session, self.installation, scene.id).snapshot) if asked else {}
        return {each.name: known[each.name] for each in asked if each.name in known}

    def refused(self, scene: Scene, trigger: str, by: str | int, **values: Any) -> str:
        """Somebody tries what they may not do; the sentence they are told."""
        try:
            self.act(scene, trigger, by, **values)
        except WorkflowError as refusal:
            self.refusals.append(refusal.message)
            return refusal.message
        raise DemonstrationFailed(what=f"{scene.number}“{trigger}”应当被拒绝，却办成了")

    def _perform(self, by: str | int, do: Callable[[Session, int], T]) -> T:
        who = by if isinstance(by, int) else self.person(by)
        with writing(self.installation.engine) as session:
            result = do(session, who)
        self.print()
        self._pass_time()
        self.acts += 1
        self.told()
        return result

    def print(self) -> None:
        """Let the papers that were ordered be printed."""
        jobs = self.installation.jobs
        if isinstance(jobs, MemoryJobs):
            jobs.drain({RENDER: partial(render_document, self.installation.engine, self.installation)})

    def print_paper(self, issue: Scene) -> None:
        """Print the paper that is being issued at once, whoever prints the others."""
        mine = select(Document.id).where(Document.issue_case_id == issue.id).order_by(Document.id.desc()).limit(1)
        if (document := self._value(mine)) is not None:
            render_document(self.installation.engine, self.installation, document)

    # ---- time -----------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The local day."""
        return self.installation.today(self.clock.now())

    def day(self, working_days: int) -> str:
        """The day so many working days from today, as a form takes it."""
        return self.installation.calendar.add_working_days(self.today, working_days).date.isoformat()

    def wait(self, working_days: int) -> None:
        """Let working days pass; what falls due on the way is done on the way."""
        self.wait_until(date.fromisoformat(self.day(working_days)))

    def wait_until(self, day: date | str) -> None:
        """Go on at nine o'clock of a day."""
        target = self._moment(date.fromisoformat(day) if isinstance(day, str) else day, MORNING)
        while (due := self._next_due()) is not None and due <= target:
            self.clock.set(max(due, self.clock.now()))
            self._fire()
        self.clock.set(max(target, self.clock.now()))
        self._fire()

    def _fire(self) -> None:
        fire_due(self.installation.engine, self.installation)
        self.print()

    def _next_due(self) -> datetime | None:
        """The next due moment at which something happens; days that are only looked at are passed over."""
        waiting = select(Deadline.due_at).where(
            Deadline.fired_at.is_(None), Deadline.trigger != SETTLE,
            Deadline.failed_at.is_(None),
        )  # fmt: skip
        due: datetime | None = self._value(waiting.order_by(Deadline.due_at).limit(1))
        return due

    def _pass_time(self) -> None:
        self.clock.advance(BETWEEN_ACTS)
        zone = self.installation.settings.zone
        if self.clock.now().astimezone(zone).time() >= EVENING:
            self.wait(1)

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.installation.settings.zone)


def _scene(case: Case) -> Scene:
    return Scene(case.id, case.number, case.stage)
