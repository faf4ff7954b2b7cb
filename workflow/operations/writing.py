"""Write a step: the case, its tasks, deadlines, journal, papers and child cases, together or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from workflow import randomness
from workflow.definition.model import Tone
from workflow.engine.actor import Actor
from workflow.engine.capacity import capacity, office
from workflow.engine.deadlines import dates_moved, limit
from workflow.engine.moving import REASON, SYSTEM_ACTOR, Decided, Move, Step
from workflow.engine.snapshot import Snapshot
from workflow.operations import ballots, journal
from workflow.operations.due.timers import add_timer, cancel_timers, tomorrow
from workflow.operations.loading import Loaded
from workflow.operations.soundness import check_sound
from workflow.operations.tasks import activate, close_tasks, decide, give_back, open_tasks, open_turn, readdress
from workflow.operations.unsigning import unsign
from workflow.store import cases as rows
from workflow.store.changes import changes, write_pending
from workflow.store.fetching import insert_rows, run
from workflow.store.journal import Confidence
from workflow.store.prepared import Prepared
from workflow.store.tasks import Signature

OWN = "own"  #: the base that `cases.organization_id` repeats
OUTWARD = frozenset({"date_distribution"})  #: effects that others have seen: they stand in registers of other bodies

_SIGNED: Any = Signature.__table__
_ACT = (_SIGNED.c.case_id == bindparam("case")) & (_SIGNED.c.round == bindparam("in_round"))
#: Of one act: what was signed to another content, and what the person signed before.
UNSIGN = Prepared(
    delete(_SIGNED).where(
        _ACT, _SIGNED.c.transition == bindparam("act"),
        (_SIGNED.c.content != bindparam("signed")) | (_SIGNED.c.person_id == bindparam("person")),
    )
)  # fmt: skip


def write(session: Session, loaded: Loaded, step: Step) -> None:
    """Store what happened to the case itself. Papers and child cases follow in operations.following."""
    row, snapshot = loaded.row, step.snapshot
    if step.signature is not None:
        _sign(session, loaded, step)
    for decided in step.decided:
        _decide(session, loaded, decided)
    activate(session, loaded, step.activated)
    if step.held is not None:
        give_back(session, step.held.turn)
        journal.append(session, row, "held", actor=SYSTEM_ACTOR, at=loaded.at, reason=step.held.reason)
    for move in step.moves:
        _journal(session, loaded, move)
    unsign(session, loaded, step)
    was = (row.state, row.resume, row.due_at)
    moved = row.state != snapshot.case.state or row.round != snapshot.case.round
    carried_on = True
    changes(session, row).set(
        state=snapshot.case.state, round=snapshot.case.round, data=dict(snapshot.case.data),
        resume=snapshot.case.resume, moved_at=loaded.at if step.moves else row.moved_at,
    )  # fmt: skip
    _bodies(session, row, step)
    _ballots(session, loaded, step)
    if moved:
        close_tasks(session, row.id, loaded.at, _actor(step), _closing(step))
        carried_on = arrive(session, loaded, snapshot)
        changes(session, row).set(last_move=_undo(loaded, step, was))
    elif step.moves or step.signature:
        changes(session, row).set(last_move=None)
        readdress(session, loaded, snapshot)
        _retime(session, loaded, snapshot)
    check_sound(loaded, step, changes(session, row), carried_on=carried_on)
    write_pending(session)


def arrive(session: Session, loaded: Loaded, snapshot: Snapshot) -> bool:
    """Open what the present state waits for: a task and its timers; close the case in a final state.

    False when it waits neither for anybody nor for anything due: then a case that it has opened has to carry it on.
    """
    row = loaded.row
    cancel_timers(session, row.id)
    state = snapshot.definition.states[snapshot.case.state]
    if state.final:
        changes(session, row).set(due_at=None, closed_at=loaded.at)
        return True
    due, version = limit(snapshot, loaded.today), snapshot.calendar.version
    changes(session, row).set(due_at=due.at if due else None, calendar_version=version, closed_at=None)
    is_open = open_turn(session, loaded, snapshot)
    timers = (*(due.timers if due else ()), *tomorrow(snapshot, loaded.at))
    for timer in timers:
        add_timer(session, row, timer)
    return is_open or bool(timers)


def _retime(session: Session, loaded: Loaded, snapshot: Snapshot) -> None:
    """Move the due moment when the date that it hangs on was changed without leaving the state."""
    state = snapshot.definition.states[snapshot.case.state]
    if not dates_moved(state, loaded.snapshot.case.data, snapshot.case.data):
        return
    due = limit(snapshot, loaded.today)
    cancel_timers(session, loaded.row.id)
    loaded.row.due_at, loaded.row.calendar_version = due.at if due else None, snapshot.calendar.version
    for task in open_tasks(session, loaded.row.id):
        task.due_at = loaded.row.due_at
    for timer in (*(due.timers if due else ()), *tomorrow(snapshot, loaded.at)):
        add_timer(session, loaded.row, timer)


def _undo(loaded: Loaded, step: Step, was: tuple[str, str | None, datetime | None]) -> dict[str, Any] | None:
    """What takes the step back; None when it cannot be: others are concerned, it is public, or it is the end."""
    state = loaded.stage.states[step.snapshot.case.state]
    only = step.moves[0]
    lasting = step.children or step.change.bodies or step.change.roster is not None or step.change.rewrite_ballots
    sent = OUTWARD.intersection(only.transition.effects)
    if len(step.moves) > 1 or only.actor.is_system or lasting or sent or step.signature or step.decided:
        return None
    if state.final or state.visible_to or state.waits_for_child:
        return None
    before, after = loaded.snapshot.case.data, step.snapshot.case.data
    return {
        "person": only.actor.person_id, "transition": only.transition.id, "source": was[0], "resume": was[1],
        "due_at": was[2].isoformat() if was[2] else None, "at": loaded.at.isoformat(),
        "added": [name for name in after if name not in before],
        "changed": {name: value for name, value in before.items() if after.get(name) != value},
    }  # fmt: skip


def _closing(step: Step) -> str:
    """Why what was open in the state is not asked any more."""
    last = step.moves[0]
    if last.transition.tone is Tone.RETURN:
        return f"作废（{last.transition.title}）：{last.values.get(REASON) or last.actor.name}"
    return f"已由{last.actor.name}办理：{last.transition.title}"


def _decide(session: Session, loaded: Loaded, decided: Decided) -> None:
    turn = next(each for each in loaded.snapshot.turns if each.id == decided.turn)
    decide(session, loaded, decided, loaded.row.round)
    transition = decided.transition
    snapshot, actor = loaded.snapshot, decided.actor
    post, body = capacity(snapshot, actor, transition) if transition else office(snapshot, actor)
    details = {"verdict": decided.verdict, "task": decided.turn, "kind": turn.kind, "because": decided.because}
    journal.append(
        session, loaded.row, "decided", actor=decided.actor, at=loaded.at, post=post, organization=body,
        trigger=transition.trigger if transition else None, reason=decided.opinion, details=details,
    )  # fmt: skip


def _actor(step: Step) -> Actor | None:
    return next((move.actor for move in step.moves if not move.actor.is_system), None)


def _sign(session: Session, loaded: Loaded, step: Step) -> None:
    given = step.signature
    assert given is not None  # noqa: S101 - the caller looked
    row = loaded.row
    where = {"case": row.id, "in_round": row.round, "act": given.transition}
    run(session, UNSIGN, {**where, "signed": given.content, "person": given.person_id})
    signed = {
        "case_id": row.id, "round": row.round, "transition": given.transition, "slot": given.slot,
        "content": given.content, "person_id": given.person_id, "signed_at": loaded.at,
    }  # fmt: skip
    insert_rows(session, Signature, [signed])
    if not step.moves:
        transition = next(each for each in loaded.stage.transitions if each.id == given.transition)
        who = step.signer or Actor(given.person_id, "")
        post, body = capacity(loaded.snapshot, who, transition)
        journal.append(session, row, "signed", actor=who, at=loaded.at, trigger=transition.trigger,
                       details={"signed": transition.id, "values": dict(step.change.data)}, post=post,
                       organization=body)  # fmt: skip


def _journal(session: Session, loaded: Loaded, move: Move) -> None:
    post, body = capacity(loaded.snapshot, move.actor, move.transition)
    hidden = {each.name for each in move.transition.ask if not isinstance(each, str) and each.confidential}
    shown = {name: value for name, value in move.values.items() if name != REASON and name not in hidden}
    content = {name: move.values.get(name) for name in sorted(hidden)}
    salt = randomness.token()
    proof = {"confidence": journal.digest_of(content, salt)} if hidden else {}
    journal.append(
        session, loaded.row, "moved", actor=move.actor, at=loaded.at, post=post, organization=body,
        transition=move.transition.id, trigger=move.transition.trigger, source=move.source, target=move.target,
        round_=move.round, reason=str(move.values.get(REASON) or ""), details={"values": shown, **proof},
    )  # fmt: skip
    if hidden:
        session.add(Confidence(case_id=loaded.row.id, sequence=loaded.row.version, content=content, salt=salt))


def _bodies(session: Session, row: rows.Case, step: Step) -> None:
    for base, organization in step.change.bodies.items():
        session.merge(rows.CaseBody(case_id=row.id, base=base, organization_id=organization))
        if base == OWN:
            row.organization_id = organization


def _ballots(session: Session, loaded: Loaded, step: Step) -> None:
    if step.change.roster is not None:
        ballots.draw_up_roster(session, loaded.row.id, step.change.roster)
    entered = [move.target for move in step.moves if move.target != move.source]
    if loaded.stage.counts_ballots and ballots.OPEN_STATE in entered:
        session.flush()
        ballots.open_box(session, loaded.row.id)
    if step.change.rewrite_ballots:
        ballots.close_box(session, loaded.row.id)
