"""Who is asked when several decide: a seat for each, resolved when the state is entered (approvals.md, sources)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflow.definition.approval import Climb, Decide, Rule, UpTheTree
from workflow.definition.model import State
from workflow.engine.rights import NAMED, SELF, persons_at, persons_of, post_address, post_addresses, task_addresses
from workflow.engine.routing import Address, addresses
from workflow.engine.snapshot import Snapshot

PERSON = "person"  #: `follow`: the turn stays with who held the post when it came
VACANT = "任职空缺，待补登任职后办理"


@dataclass(frozen=True)
class Seat:
    """One decision that is asked for."""

    addresses: tuple[str, ...]
    position: int = 0
    weight: int = 1
    note: str = ""  #: why somebody else is asked than the role says


def seats(snapshot: Snapshot) -> tuple[Seat, ...]:
    """The seats of the present state's decision rule; none when a single turn serves."""
    state = snapshot.definition.states[snapshot.case.state]
    if state.decide is None or not state.decide.is_joint:
        return ()
    found = _up(snapshot, state, state.decide.up) if state.decide.up else _holders(snapshot, state, state.decide)
    if state.decide.rule is not Rule.SEQUENCE:
        return tuple(found)
    return tuple(replace(each, position=number) for number, each in enumerate(found))


def turn_seat(snapshot: Snapshot) -> Seat | None:
    """The one turn of a state without a joint decision: of everybody who holds its roles; None when no role has one.

    What comes straight back is asked of whoever returned it, as long as that person holds one of the roles.
    """
    state = snapshot.definition.states[snapshot.case.state]
    roles = state.waits_for.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    found = task_addresses(snapshot, roles)
    asked = snapshot.case.asked
    if asked is not None and asked in persons_at(snapshot, found) - initiators(snapshot):
        return Seat((f"p{asked}",))
    if not found or not (state.climbs or state.stand_in or state.follow == PERSON):
        return Seat(found) if found else None
    barred = initiators(snapshot) if Climb.INITIATOR in state.climbs else frozenset()
    holders = persons_at(snapshot, found)
    if holders - barred:
        return Seat(tuple(f"p{each}" for each in sorted(holders - barred)) if state.follow == PERSON else found)
    return _instead(snapshot, state, roles, barred, climbs=bool(holders) or Climb.VACANT in state.climbs) or Seat(found)


def _instead(
    snapshot: Snapshot, state: State, roles: Sequence[str], barred: frozenset[int], *, climbs: bool
) -> Seat | None:
    """Who is asked where nobody can be: the stand-in that the definition names, else the same role further up."""
    if named := _named_instead(snapshot, state, barred):
        return named
    above = [seat for role in roles for seat in _above(snapshot, state, role, barred)] if climbs else []
    addresses = tuple(dict.fromkeys(each for seat in above for each in seat.addresses))
    return Seat(addresses, note=above[0].note) if above else None


def _named_instead(snapshot: Snapshot, state: State, barred: frozenset[int]) -> Seat | None:
    named = task_addresses(snapshot, state.stand_in)
    return Seat(named, note="任职空缺，由指定的人员代为办理") if persons_at(snapshot, named) - barred else None


def initiators(snapshot: Snapshot) -> frozenset[int]:
    """Who never decides on the case: whom it is about, and who opened it."""
    subject = {snapshot.case.person.id} if snapshot.case.person else set()
    return frozenset(subject | ({snapshot.case.opened_by} if snapshot.case.opened_by is not None else set()))


def _holders(snapshot: Snapshot, state: State, rule: Decide) -> Iterator[Seat]:
    seen: set[str] = set()
    for role in state.waits_for.get(snapshot.case.subject, ()):  # type: ignore[call-overload]
        weight = rule.weights.get(role, 1)
        for seat in _of_role(snapshot, state, role):
            if seen.isdisjoint(seat.addresses):
                seen.update(seat.addresses)
                yield replace(seat, weight=weight)


def _of_role(snapshot: Snapshot, state: State, role: str) -> Iterator[Seat]:
    barred = initiators(snapshot)
    if role == SELF or role.startswith(f"{NAMED}."):
        yield from (Seat((f"p{each}",)) for each in persons_of(snapshot, role) if each not in barred)
        return
    asked = post_addresses(snapshot, role)
    able = [each for each in asked if set(snapshot.holders([each])) - barred]
    if able:
        yield from _at(snapshot, state, able, barred)
        return
    named = _named_instead(snapshot, state, barred)
    above = _above(snapshot, state, role, barred) if not named and _climbs(snapshot, state, asked) else ()
    yield from (named,) if named else list(above) or _vacant(asked)


def _vacant(asked: Sequence[Address]) -> tuple[Seat, ...]:
    """The seat that waits for whoever is appointed."""
    return (Seat(tuple(post_address(each) for each in asked), note=VACANT),) if asked else ()


def _climbs(snapshot: Snapshot, state: State, asked: Sequence[Address]) -> bool:
    """Nobody approves their own case: what only the initiator could decide always goes up."""
    return bool(snapshot.holders(asked)) or Climb.VACANT in state.climbs


def _at(
    snapshot: Snapshot, state: State, asked: Sequence[Address], barred: frozenset[int], note: str = ""
) -> Iterator[Seat]:
    """One seat for a post that has one holder, else one for each holder."""
    for body, post in asked:
        if snapshot.vocabulary.posts[post].single and state.follow != PERSON:
            yield Seat((post_address((body, post)),), note=note)
        else:
            holders = snapshot.holders([(body, post)])
            yield from (Seat((f"p{each}",), note=note) for each in holders if each not in barred)


def _above(snapshot: Snapshot, state: State, role: str, barred: frozenset[int]) -> Iterator[Seat]:
    """The same role of the nearest leading superior that has somebody for it."""
    base, _, name = role.partition(".")
    tree = snapshot.tree
    if base not in snapshot.case.bodies:
        return
    for body in tree.ancestors(snapshot.case.bodies[base]):
        asked = [each for each in addresses(tree, snapshot.vocabulary, name, body)
                 if set(snapshot.holders([each])) - barred]  # fmt: skip
        if asked:
            below = tree.bodies[snapshot.case.bodies[base]].short_name
            note = f"{below}没有可以办理的人员，由上级{tree.bodies[body].short_name}办理"
            yield from _at(snapshot, state, asked, barred, note)
            return


def _up(snapshot: Snapshot, state: State, up: UpTheTree) -> Iterator[Seat]:
    """A seat a level, from the nearest leading superior to the stop; the last level's where nobody is to be found."""
    barred, skipped = initiators(snapshot), ""
    asked: Sequence[Address] = ()
    is_found = False
    for level, body in enumerate(snapshot.tree.ancestors(snapshot.case.bodies["own"]), 1):
        asked = addresses(snapshot.tree, snapshot.vocabulary, up.role, body)
        name = snapshot.tree.bodies[body].short_name
        if set(snapshot.holders(asked)) - barred or not _climbs(snapshot, state, asked):
            yield Seat(tuple(post_address(each) for each in asked), note=skipped)
            skipped, is_found = "", True
        else:
            skipped = f"{name}没有可以办理的人员，由上级办理"
        if snapshot.tree.bodies[body].kind in up.until or level == up.levels:
            break
    if not is_found:
        yield from _vacant(asked)
