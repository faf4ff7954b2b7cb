"""Invariant 1: a case that is not over waits for somebody who is there, for something due that moves it, or for a case
that it opened; where it waits for none of them, the administrators' list says so."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.definition.model import SAME, Stage
from workflow.engine.turns import ASIDE
from workflow.operations.due.timers import SETTLE
from workflow.operations.organization.posts import is_disabled
from workflow.operations.upkeep.stuck import stuck_cases
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.pages import reached
from workflow.simulation.world import World
from workflow.store.cases import Case, Deadline
from workflow.store.fetching import found_rows
from workflow.store.prepared import Prepared
from workflow.store.tasks import Candidate, Task

CHILDREN = Prepared(select(Case.id).where(Case.parent_id == bindparam("case"), Case.closed_at.is_(None)))
OPEN_AT = Prepared(
    select(Candidate.address).join(Task, Task.id == Candidate.task_id)
    .where(Task.case_id == bindparam("case"), Task.closed_at.is_(None), Task.is_waiting.is_(False), Candidate.is_open)
    .where(*(Task.kind != each for each in ASIDE)).distinct().order_by(Candidate.address)
)  # fmt: skip


def check_waits(session: Session, world: World, row: Case, stage: Stage, timers: Sequence[Deadline]) -> None:
    """Of an open case with its timers."""
    if row.suspended_at is not None or any(_moves(stage, row.state, each.trigger) for each in timers):
        return
    if _somebody(session, world, row):
        return
    if found_rows(session, CHILDREN, {"case": row.id}):
        return
    if row.id not in {each.case_id for each in stuck_cases(session, world.installation)}:
        raise Violation("a case waits for somebody or something", f"{row.number} in {row.state} on {world.today}")
    world.seen["listed as stuck"] += 1


def _moves(stage: Stage, state: str, trigger: str) -> bool:
    leaving = stage.leaving(state)
    if trigger == SETTLE:
        return any(each.auto and each.is_system for each in leaving)
    return any(each.trigger == trigger and (each.to != SAME or each.auto) for each in leaving)


def _somebody(session: Session, world: World, row: Case) -> bool:
    """Whether an open task reaches a person who is let in."""
    addresses = [address for (address,) in found_rows(session, OPEN_AT, {"case": row.id})]
    people = reached(session, world, addresses)
    return any(not is_disabled(session, each) for each in people)
