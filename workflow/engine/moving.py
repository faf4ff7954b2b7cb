"""One transition applied to a snapshot: data, effects, the new state, and what follows by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from workflow.definition.approval import Repeat
from workflow.definition.model import Child, Tone, Transition
from workflow.engine.actor import Actor
from workflow.engine.appended import Appended
from workflow.engine.deadlines import due_moment
from workflow.engine.machine import fire
from workflow.engine.offspring import litters
from workflow.engine.registry import EFFECTS, GUARDS
from workflow.engine.returning import PROCEDURE, destination, returned_by
from workflow.engine.rights import persons_at, task_addresses
from workflow.engine.signing import void
from workflow.engine.snapshot import Act, Change, Data, PastAct, Signature, Situation, Snapshot

SYSTEM_ACTOR = Actor(None, "系统")
MOST_AUTOMATIC = 20  #: automatic moves in a row before the definition is called a loop
REASON = "reason"
AGREED_BEFORE = "同一人已在前面的环节表示同意，自动转入下一步"


@dataclass(frozen=True)
class Move:
    """One transition that happened."""

    transition: Transition
    source: str
    target: str
    actor: Actor
    values: Data  #: what was entered, reason included
    round: int


@dataclass(frozen=True)
class Decided:
    """What somebody said on one task."""

    turn: int
    verdict: str
    actor: Actor
    transition: Transition | None = None  #: the act that waits until all have decided
    values: Data = field(default_factory=dict)  #: entered with it
    opinion: str = ""
    because: str = ""  #: why nobody had to be asked again


@dataclass(frozen=True)
class Held:
    """All have agreed, but the holder's act can no longer be done: the holder has the turn again."""

    turn: int
    reason: str


@dataclass(frozen=True)
class Step:
    """Everything that follows from an act. With no moves it is one signature of several."""

    snapshot: Snapshot  #: the case as it stands afterwards
    moves: tuple[Move, ...] = ()
    signature: Signature | None = None
    signer: Actor | None = None
    decided: tuple[Decided, ...] = ()  #: on tasks of the round
    activated: tuple[int, ...] = ()  #: tasks whose turn it now is
    held: Held | None = None
    void: tuple[Signature, ...] = ()  #: of those who were replaced: they count no longer
    change: Change = field(default_factory=Change)  #: what effects added, over all moves
    children: tuple[str, ...] = ()  #: names of the child cases to open


def as_principal(act: Act) -> tuple[Act, ...]:
    """The act as if the principal did it, where somebody acts in another's stead; nothing else."""
    principal = act.actor.principal_id
    return () if principal is None else (replace(act, actor=replace(act.actor, person_id=principal)),)


def situation_of(snapshot: Snapshot, act: Act) -> Situation:
    """The snapshot and the act, with what the act enters laid over the case's data."""
    return Situation(snapshot, act, {**snapshot.case.data, **act.values})


def entered_by(act: Act) -> dict[str, object]:
    """What the act adds to the case's data."""
    confidential = {each.name for each in act.transition.ask if not isinstance(each, str) and each.confidential}
    return {name: value for name, value in act.values.items() if name not in PROCEDURE and name not in confidential}


def move(snapshot: Snapshot, act: Act, target: str) -> Step:
    """Apply the act: data entered, effects, the new state and round."""
    target, resume = destination(snapshot, act, target)
    change = Change(data=entered_by(act))
    for name in act.transition.effects:
        before = Situation(snapshot, act, {**snapshot.case.data, **change.data})
        change = _merge(change, EFFECTS[name](before))
    case = snapshot.case
    data, stays = {**case.data, **change.data}, target == case.state
    is_back = case.resume is not None and resume is None and target == case.resume
    moved = replace(
        case,
        state=target,
        round=case.round if stays else case.round + 1,
        data=data,
        bodies={**case.bodies, **change.bodies},
        # automatic moves that follow look at the new state's moment, not the old one's
        due_at=case.due_at if stays else due_moment(snapshot, target, data, act.today),
        resume=resume,
        asked=returned_by(snapshot) if is_back else None,
    )
    past = PastAct(act.transition.id, act.transition.trigger, act.actor.person_id, act.today, target, case.round,
                   str(act.values.get(REASON, "")))  # fmt: skip
    gone = void(snapshot, data) if stays else ()
    # Signatures are read from the database only where somebody looks at them.
    left = [each for each in snapshot.signatures if each not in gone] if gone else snapshot.signatures
    signatures, turns = (left, snapshot.turns) if stays else ((), ())
    history = Appended(snapshot.history, past)
    after = replace(snapshot, case=moved, history=history, signatures=signatures, turns=turns)
    move = Move(act.transition, case.state, target, act.actor, act.values, case.round)
    return Step(after, (move,), void=gone, change=change, children=_children(after, act, None if stays else target))


def _merge(first: Change, second: Change) -> Change:
    return Change(
        data={**first.data, **second.data},
        bodies={**first.bodies, **second.bodies},
        roster=second.roster if second.roster is not None else first.roster,
        rewrite_ballots=first.rewrite_ballots or second.rewrite_ballots,
    )


def _children(snapshot: Snapshot, act: Act, entered: str | None) -> tuple[str, ...]:
    return tuple(
        name
        for name, child in snapshot.definition.children.items()
        if (act.transition.id in child.opens_after or entered in child.opens_in)
        and holds_true(snapshot, act, child.when)
        and (child.each is None or litters(child, snapshot.case.data))
        and not _is_running(snapshot, name, child)
    )


def _is_running(snapshot: Snapshot, name: str, child: Child) -> bool:
    last = snapshot.last_child(name)
    return last is not None and not last.final and bool(child.opens_in)


def holds_true(snapshot: Snapshot, act: Act, guard: str | None) -> bool:
    """Whether a `when:` guard lets a child be opened or a paper be made."""
    return guard is None or GUARDS[guard](situation_of(snapshot, act)) is None


def leaves(snapshot: Snapshot, act: Act, name: str) -> bool:
    """Whether the act makes this paper: its issuer takes part, its `when:` holds, and it is the one chosen."""
    paper = snapshot.definition.documents[name]
    if paper.chosen_by and {**snapshot.case.data, **act.values}.get(paper.chosen_by) != name:
        return False
    return paper.issuer in snapshot.case.bodies and holds_true(snapshot, act, paper.when)


def move_on(snapshot: Snapshot, act: Act, target: str) -> Step:
    """Apply the act, then every automatic transition that it makes possible."""
    return follow(move(snapshot, act, target), act.at, act.today)


def follow(step: Step, at: datetime, today: date) -> Step:
    """Fire automatic transitions until none is possible."""
    for _ in range(MOST_AUTOMATIC):
        following = _automatic(step.snapshot, at, today)
        if following is None:
            return step
        step = replace(
            step,
            snapshot=following.snapshot,
            moves=(*step.moves, *following.moves),
            change=_merge(step.change, following.change),
            children=tuple(dict.fromkeys((*step.children, *following.children))),
        )
    raise RuntimeError(f"{step.snapshot.definition.stage}: automatic transitions do not come to rest")


def _agreed_before(snapshot: Snapshot) -> Transition | None:
    """The one step ahead, where the definition asks nobody twice and the only one to take it agreed before."""
    state = snapshot.definition.states[snapshot.case.state]
    if state.same_approver is Repeat.OFF or (state.decide is not None and state.decide.is_joint):
        return None
    leaving = snapshot.definition.leaving(snapshot.case.state)
    ahead = [each for each in leaving if each.tone is Tone.FORWARD and not each.is_system]
    asked = persons_at(snapshot, task_addresses(snapshot, state.waits_for.get(snapshot.case.subject, ())))  # type: ignore[call-overload]
    if len(ahead) != 1 or ahead[0].ask or ahead[0].sign or len(asked) != 1:
        return None
    acts = [act for act in snapshot.history if act.person_id is not None]
    before = acts[-1:] if state.same_approver is Repeat.CONSECUTIVE else acts
    return ahead[0] if asked <= {act.person_id for act in before} else None


def _automatic(snapshot: Snapshot, at: datetime, today: date) -> Step | None:
    agreed = _agreed_before(snapshot)
    for transition in snapshot.definition.leaving(snapshot.case.state):
        if transition.auto or transition is agreed:
            values = {REASON: AGREED_BEFORE} if transition is agreed else {}
            automatic = Act(transition, SYSTEM_ACTOR, values, at, today)
            target = fire(situation_of(snapshot, automatic))
            if isinstance(target, str):
                return move(snapshot, automatic, target)
    return None
