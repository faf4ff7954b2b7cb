"""Why a task or a duty of one person cannot go to another: it is the person's own, done, or must be somebody else's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage
from workflow.engine.rights import NAMED, role_title
from workflow.operations.filling import choices
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.organization.personal_work import Concerned, OpenTask, tasks_at
from workflow.store.people import Person
from workflow.store.tasks import Decision, Signature

SEAT = "seat"  #: kind of a task on which one person gives one of several decisions


class Obstacles:
    """What stands between these cases and the successor."""

    def __init__(
        self, session: Session, installation: Installation, leaver: Person, successor: Person,
        cases: Sequence[Concerned],
    ) -> None:  # fmt: skip
        self._session, self._installation = session, installation
        self._leaver, self._successor = leaver, successor
        ids = [each.id for each in cases]
        signed = select(Signature.case_id, Signature.round, Signature.slot).where(
            Signature.case_id.in_(ids), Signature.person_id == leaver.id
        )
        self._signed = {(row.case_id, row.round, row.slot.partition(":")[2]) for row in session.execute(signed)}
        decided = select(Decision.case_id, Decision.round).where(
            Decision.case_id.in_(ids), Decision.person_id == successor.id
        )
        self._decided = {(row.case_id, row.round) for row in session.execute(decided)}
        theirs = tasks_at(session, [f"p{successor.id}"])
        self._seated = {case for case, tasks in theirs.items() if any(each.kind == SEAT for each in tasks)}

    def to_duty(self, case: Concerned, duty: str) -> str:
        """Why the duty stays; empty when it moves."""
        if case.person_id == self._successor.id:
            return self._is_subject()
        if (case.id, case.round, f"{NAMED}.{duty}") in self._signed:
            return f"{self._leaver.name}本轮已签字"
        if self._successor.id in case.named[duty]:
            return f"{self._successor.name}已在“{case.title_of(duty)}”之列，由其办理即可"
        if taken := self._kept_apart(case):
            return f"{self._successor.name}在这件事项中已是“{case.title_of(taken)}”，两项职责须由不同的人承担"
        return self._not_eligible(case, duty)

    def to_task(self, case: Concerned, task: OpenTask, moved: Sequence[str]) -> str:
        """Why a task addressed to the leaver stays; empty when it moves. `moved` are the duties that do."""
        if case.person_id == self._leaver.id and case.waits_for_subject:
            return f"属{self._leaver.name}本人的事项，不能由他人代办"
        if case.present_duties:
            stuck = [each for each in case.present_duties if each not in moved]
            return self.to_duty(case, stuck[0]) if stuck else ""
        if case.person_id == self._successor.id:
            return self._is_subject()
        if task.kind == SEAT and case.opened_by == self._successor.id:
            return f"{self._successor.name}是这件事项的发起人，不参加表决"
        if task.kind == SEAT and ((case.id, case.round) in self._decided or case.id in self._seated):
            return f"{self._successor.name}在这一轮中已有自己的一票"
        return ""

    def _kept_apart(self, case: Concerned) -> str:
        """A duty that the successor has and the leaver has not: only what one person joined may stay joined."""
        theirs = (each for each, persons in case.named.items() if self._successor.id in persons)
        return next((each for each in theirs if self._leaver.id not in case.named[each]), "")

    def _is_subject(self) -> str:
        return f"{self._successor.name}是这件事项的对象，不能办理"

    def _not_eligible(self, case: Concerned, duty: str) -> str:
        """Who is chosen for a duty is chosen among the holders of a role; so is whoever takes it over."""
        field = case.stage.field(duty)
        if field is None or field.among is None or duty not in _asked(case.stage):
            return ""
        snapshot = load(self._session, self._installation, case.id).snapshot
        if self._successor.id in choices(self._session, snapshot).people(field.among):
            return ""
        wanted = role_title(snapshot, field.among)
        return f"“{field.title}”须由{wanted}担任，{self._successor.name}没有相应的任职"


def _asked(stage: Stage) -> frozenset[str]:
    """Fields that somebody fills in; the others are set by the rules."""
    asked = (field.name for each in stage.transitions for field in stage.asked(each))
    return frozenset((*stage.opening, *asked))
