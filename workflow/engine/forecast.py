"""The predicted chain: the states a case will most likely pass, who has the turn in each, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from workflow.definition.model import SYSTEM, Tone, Transition
from workflow.engine.deadlines import day_of, limit
from workflow.engine.machine import refusal
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.options import recused
from workflow.engine.returning import returned_by
from workflow.engine.rights import role_title
from workflow.engine.seats import seats, turn_seat
from workflow.engine.snapshot import Act, Situation, Snapshot, Turn
from workflow.engine.turns import heard_first, own_turns


@dataclass(frozen=True)
class Expected:
    """One state of the chain."""

    state: str
    title: str
    roles: tuple[str, ...]  #: titles, e.g. 第二党支部主要负责人
    addresses: tuple[str, ...]  #: whose turn it will be; empty while a child case or the system has it
    child: str | None  #: stage of the child case that has to end first
    due_on: date | None
    is_vacant: bool  #: the state waits for persons, but nobody holds the posts
    heard_first: tuple[Turn, ...] = ()  #: those whom a holder asked before deciding: only they can go on now
    recused: int | None = None  #: whom the case is about, where that person may not take it forward


def forecast(snapshot: Snapshot, at: datetime, today: date) -> list[Expected]:
    """The present state and those that follow when every step is taken forward; final state last."""
    return list(_walk(snapshot, at, today))


def _walk(snapshot: Snapshot, at: datetime, today: date) -> Iterator[Expected]:
    seen: set[str] = set()
    start = today
    due_on = _promised(snapshot) or _counted(snapshot, start)
    while snapshot.case.state not in seen:
        seen.add(snapshot.case.state)
        yield replace(_expected(snapshot, due_on), recused=recused(snapshot, at, today))
        start = max(due_on or start, start)
        following = _forward(snapshot, seen, at, today)
        if following is None:
            return
        resume = snapshot.case.resume
        case = replace(
            snapshot.case, state=resume or following.target(snapshot.case.state), resume=None,
            asked=returned_by(snapshot) if resume else None,
        )  # fmt: skip
        snapshot = replace(snapshot, case=case, turns=())
        due_on = _counted(snapshot, start)


def _promised(snapshot: Snapshot) -> date | None:
    """The day that is stored for the present state: counted from its first day, put off, or kept (domain.md §8)."""
    due_at = snapshot.case.due_at
    return day_of(snapshot, due_at) if due_at is not None else None


def _counted(snapshot: Snapshot, start: date) -> date | None:
    due = limit(snapshot, start)
    return due.on if due else None


def _expected(snapshot: Snapshot, due_on: date | None) -> Expected:
    state = snapshot.definition.states[snapshot.case.state]
    roles = tuple(each for each in state.waits_for.get(snapshot.case.subject, ()) if each != SYSTEM)  # type: ignore[call-overload]
    addresses = _addresses(snapshot)
    child = snapshot.definition.children.get(state.waits_for_child or "")
    return Expected(
        state=snapshot.case.state,
        title=state.title,
        roles=tuple(role_title(snapshot, role) for role in roles),
        addresses=addresses,
        child=child.stage if child else None,
        due_on=due_on,
        is_vacant=bool(roles) and not addresses,
        heard_first=tuple(
            {one.id: one for each in own_turns(snapshot) for one in heard_first(snapshot, each)}.values()
        ),
    )


def _addresses(snapshot: Snapshot) -> tuple[str, ...]:
    """Who is asked: as the turns were given, else as they will be: seat by seat, passed up where the policy says so.

    In front of a turn stand those who have to be heard first.
    """
    if given := own_turns(snapshot):
        asked = [each for turn in given for each in heard_first(snapshot, turn) or [turn]]
        return tuple(dict.fromkeys(each for turn in asked for each in turn.addresses))
    if found := seats(snapshot):
        return tuple(dict.fromkeys(each for seat in found for each in seat.addresses))
    only = turn_seat(snapshot)
    return only.addresses if only else ()


def _forward(snapshot: Snapshot, seen: set[str], at: datetime, today: date) -> Transition | None:
    """The forward transition whose guards pass as things stand, else the first that somebody would take."""
    ahead = [
        each
        for each in snapshot.definition.leaving(snapshot.case.state)
        if each.tone is Tone.FORWARD
        and (each.auto or each.after or not each.is_system)
        and each.target(snapshot.case.state) not in seen
    ]
    for each in ahead:
        act = Act(each, SYSTEM_ACTOR, {}, at, today)
        if refusal(Situation(snapshot, act, snapshot.case.data)) is None:
            return each
    return next((each for each in ahead if not each.auto), ahead[0] if ahead else None)
