"""Cases that nobody and nothing will carry on: told to whoever can mend it (approvals.md, invariant 5)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import ColumnElement, CompoundSelect, Engine, Select, and_, except_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.model import SAME
from workflow.engine.routing import addresses
from workflow.engine.turns import ASIDE
from workflow.notices.kinds import ESCALATION
from workflow.operations.alone import alone
from workflow.operations.due.timers import SETTLE
from workflow.operations.informing.addressees import people_at
from workflow.operations.informing.telling import tell
from workflow.operations.installation import Installation
from workflow.operations.loading import load
from workflow.operations.organization.organizers import ROLE
from workflow.operations.publishing import stage_of
from workflow.operations.upkeep.unattended import attended
from workflow.store.cases import Case, Deadline
from workflow.store.organization import Organization
from workflow.store.session import reading
from workflow.store.tasks import Candidate, Task

MOST = 200  #: that are listed; more of them are one and the same fault

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StuckCase:
    """A case that waits for no living person, no running child and no due moment that moves it."""

    case_id: int
    round: int
    number: str
    title: str
    since: datetime
    why: str


def stuck_cases(session: Session, installation: Installation, under: Iterable[str] | None = None) -> list[StuckCase]:
    """The stuck cases, oldest first; with `under`, those of the bodies on or below these paths. Three statements."""
    today = installation.today(clock.now())
    listed = (
        select(
            Case.id, Case.round, Case.number, Case.title, Case.moved_at, Case.state, Case.definition_id,
            _has_task().label("has_task"),
        )
        .join(Organization, Organization.id == Case.organization_id)
        .where(Case.id.in_(_stuck(session, today).subquery().select()), _below(under))
        .order_by(Case.id)
        .limit(MOST)
    )  # fmt: skip
    return [
        StuckCase(row.id, row.round, row.number, row.title, row.moved_at,
                  _why(stage_of(session, row.definition_id).states[row.state].title, has_task=row.has_task))
        for row in session.execute(listed)
    ]  # fmt: skip


def count_stuck(session: Session, installation: Installation) -> int:
    """How many cases are stuck. Two statements."""
    today = installation.today(clock.now())
    return session.scalar(select(func.count()).select_from(_stuck(session, today).subquery())) or 0


def look_for_stuck(engine: Engine, installation: Installation) -> int:
    """The scheduled check: every stuck case is told to those who can mend it, and to the log; answers how many."""
    with reading(engine) as session:
        count = count_stuck(session, installation)
        found = stuck_cases(session, installation) if count else []
    for each in found:
        log.warning("stuck case %s since %s: %s", each.number, each.since.isoformat(), each.why)
        alone(engine, partial(_tell, installation=installation, stuck=each), f"telling of stuck case {each.number}")
    return count


def _tell(session: Session, installation: Installation, stuck: StuckCase) -> None:
    """The organisation's administrators of the body, else of the nearest one above that has any: once a round."""
    loaded = load(session, installation, stuck.case_id)
    tree, own = loaded.snapshot.tree, loaded.row.organization_id
    for body in (own, *tree.ancestors(own)):
        seats = [f"o{at}:{post}" for at, post in addresses(tree, loaded.snapshot.vocabulary, ROLE, body)]
        if people_at(session, seats, loaded.today, loaded.row.stage):
            tell(
                session, installation, seats, kind=ESCALATION, key=f"stuck:{stuck.case_id}:{stuck.round}",
                title=f"无人办理：《{stuck.title}》", text=stuck.why, case_id=stuck.case_id,
            )  # fmt: skip
            return


def _stuck(session: Session, day: date) -> CompoundSelect[int]:
    """Ids of the open cases, less those that something will carry on. Each part reads an index over what is open."""
    tasks: Select[int] = (
        select(Task.case_id)
        .join(Candidate, Candidate.task_id == Task.id)
        .join(reached := attended(day), reached.c.address == Candidate.address)
        .where(Candidate.is_open, Task.closed_at.is_(None), Task.kind.not_in(ASIDE))
    )
    running = select(Case.id).where(Case.closed_at.is_(None), Case.suspended_at.is_(None))
    timers = select(Deadline.case_id).join(Case, Case.id == Deadline.case_id)
    timers = timers.where(Deadline.fired_at.is_(None), _moves(session))
    children = select(Case.parent_id).where(Case.closed_at.is_(None), Case.parent_id.is_not(None))
    return except_(running, timers, children, tasks)


def _moves(session: Session) -> ColumnElement[bool]:
    """Whether a timer can move its case.

    A reminder cannot; nor can the daily try of what is for persons to do, where the system only repeats for them what
    they have decided in another case (D01, D03, D04).
    """
    running = session.scalars(select(Case.definition_id).where(Case.closed_at.is_(None)).distinct())
    stages = [(each, stage_of(session, each)) for each in running]
    reminders = [
        (definition, each.trigger)
        for definition, stage in stages
        for each in stage.transitions
        if each.to == SAME and not each.auto
    ]
    left_to_persons = [
        (definition, state)
        for definition, stage in stages
        for state in stage.states
        if not any(each.auto and each.is_system for each in stage.leaving(state))
    ]
    return and_(
        tuple_(Case.definition_id, Deadline.trigger).not_in(reminders),
        or_(Deadline.trigger != SETTLE, tuple_(Case.definition_id, Case.state).not_in(left_to_persons)),
    )


def _has_task() -> ColumnElement[bool]:
    return select(Task.id).where(Task.case_id == Case.id, Task.closed_at.is_(None), Task.kind.not_in(ASIDE)).exists()


def _below(paths: Iterable[str] | None) -> ColumnElement[bool]:
    return true() if paths is None else or_(*(Organization.path.startswith(each, autoescape=True) for each in paths))


def _why(state: str, *, has_task: bool) -> str:
    if has_task:
        return f"停在“{state}”：有待办，但有关职务空缺或者账号已停用，没有人可以办理。请补任职务，或由上级作管理调整"
    return f"停在“{state}”：没有人可以办理，也没有会自动办理的期限和在办的子事项。请指定人员，或由上级作管理调整"
