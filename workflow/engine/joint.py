"""Decisions of several on one act: seats under a rule, and signers whom a holder added (approvals.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from workflow.definition.approval import Decide, Repeat
from workflow.definition.model import Tone
from workflow.engine.actor import Actor
from workflow.engine.deciding import ABSTAIN, AGREE, REFUSE, VERDICTS, Outcome, count, next_seats, outcome
from workflow.engine.machine import Refusal, fire, refused
from workflow.engine.moving import REASON, SYSTEM_ACTOR, Decided, Held, Step, move_on, situation_of
from workflow.engine.rights import persons_at
from workflow.engine.snapshot import Act, Snapshot, Turn
from workflow.engine.turns import SEAT, SIGNERS, check_turn, is_seated, own_turns, turn_of, unheard
from workflow.errors import NotAllowed


def together(snapshot: Snapshot, act: Act) -> Step | None:
    """What the act does where others decide as well; None where it moves the case by itself."""
    state = snapshot.definition.states[snapshot.case.state]
    check_turn(snapshot, act)
    if state.decide is not None and is_seated(snapshot, act.transition):
        verdict = AGREE if act.transition.trigger == state.decide.passes else REFUSE
        return _seated(snapshot, act, state.decide, verdict)
    turn = turn_of(snapshot, act.actor, own_turns(snapshot)) if act.transition.tone is Tone.FORWARD else None
    if turn is None or not (waiting := unheard(snapshot, turn)):
        return None
    decided = Decided(turn.id, AGREE, act.actor, act.transition, act.values, _opinion(act))
    activated = tuple(each.id for each in waiting if each.is_waiting)
    return Step(_noted(snapshot, (decided,), activated), decided=(decided,), activated=activated)


def abstain(snapshot: Snapshot, act: Act) -> Step:
    """Somebody with a seat abstains. The act's transition is the rule's passing one, whose right it needs."""
    state = snapshot.definition.states[snapshot.case.state]
    assert state.decide is not None  # noqa: S101 - the caller looked
    check_turn(snapshot, act)
    return _seated(snapshot, act, state.decide, ABSTAIN)


def answered(snapshot: Snapshot, turn: Turn, decided: Decided, act: Act) -> Step:
    """Somebody whom a holder asked has answered; the holder's own act goes on when it waited for that alone.

    A signer who refuses gives the turn back to a holder who has decided already: it is theirs to return the case or to
    ask again, and without them it would wait for nobody.
    `act` gives the moment; its transition is that of the answer and moves nothing.
    """
    after = _noted(snapshot, (decided,), ())
    step = Step(after, decided=(decided,))
    parent = next((each for each in after.turns if each.id == turn.parent), None)
    if parent is None or parent.transition is None:
        return step
    if turn.kind in SIGNERS and decided.verdict == REFUSE:
        return replace(step, held=Held(parent.id, f"加签人员{decided.actor.name}不同意：{decided.opinion}"))
    if unheard(after, parent):
        return step
    transition = next(each for each in snapshot.definition.transitions if each.id == parent.transition)
    finished = replace(act, transition=transition, actor=Actor(parent.decider, parent.who), values=parent.values)
    target = fire(situation_of(after, finished))
    if isinstance(target, Refusal):
        return replace(step, held=Held(parent.id, target.reason))
    return replace(move_on(after, finished, target), decided=step.decided)


def recounted(snapshot: Snapshot, at: datetime, today: date) -> Step | None:
    """What follows once seats have been dropped: the next turn of a sequence, or what those who stayed have decided.

    Nobody's going makes a decision fail that others can still take; None when nothing follows.
    """
    rule = snapshot.definition.states[snapshot.case.state].decide
    seats = [each for each in snapshot.turns if each.kind == SEAT]
    if rule is None or not (counted := count(rule, seats)).total:
        return None
    result = outcome(rule, seats)
    if result is Outcome.OPEN or (result is Outcome.FAILED and counted.undecided):
        activated = next_seats(rule, seats)
        return Step(_noted(snapshot, (), activated), activated=activated) if activated else None
    return _by_all(Step(snapshot), rule, result, at, today)


def _by_all(step: Step, rule: Decide, result: Outcome, at: datetime, today: date) -> Step:
    """The move that nobody in particular makes, for the reasons that all have given."""
    trigger = rule.passes if result is Outcome.PASSED else rule.fails
    transition = step.snapshot.definition.find(trigger, step.snapshot.case.state)
    assert transition is not None  # noqa: S101 - `chuangyou check` proves it
    said = _said([each for each in step.snapshot.turns if each.kind == SEAT])
    return _completed(step, Act(transition, SYSTEM_ACTOR, {REASON: said}, at, today))


def _seated(snapshot: Snapshot, act: Act, rule: Decide, verdict: str) -> Step:
    seat = turn_of(snapshot, act.actor, own_turns(snapshot))
    if seat is None or seat.kind != SEAT:
        raise NotAllowed(action=act.transition.title, reason="这一步须由规定的人员共同决定，您不在其中")
    first = Decided(seat.id, verdict, act.actor, act.transition, act.values, _opinion(act))
    decided = (first, *(_repeated(snapshot, seat, first) if verdict == AGREE else ()))
    noted = _noted(snapshot, decided, ())
    seats = [each for each in noted.turns if each.kind == SEAT]
    result = outcome(rule, seats)
    if result is Outcome.OPEN:
        activated = next_seats(rule, seats)
        return Step(_noted(noted, (), activated), decided=decided, activated=activated)
    trigger = rule.passes if result is Outcome.PASSED else rule.fails
    step = Step(noted, decided=decided)
    if trigger == act.transition.trigger:
        return _completed(step, act)
    return _by_all(step, rule, result, act.at, act.today)


def _completed(step: Step, act: Act) -> Step:
    """Move the case by the act that everybody has now decided on. Raises Refused when a guard says no."""
    target = fire(situation_of(step.snapshot, act))
    if isinstance(target, Refusal):
        raise refused(act.transition, target)
    return replace(move_on(step.snapshot, act, target), decided=step.decided)


def _noted(snapshot: Snapshot, decided: Sequence[Decided], activated: Sequence[int]) -> Snapshot:
    said = {each.turn: each for each in decided}
    turns = tuple(_with(each, said.get(each.id), each.id in activated) for each in snapshot.turns)
    return replace(snapshot, turns=turns)


def _with(turn: Turn, decided: Decided | None, activated: bool) -> Turn:
    if decided is not None:
        waits = decided.transition.id if decided.transition else None
        return replace(
            turn, is_closed=True, verdict=decided.verdict, decider=decided.actor.person_id, who=decided.actor.name,
            transition=waits, values=decided.values, opinion=decided.opinion,
        )  # fmt: skip
    return replace(turn, is_waiting=False) if activated else turn


def _repeated(snapshot: Snapshot, seat: Turn, first: Decided) -> list[Decided]:
    """The same person's other seats, where the definition asks nobody twice."""
    state = snapshot.definition.states[snapshot.case.state]
    if state.same_approver is Repeat.OFF:
        return []
    person = first.actor.person_id
    others = sorted((each for each in snapshot.turns if _undecided(each, seat)), key=lambda each: each.position)
    found = []
    for other in others:
        if persons_at(snapshot, other.addresses) == {person}:
            found.append(replace(first, turn=other.id, values={}, opinion="", because="同一人已表示同意"))
        elif state.same_approver is Repeat.CONSECUTIVE and other.position > seat.position:
            break
    return found


def _undecided(turn: Turn, seat: Turn) -> bool:
    return turn.kind == SEAT and turn.id != seat.id and not turn.is_closed


def _opinion(act: Act) -> str:
    return str(act.values.get(REASON) or "")


def _said(seats: Sequence[Turn]) -> str:
    """Who said what, for the reason of a move that nobody in particular made."""
    return "；".join(
        f"{each.who}{VERDICTS[each.verdict]}{f'：{each.opinion}' if each.opinion else ''}"
        for each in seats
        if each.verdict is not None
    )
