"""A random office around one case: a chain of bodies, posts that come and go, and what its people can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import event, select, update

from tests.enterprise import MORNING, installed, place, who
from tests.operations.approving.consent import Desk, consent, with_stage
from tests.operations.approving.holding import Holding, fingerprint
from workflow import clock
from workflow.clock import FixedClock
from workflow.definition.model import Stage
from workflow.engine.turns import lapsed
from workflow.errors import NotAllowed, WorkflowError
from workflow.operations import administering, relocating
from workflow.operations.approving.action import Occasion
from workflow.operations.approving.actions import find_action
from workflow.operations.approving.reseating import reseat_all
from workflow.operations.approving.vacancies import look_for_vacancies
from workflow.operations.due.deadlines import fire_due
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.many.migrating import migrate
from workflow.operations.organization import organizing
from workflow.operations.organization.appointing import Seat, appoint, end_post, find_post, person
from workflow.operations.organization.handing_over import Handing, hand_over
from workflow.operations.organization.organizing import NewBody
from workflow.operations.organization.substituting import Terms, substitute
from workflow.store.people import Account, Person
from workflow.store.session import reading, writing
from workflow.store.tasks import Task

BRANCH, ABOVE, STAFF, REVIEWER = "HY-11", "HY-1", "HY021", "HY020"
CAST = ("HY016", "HY017", "HY018", "HY019", "HY020", "HY021", "HY022", "HY001", "HY002", "HY006", "HY026", "HY027")
POOL = ("HY028", "HY029", "HY030", "HY031")  #: who may be secretaries of the bodies in between
ADMINISTRATOR = "HY006"
DAYS = timedelta(days=9)
SHORTEST = "操作未能完成。"  #: what an error says that says nothing


@dataclass(frozen=True)
class Setting:
    """How the case is decided, and how many bodies stand between the branch and its committee."""

    decide: dict[str, Any] | None
    by: str
    state: dict[str, Any]
    between: Sequence[bool] = ()  #: for each body in between: has it a secretary?


@dataclass
class Bureau:
    """One database with one case, and every command as a method that answers whether it was done."""

    url: str
    setting: Setting
    case: int = 0
    seen: list[int] = field(default_factory=list)  #: versions that somebody may still have on the screen
    renamed: int = 0

    def __post_init__(self) -> None:
        self._clock = clock.use(FixedClock(MORNING))
        self._installed = installed(self.url)
        made = self._installed.__enter__()
        fixed = self._clock.__enter__()
        if made.engine.dialect.name == "sqlite":
            event.listen(made.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
        self.stage = consent(self.setting.decide, by=self.setting.by, **self.setting.state)
        self.desk = Desk(with_stage(made, self.stage), fixed)
        self._found()
        self.begin(STAFF)

    def begin(self, staff: str) -> None:
        """A new case, as far up as those who are there carry it; the old one goes on where nobody may open any."""
        try:
            self.case = self.desk.open(staff, "consent", BRANCH, text="请批准采购")
        except NotAllowed:
            return
        self.seen.clear()
        for trigger in ("submit", "pass_on"):
            for number in (STAFF, REVIEWER):
                self.attempt(partial(self.desk.act, self.case, number, trigger, {}), number)

    def close(self) -> None:
        self._clock.__exit__(None, None, None)
        self._installed.__exit__(None, None, None)

    @property
    def installation(self) -> Installation:
        return self.desk.installation

    def attempt(self, command: Callable[[], Any], by: str | None = None) -> bool:
        """Do it. A refusal is a sentence and changes nothing; whose account is disabled does nothing at all."""
        before, disabled = self._digest(), by is not None and self._is_disabled(by)
        refused = ""
        try:
            command()
        except WorkflowError as error:
            refused = str(error)
        if refused:
            assert len(refused) > len(SHORTEST)
            assert "〔" not in refused, "a fact is missing from the sentence"
            assert self._digest() == before, f"refused, and yet something changed: {refused}"
            return False
        assert not disabled, f"{by} acted with a disabled account"
        if self.case:
            self.seen.append(self.desk.row(self.case).version)
        return True

    def check(self) -> None:
        """What must hold once the service has looked for seats whose holders have left."""
        reseat_all(self.installation.engine, self.installation)
        look_for_vacancies(self.installation.engine, self.installation)
        assert not look_for_vacancies(self.installation.engine, self.installation), "a second look finds nothing"
        with reading(self.installation.engine) as session:
            Holding(session, self.installation, self.case, self.desk.today).check()
            loaded = load(session, self.installation, self.case)
            assert loaded.is_at_rest or loaded.row.closed_at or not lapsed(loaded.snapshot)

    def _digest(self) -> str:
        with reading(self.installation.engine) as session:
            return fingerprint(session.connection(), self.case)

    def _is_disabled(self, number: str) -> bool:
        with reading(self.installation.engine) as session:
            mine = select(Account.disabled_at).join(Person, Person.id == Account.person_id)
            return session.scalars(mine.where(Person.number == number)).one() is not None

    def act(self, number: str, trigger: str, values: dict[str, Any], *, stale: bool = False) -> bool:
        version = {"version": self.seen[0]} if stale and self.seen else {}
        return self.attempt(partial(self.desk.act, self.case, number, trigger, values, **version), number)

    def take(self, number: str, action: str, **values: Any) -> bool:
        return self.attempt(lambda: self.desk.take(self.case, number, action, **values), number)

    def holders(self, *kinds: str) -> list[str]:
        """Numbers of those whom an open task of these kinds reaches now; of everybody when it reaches nobody."""
        with reading(self.installation.engine) as session:
            reached = Holding(session, self.installation, self.case, self.desk.today).reached(kinds)
            found = session.scalars(select(Person.number).where(Person.id.in_(reached)).order_by(Person.number))
            return list(found) or list(CAST)

    def open_requests(self, *kinds: str) -> list[Task]:
        return [each for each in self.desk.tasks(self.case) if each.kind in kinds]

    def among(self, holder: str, action: str, which: int) -> int:
        """One of those whom the action's form offers, else anybody."""
        with reading(self.installation.engine) as session:
            loaded = load(session, self.installation, self.case)
            offered = find_action(action).people(Occasion(session, self.installation, loaded, who(session, holder)))
        people = sorted(offered) or [self.desk.person(CAST[which % len(CAST)])]
        return people[which % len(people)]

    def last_mover(self) -> str:
        last = self.desk.row(self.case).last_move
        with reading(self.installation.engine) as session:
            return session.get_one(Person, last["person"]).number if last else STAFF

    def administer(self, verb: str, **more: Any) -> bool:
        def command() -> None:
            with writing(self.installation.engine) as session:
                given = (session, self.installation, who(session, ADMINISTRATOR), self.case)
                if verb == "relocate":
                    relocating.relocate(*given, more["state"], "工作需要")
                else:
                    getattr(administering, verb)(*given, "工作需要")

        return self.attempt(command, ADMINISTRATOR)

    def migrate(self, change: dict[str, Any]) -> None:
        """A new definition of the stage, to which the case goes over where it can."""
        self.renamed += 1
        content = self.stage.model_dump(mode="json", by_alias=True)
        content["title"] = f"请示（第{self.renamed}版）"
        content["states"]["deciding"].update(change)
        self.stage = Stage.model_validate(content)
        stages = {**self.installation.definitions.stages, "consent": self.stage}
        made = self.installation
        self.desk.installation = replace(made, definitions=replace(made.definitions, stages=stages))
        list(migrate(made.engine, self.desk.installation, "consent", {}))
        self.seen.append(self.desk.row(self.case).version)

    def pass_time(self, days: int) -> None:
        self.desk.clock.advance(timedelta(days=days))
        fire_due(self.installation.engine, self.installation)

    def hand_over(self, leaver: str, successor: str, *seats: tuple[str, str]) -> bool:
        def command() -> None:
            with writing(self.installation.engine) as session:
                chosen = tuple(Seat(place(session, body), post) for body, post in seats)
                both = (person(session, leaver), person(session, successor))
                given = Handing(*both, chosen, self.desk.today, "工作调动")
                hand_over(session, self.installation, who(session, ADMINISTRATOR), given)

        return self.attempt(command, ADMINISTRATOR)

    def stand_in(self, principal: str, deputy: str) -> bool:
        def command() -> None:
            with writing(self.installation.engine) as session:
                today, both = self.desk.today, (person(session, principal), person(session, deputy))
                terms = Terms(*both, today, today + DAYS, "外出学习")
                substitute(session, self.installation, who(session, principal), terms)

        return self.attempt(command)

    def set_account(self, number: str, *, disabled: bool) -> None:
        at = self.desk.clock.now() if disabled else None
        with writing(self.installation.engine) as session:
            mine = Account.person_id == person(session, number).id
            session.execute(update(Account).where(mine).values(disabled_at=at))

    def dismiss(self, number: str, body: str, post: str) -> bool:
        def command() -> None:
            with writing(self.installation.engine) as session:
                found = find_post(session, person(session, number), Seat(place(session, body), post), self.desk.today)
                end_post(session, self.installation, found, self.desk.today)

        return self.attempt(command)

    def appoint(self, number: str, body: str, post: str) -> bool:
        def command() -> None:
            with writing(self.installation.engine) as session:
                seat = Seat(place(session, body), post)
                appoint(session, self.installation, person(session, number), seat, self.desk.today)

        return self.attempt(command)

    def move_branch(self, superior: str) -> bool:
        return self.attempt(partial(self._move, BRANCH, superior))

    def _move(self, code: str, superior: str) -> None:
        with writing(self.installation.engine) as session:
            moving, above = place(session, code), place(session, superior)
            organizing.move_body(session, self.installation, moving, above, self.desk.today)

    def _found(self) -> None:
        """The bodies in between, from the top, and the branch below the last."""
        above = ABOVE
        for level, has_secretary in enumerate(self.setting.between):
            code, name = f"NEW-{level}", f"第{level + 1}分厂党委"
            with writing(self.installation.engine) as session:
                new = NewBody(code, name, name, "sub_committee")
                organizing.add_body(session, self.installation, new, self.desk.today)
            self._move(code, above)
            if has_secretary:
                self.appoint(POOL[level], code, "party_secretary")
            above = code
        self.move_branch(above)
