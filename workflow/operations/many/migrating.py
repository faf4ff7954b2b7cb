"""Carry running cases over to the definition that is published now: each in its own transaction, after a dry run.

A deadline is never shortened: what was promised stays promised, and nobody is made late by a migration.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from workflow.definition.loader import content_hash
from workflow.definition.model import Stage
from workflow.engine.actor import Actor
from workflow.engine.deadlines import limit
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.seats import seats, turn_seat
from workflow.engine.snapshot import Snapshot
from workflow.engine.turns import SEAT
from workflow.errors import WorkflowError
from workflow.operations import journal
from workflow.operations.due.timers import SETTLE, add_timer, tomorrow
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.many.versions import new_stage, running_cases
from workflow.operations.publishing import publish_stage
from workflow.operations.tasks import close_tasks, open_tasks, open_turn, readdress
from workflow.store.cases import Case, Deadline
from workflow.store.journal import JournalEntry
from workflow.store.session import reading, writing

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prospect:
    """What a migration would do, or did, to one case."""

    number: str
    title: str
    state: str  #: titles
    new_state: str
    problem: str = ""  #: why the case stays with its version; empty when it goes over
    code: str = ""  #: of the present state
    is_gone: bool = False  #: the new version has no such state, and none that was named in its place
    version: int = 0  #: journal length


@dataclass(frozen=True)
class Order:
    """By whom cases are carried over, in which office and why; the system's own at first."""

    actor: Actor = SYSTEM_ACTOR
    post: str = ""
    organization: str = ""
    reason: str = ""


BY_THE_SYSTEM = Order()


def plan_migration(
    session: Session, installation: Installation, stage: str, mapping: Mapping[str, str],
    cases: Sequence[int] | None = None,
) -> Iterator[Prospect]:  # fmt: skip
    """What would happen to each running case of a stage that keeps an older version, or to some of them (dry run)."""
    new = new_stage(installation, stage, mapping)
    for case_id in running_cases(session, new) if cases is None else cases:
        yield _prospect(load(session, installation, case_id), new, mapping)


def migrate(
    engine: Engine, installation: Installation, stage: str, mapping: Mapping[str, str]
) -> Iterator[Prospect]:  # fmt: skip
    """Carry every running case over, one transaction a case; what has a problem stays as it is and says why."""
    new = new_stage(installation, stage, mapping)
    with writing(engine) as session:
        definition_id = publish_stage(session, new)
    with reading(engine) as session:
        waiting = running_cases(session, new)
    for case_id in waiting:
        try:
            with writing(engine) as session:
                loaded = load(session, installation, case_id, lock=True)
                yield migrate_case(session, installation, loaded, definition_id, mapping)
        except WorkflowError as error:
            log.warning("case %s was not migrated: %s", case_id, error.message)
            with reading(engine) as session:
                yield replace(_prospect(load(session, installation, case_id), new, mapping), problem=error.message)


def _prospect(loaded: Loaded, new: Stage, mapping: Mapping[str, str]) -> Prospect:
    row = loaded.row
    target = mapping.get(row.state, row.state)
    title = new.states[target].title if target in new.states else target
    found = Prospect(
        row.number, row.title, loaded.stage.states[row.state].title, title, code=row.state, version=row.version,
        is_gone=target not in new.states,
    )  # fmt: skip
    return replace(found, problem=_problem(loaded, new, target))


def _problem(loaded: Loaded, new: Stage, target: str) -> str:
    if target not in new.states:
        return f"新版没有状态“{target}”，请指明对应的状态"
    if new.states[target].final:
        return f"对应的状态“{new.states[target].title}”是终点，在办事项不能转入"
    for child in loaded.snapshot.children:
        if not child.final and child.name not in new.children:
            return f"正在办理的子事项“{loaded.stage.children[child.name].title}”在新版中没有"
    after = _carried_over(loaded.snapshot, new, target)
    awaited = new.states[target].waits_for_child
    if awaited and not any(each.name == awaited and not each.final for each in loaded.snapshot.children):
        return f"新版在此等待“{new.children[awaited].title}”，而本事项没有在办的"
    if new.states[target].waits_for and not _is_attended(after):
        return f"新版“{new.states[target].title}”的办理人任职空缺，请先补任"
    return ""


def _carried_over(snapshot: Snapshot, new: Stage, target: str) -> Snapshot:
    case = replace(snapshot.case, state=target, resume=snapshot.case.resume if snapshot.case.state == target else None)
    return replace(snapshot, definition=new, case=case)


def _is_attended(after: Snapshot) -> bool:
    only = turn_seat(after)
    addresses = {each for seat in (*seats(after), *((only,) if only else ())) for each in seat.addresses}
    posts = [(int(body), post) for body, _, post in (each[1:].partition(":") for each in addresses if each[0] == "o")]
    return any(each[0] == "p" for each in addresses) or bool(posts and after.holders(posts))


def migrate_case(
    session: Session, installation: Installation, loaded: Loaded, definition_id: int, mapping: Mapping[str, str],
    order: Order = BY_THE_SYSTEM,
) -> Prospect:  # fmt: skip
    """Carry one case over, which the caller has locked, unless it has a problem."""
    row, new = loaded.row, installation.definitions.stages[loaded.row.stage]
    prospect = _prospect(loaded, new, mapping)
    if prospect.problem or row.closed_at is not None:
        return prospect
    target = mapping.get(row.state, row.state)
    after = _carried_over(loaded.snapshot, new, target)
    details = {"from": content_hash(loaded.stage), "to": content_hash(new)}
    journal.append(session, row, "migrated", at=loaded.at, source=row.state, target=target, details=details,
                   **vars(order))  # fmt: skip
    reopens = _reopens(loaded, after)
    row.definition_id = definition_id
    if reopens:
        row.state, row.round, row.last_move = target, row.round + 1, None
        after = replace(after, case=replace(after.case, round=row.round), turns=(), signatures=())
    row.resume = after.case.resume
    _retime(session, loaded, after)
    if reopens:
        close_tasks(session, row.id, loaded.at, None, "流程版本更换，待办重新分送")
        open_turn(session, loaded, after)
    else:
        readdress(session, loaded, after)
        for task in open_tasks(session, row.id):
            task.due_at = row.due_at
    return prospect


def _reopens(loaded: Loaded, after: Snapshot) -> bool:
    """Whether the turns have to be given anew: the state has another name, or is decided by others together."""
    state, old = after.case.state, loaded.stage.states[loaded.row.state]
    new = after.definition.states[state]
    together = bool(seats(after)) or any(each.kind == SEAT for each in loaded.snapshot.turns)
    return state != loaded.row.state or (together and (old.waits_for, old.decide) != (new.waits_for, new.decide))


def _retime(session: Session, loaded: Loaded, after: Snapshot) -> None:
    """Count the limit anew from the day on which the state was entered; what has fallen due already stays as it is."""
    row, state = loaded.row, after.definition.states[after.case.state]
    waiting = _open_timers(session, row)
    promised = {trigger: max(each.due_at for each in waiting if each.trigger == trigger)
                for trigger in {each.trigger for each in waiting} & {state.on_due, state.on_also_due}}  # fmt: skip
    is_overdue = row.due_at is not None and row.due_at <= loaded.at
    for each in waiting:
        if each.trigger == SETTLE or not is_overdue:
            session.delete(each)
    timers = list(tomorrow(after, loaded.at))
    if not is_overdue:
        due = limit(after, _entered_on(session, loaded))
        if due is not None and due.at <= loaded.at and row.due_at is None:
            due = limit(after, loaded.today)  # nobody is made late by a migration
        row.due_at = max((each for each in (row.due_at, due.at if due else None) if each is not None), default=None)
        coming = [each for each in (due.timers if due else ()) if each.at > loaded.at or each.trigger in promised]
        timers += [replace(each, at=max(each.at, promised.get(each.trigger, each.at))) for each in coming]
    for timer in timers:
        add_timer(session, row, timer)


def _entered_on(session: Session, loaded: Loaded) -> date:
    """The local day on which the case came into its present state."""
    moved = JournalEntry.target.is_not(None) & (JournalEntry.target != JournalEntry.source)
    query = select(JournalEntry.at).where(JournalEntry.case_id == loaded.row.id, moved)
    at = session.scalar(query.order_by(JournalEntry.sequence.desc()).limit(1)) or loaded.row.opened_at
    return at.astimezone(ZoneInfo(loaded.snapshot.zone)).date()


def _open_timers(session: Session, row: Case) -> list[Deadline]:
    return list(session.scalars(select(Deadline).where(Deadline.case_id == row.id, Deadline.fired_at.is_(None))))
