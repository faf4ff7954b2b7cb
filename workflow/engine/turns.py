"""The tasks of a round as the engine sees them: whose turn it is, and who has to be heard first."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.definition.approval import Climb
from workflow.definition.model import State, Tone, Transition
from workflow.engine.actor import Actor
from workflow.engine.deciding import AGREE, REFUSE
from workflow.engine.machine import Refusal, refused
from workflow.engine.rights import (
    held_addresses,
    persons_at,
    persons_of,
    posts_above,
    roles_of,
    task_addresses,
    why_not,
)
from workflow.engine.routing import Address
from workflow.engine.seats import PERSON, initiators
from workflow.engine.snapshot import Act, Snapshot, Turn
from workflow.errors import NotAllowed

TURN, SEAT = "turn", "seat"
BEFORE, PARALLEL, AFTER = "before", "parallel", "after"
DELEGATED, CONSULTED, COPIED = "delegated", "consulted", "copied"
VACANCY = "vacancy"  #: somebody is to be appointed before a turn can be taken; decides nothing
SIGNERS = (BEFORE, PARALLEL, AFTER)  #: 加签: they agree or refuse, and their parent waits for them
ASIDE = (COPIED, CONSULTED, VACANCY)  #: tasks whose answer the case does not wait for
OWN = (TURN, SEAT)  #: turns that the definition gives; all others were asked for by a holder


def is_open(turn: Turn) -> bool:
    """Whether the task waits for somebody now."""
    return not turn.is_closed and not turn.is_waiting


def own_turns(snapshot: Snapshot) -> list[Turn]:
    """The open turns and seats that the definition gives."""
    return [each for each in snapshot.turns if each.kind in OWN and is_open(each)]


def turn_of(snapshot: Snapshot, actor: Actor, turns: Iterable[Turn]) -> Turn | None:
    """The first of these tasks that is addressed to the actor, and for which the actor is still in office."""
    mine = held_addresses(actor)
    found = (each for each in turns if any(address in mine for address in each.addresses))
    return next((each for each in found if _is_kept(snapshot, actor, each)), None)


def lapsed(snapshot: Snapshot) -> list[Turn]:
    """Undecided seats whose holders have lost the post, or the account, for which they were asked."""
    posts = _posts_asked(snapshot)
    given = [each for each in snapshot.turns if not each.is_closed and _goes_with_post(snapshot, each)]
    if not given or frozenset() in posts:
        return []
    present = set(snapshot.holders(sorted(frozenset().union(*posts))))
    return [each for each in given if int(each.addresses[0][1:]) not in present]


def _is_kept(snapshot: Snapshot, actor: Actor, turn: Turn) -> bool:
    """A seat given to each holder of a post is lost with the post, unless the state freezes it (invariant 8)."""
    if not _goes_with_post(snapshot, turn):
        return True
    return any(not posts or not actor.posts.isdisjoint(posts) for posts in _posts_asked(snapshot))


def _goes_with_post(snapshot: Snapshot, turn: Turn) -> bool:
    by_name = turn.kind == SEAT and turn.asked_by is None and turn.addresses[0][0] == "p"
    return by_name and snapshot.definition.states[snapshot.case.state].follow != PERSON


def _posts_asked(snapshot: Snapshot) -> list[frozenset[Address]]:
    """For each role that is asked, its posts; none where it names persons."""
    state = snapshot.definition.states[snapshot.case.state]
    waited = (*state.waits_for.get(snapshot.case.subject, ()), *state.stand_in)  # type: ignore[call-overload]
    return [posts_above(snapshot, each) for each in waited]


def is_asked(snapshot: Snapshot, actor: Actor, transition: Transition) -> bool:
    """Whether a task gives the actor what the holder of a role may do: as a seat, handed on, climbed or standing in.

    It gives no more than that role: who shares a turn with others has not what only the others may do.
    """
    turn = turn_of(snapshot, actor, own_turns(snapshot))
    if turn is None or is_seated(snapshot, transition):
        return turn is not None and turn.kind == SEAT
    state = snapshot.definition.states[snapshot.case.state]
    waited = state.waits_for.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    roles = [each for each in roles_of(snapshot, transition) if each in waited]
    if turn.asked_by is not None:
        return any(turn.asked_by in _entitled(snapshot, state, role) for role in roles)
    if state.stand_in and set(turn.addresses) == set(task_addresses(snapshot, state.stand_in)):
        return bool(roles)
    return _may_climb(state) and any(not actor.posts.isdisjoint(posts_above(snapshot, role)) for role in roles)


def _may_climb(state: State) -> bool:
    return bool(state.climbs) or (state.decide is not None and state.decide.is_joint)


def _entitled(snapshot: Snapshot, state: State, role: str) -> frozenset[int]:
    """Who may hand on the turn of a role: its holders, who stands in for them, and to whom it may have climbed."""
    found = {*persons_of(snapshot, role), *persons_at(snapshot, task_addresses(snapshot, state.stand_in))}
    return frozenset(found | set(snapshot.holders(sorted(posts_above(snapshot, role))) if _may_climb(state) else ()))


def check_turn(snapshot: Snapshot, act: Act) -> None:
    """Raise NotAllowed without a seat where seats decide, Refused while somebody has to be heard first."""
    if _judges(snapshot, act.transition) and not initiators(snapshot).isdisjoint(_persons(act.actor)):
        raise NotAllowed(
            action=act.transition.title, reason="本人（或者所代理的人）发起的、与本人有关的事项，须由他人决定"
        )
    if is_seated(snapshot, act.transition) and turn_of(snapshot, act.actor, own_turns(snapshot)) is None:
        raise NotAllowed(action=act.transition.title, reason=_why_no_seat(snapshot, act))
    if act.transition.tone is Tone.FORWARD and (reason := _waits_for(snapshot, act.actor)):
        raise refused(act.transition, Refusal("signers_are_heard", reason))


def _judges(snapshot: Snapshot, transition: Transition) -> bool:
    """Whether the act is one that nobody does on their own case: on a seat, or where the definition says so."""
    state = snapshot.definition.states[snapshot.case.state]
    waited = state.waits_for.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    barred = Climb.INITIATOR in state.climbs and not set(waited).isdisjoint(roles_of(snapshot, transition))
    return barred or is_seated(snapshot, transition)


def _persons(actor: Actor) -> tuple[int | None, int | None]:
    return actor.person_id, actor.principal_id


def is_seated(snapshot: Snapshot, transition: Transition) -> bool:
    """Whether the act is a decision on a seat."""
    rule = snapshot.definition.states[snapshot.case.state].decide
    return rule is not None and rule.is_joint and transition.trigger in (rule.passes, rule.fails)


def _why_no_seat(snapshot: Snapshot, act: Act) -> str:
    if any(each.decider == act.actor.person_id for each in snapshot.turns if each.kind == SEAT):
        return "您已经表示过意见"
    waiting = [each for each in snapshot.turns if each.is_waiting and not each.is_closed]
    if turn_of(snapshot, act.actor, waiting) is not None:
        return "还没有轮到您，请等前面的人员办理"
    return why_not(snapshot, act.actor, act.transition)


def latest(turns: Iterable[Turn]) -> list[Turn]:
    """Of those asked more than once, what was asked last."""
    found: dict[tuple[str, ...], Turn] = {}
    for each in turns:
        found[each.addresses] = each
    return list(found.values())


def signers(snapshot: Snapshot, parents: Iterable[int]) -> list[Turn]:
    """The signers added to these tasks and not removed, what was asked last of each."""
    among = set(parents)
    asked = [each for each in snapshot.turns if each.kind in SIGNERS and each.parent in among]
    return latest(each for each in asked if each.verdict is not None or not each.is_closed)


def _waits_for(snapshot: Snapshot, actor: Actor) -> str | None:
    """Why a forward act has to wait: signers to be heard before, a delegate, or a signer who refused."""
    seat = turn_of(snapshot, actor, (each for each in own_turns(snapshot) if each.kind == SEAT))
    own = [seat] if seat else [each for each in snapshot.turns if each.kind in OWN]
    if not own:
        return None
    asked = signers(snapshot, [each.id for each in own])
    refused = [each for each in asked if each.verdict == REFUSE]
    if refused:
        said = "；".join(f"{each.who}：{each.opinion}" for each in refused)
        return f"加签人员不同意（{said}）。可以退回，或者再次请其表示意见"
    waiting = [each for each in asked if each.kind == BEFORE and each.verdict is None]
    parents = {each.id for each in own}
    waiting += [
        each for each in snapshot.turns if each.kind == DELEGATED and not each.is_closed and each.parent in parents
    ]
    if waiting:
        return f"须先由{'、'.join(each.who for each in waiting)}办理，办理后再由您决定；也可以先撤回"
    others = [each for each in asked if each.verdict is None]
    if others and turn_of(snapshot, actor, own_turns(snapshot)) is None:
        return f"正由{'、'.join(each.who for each in others)}加签，请等加签人员办理"
    return None


def heard_first(snapshot: Snapshot, turn: Turn) -> list[Turn]:
    """Those without whom this open turn goes no further: signers before it, and its delegates (as `check_turn`)."""
    parents = {turn.id} if turn.kind == SEAT else {each.id for each in snapshot.turns if each.kind in OWN}
    return [
        each
        for each in snapshot.turns
        if each.kind in (BEFORE, DELEGATED) and is_open(each) and each.verdict is None and each.parent in parents
    ]


def unheard(snapshot: Snapshot, turn: Turn) -> list[Turn]:
    """Signers beside and after a turn who have not agreed yet."""
    return [each for each in signers(snapshot, [turn.id]) if each.kind != BEFORE and each.verdict != AGREE]
