"""Move a case by hand into a state that waits for somebody (管理调整), after saying who will have it.

It may bypass approvals: the journal says so, and the confirmation names what is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage, Tone, Transition
from workflow.engine.actor import Actor
from workflow.engine.deadlines import limit
from workflow.engine.moving import Step, holds_true
from workflow.engine.seats import Seat, seats, turn_seat
from workflow.engine.snapshot import Act, Snapshot
from workflow.errors import Refused
from workflow.operations import ballots
from workflow.operations.administering import check_running, end, note, taken
from workflow.operations.following import follow, waits_for
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.tasks import close_tasks
from workflow.operations.writing import arrive
from workflow.store.cases import Case

TITLE = "管理调整"


@dataclass(frozen=True)
class Destination:
    """A state into which a case may be moved by hand."""

    state: str
    title: str
    addresses: tuple[str, ...]  #: who will have it
    due_on: date | None
    skipped: tuple[str, ...]  #: titles of the acts that will not have been done
    ended: tuple[str, ...]  #: titles of running child cases that end with it
    opened: tuple[str, ...]  #: names of the child cases that are opened


def destinations(loaded: Loaded) -> Iterator[Destination]:
    """Every state that waits for somebody who is there, in the order of the definition."""
    for state in loaded.stage.states:
        if (found := destination(loaded, state)) is not None:
            yield found


def destination(loaded: Loaded, state: str) -> Destination | None:
    """What moving the case there would mean; None when nobody would have it, or ballots would be touched."""
    stage = loaded.stage
    if state not in stage.states or stage.states[state].final or _is_of_ballots(stage, state):
        return None
    after = _moved(loaded.snapshot, state)
    addresses = tuple(dict.fromkeys(each for seat in _seats(after) for each in seat.addresses))
    if not _is_attended(after, addresses):
        return None
    due = limit(after, loaded.today)
    return Destination(
        state, stage.states[state].title, addresses, due.on if due else None,
        tuple(each.title for each in _bypassed(stage, loaded.row.state, state)),
        tuple(stage.children[each.name].title for each in loaded.snapshot.children if _is_stale(stage, state, each.name)
              and not each.final),
        _children(loaded, after, state),
    )  # fmt: skip


def relocate(
    session: Session, installation: Installation, actor: Actor, case_id: int, state: str, reason: str,
    *, version: int | None = None,
) -> Case:  # fmt: skip
    """Move the case: tasks closed, those of the state opened, timers anew, child cases as the state has them."""
    loaded, actor = taken(session, installation, actor, case_id, TITLE, reason, version)
    row, stage = loaded.row, loaded.stage
    check_running(row, TITLE)
    there = destination(loaded, state)
    if there is None:
        raise Refused(title=TITLE, reason="所选环节没有人可以办理，或者不能人工转入，请另选")
    after = _moved(loaded.snapshot, state)
    details = {"skipped": list(there.skipped), "from": stage.states[row.state].title}
    note(session, loaded, row, "relocated", actor, reason, details, source=row.state, target=state)
    close_tasks(session, row.id, loaded.at, actor, f"{TITLE}：{reason}")
    row.state, row.round, row.moved_at = state, after.case.round, loaded.at
    row.resume = row.last_move = None
    _end_stale(session, loaded, actor, state, reason)
    arrive(session, loaded, after)
    session.flush()
    follow(session, installation, loaded, Step(after, children=there.opened))
    return row


def _moved(snapshot: Snapshot, state: str) -> Snapshot:
    case = replace(snapshot.case, state=state, round=snapshot.case.round + 1, resume=None)
    return replace(snapshot, case=case, signatures=(), turns=())


def _seats(snapshot: Snapshot) -> tuple[Seat, ...]:
    only = turn_seat(snapshot)
    return seats(snapshot) or ((only,) if only else ())


def _is_attended(snapshot: Snapshot, addresses: tuple[str, ...]) -> bool:
    """Whether one of the addresses is a person's, or a post that somebody holds now."""
    posts = [(int(body), post) for body, _, post in (each[1:].partition(":") for each in addresses if each[0] == "o")]
    return any(each[0] == "p" for each in addresses) or bool(snapshot.holders(posts))


def _is_of_ballots(stage: Stage, state: str) -> bool:
    """Nobody opens or counts a ballot box by hand (trust.md, pitfalls 4 to 7)."""
    return stage.counts_ballots and state in (ballots.OPEN_STATE, *ballots.COUNTING_STATES)


def _bypassed(stage: Stage, source: str, target: str) -> tuple[Transition, ...]:
    """The acts on the shortest way forward between two states; none when the target does not lie ahead."""
    ways: dict[str, tuple[Transition, ...]] = {source: ()}
    queue = [source]
    for state in queue:
        for each in stage.leaving(state):
            reached = each.target(state)
            if each.tone is Tone.FORWARD and reached not in ways:
                ways[reached] = (*ways[state], each)
                queue.append(reached)
    return ways.get(target, ())


def _is_stale(stage: Stage, state: str, name: str) -> bool:
    """Whether a child case of that name has nothing to bring about any more in that state."""
    feeding = {each.after.child for each in stage.transitions if each.after is not None}
    feeding.update(each for each, child in stage.children.items() if child.on)
    return name in feeding and not waits_for(stage, state, name)


def _children(loaded: Loaded, after: Snapshot, state: str) -> tuple[str, ...]:
    """Names of the child cases that the state opens and that do not run already."""
    nobody = Transition(id="-", trigger="relocate", title=TITLE, sources=(), to=state, by={})
    act = Act(nobody, Actor(None, ""), {}, loaded.at, loaded.today)
    return tuple(
        name
        for name, child in loaded.stage.children.items()
        if state in child.opens_in and holds_true(after, act, child.when) and not _runs(after, name)
    )


def _runs(snapshot: Snapshot, name: str) -> bool:
    last = snapshot.last_child(name)
    return last is not None and not last.final


def _end_stale(session: Session, loaded: Loaded, actor: Actor, state: str, reason: str) -> None:
    running = select(Case).where(Case.parent_id == loaded.row.id, Case.closed_at.is_(None)).order_by(Case.id)
    for child in session.scalars(running.with_for_update(key_share=True)):
        if child.child_name and _is_stale(loaded.stage, state, child.child_name):
            end(session, child, loaded.at, f"{TITLE}：{reason}")
            note(session, loaded, child, "terminated", actor, reason)
