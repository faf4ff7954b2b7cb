"""Turns that nobody can take: to whom they go by the policies of the state, and who is told where they have to wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from workflow.definition.approval import Climb
from workflow.definition.model import Transition
from workflow.engine.organization import seat_title
from workflow.engine.rights import NAMED, named_persons, persons_at, persons_of, post_address, roles_of, task_addresses
from workflow.engine.routing import addresses
from workflow.engine.seats import Seat, initiators, seats, turn_seat
from workflow.engine.snapshot import Snapshot, Turn
from workflow.engine.turns import SEAT, TURN, own_turns

FIRST = "secretary"  #: role of the first responsible person (主要负责人) of a body


@dataclass(frozen=True)
class Replacing:
    """An act by which others are named, because those who were named have left their offices."""

    turn: int  #: the task that waits for them
    transition: Transition
    people: tuple[int, ...]
    addresses: tuple[str, ...]  #: of the office that names


def replacing(snapshot: Snapshot) -> list[Replacing]:
    """What an office has to do for each turn that waits for somebody who may act no more, though reached by name."""
    waited = snapshot.definition.states[snapshot.case.state].waits_for.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    found = []
    for each in snapshot.definition.leaving(snapshot.case.state):
        fields = [name for name in each.replaces if f"{NAMED}.{name}" in waited]
        left = tuple(sorted(set[int]().union(*(_left(snapshot, each, name) for name in fields))))
        turn = next((turn for turn in own_turns(snapshot) if _names_any(turn, left)), None)
        asked = task_addresses(snapshot, roles_of(snapshot, each))
        if turn is not None and persons_at(snapshot, asked):
            found.append(Replacing(turn.id, each, left, asked))
    return found


def _left(snapshot: Snapshot, transition: Transition, field: str) -> set[int]:
    """Of those whom the field names, who holds none of the roles that entitle to it."""
    entitled = (persons_of(snapshot, role) for role in transition.replaces[field])
    return set(named_persons(snapshot.case.data, field)).difference(*entitled)


def _names_any(turn: Turn, people: Iterable[int]) -> bool:
    """Whether the turn is the definition's own and waits for one of them by name; a seat is given anew by itself."""
    return turn.kind == TURN and turn.asked_by is None and any(f"p{each}" in turn.addresses for each in people)


def takers(snapshot: Snapshot, turn: Turn) -> frozenset[int]:
    """Who is reached by the turn and may take it: nobody decides on their own case, nor by an office that has ended."""
    state = snapshot.definition.states[snapshot.case.state]
    judges = turn.kind == SEAT or Climb.INITIATOR in state.climbs
    reached = persons_at(snapshot, turn.addresses) - (initiators(snapshot) if judges else frozenset())
    return reached & _entitled(snapshot, turn) if _is_given_by_name(turn) else reached


def _is_given_by_name(turn: Turn) -> bool:
    """Whether the turn was given to a person: handed on, or come straight back to who had returned it."""
    return turn.kind == TURN and all(each[0] == "p" for each in turn.addresses)


def _entitled(snapshot: Snapshot, turn: Turn) -> frozenset[int]:
    """Who has a right to the turn by the rule, and whom one of them has given it to."""
    only = turn_seat(snapshot)
    by_rule = persons_at(snapshot, only.addresses) if only else frozenset()
    given = persons_at(snapshot, turn.addresses)
    return by_rule | given if only is None or turn.asked_by in by_rule else by_rule


def passed_on(snapshot: Snapshot, blocked: Sequence[Turn]) -> list[tuple[Turn, Seat | None]]:
    """Which of these turns the definition gives to others as things stand now; None: others have that seat already.

    What is not among them is held until somebody is appointed.
    """
    fresh = seats(snapshot)
    if not fresh:
        only = turn_seat(snapshot)
        return [(each, only) for each in blocked if only is not None and set(only.addresses) != set(each.addresses)]
    barred = initiators(snapshot)
    vacant = _addresses(each for each in fresh if not persons_at(snapshot, each.addresses) - barred)
    gone = [each for each in blocked if each.asked_by is None and vacant.isdisjoint(each.addresses)]
    others = [each for each in snapshot.turns if each.kind == SEAT and each not in gone]
    known = vacant | _addresses(others)
    free = [each for each in fresh if known.isdisjoint(each.addresses)][: len(gone)]
    left = vacant | _addresses(each for each in others if each.verdict is not None or not each.is_closed)
    handed = [(each, _home(snapshot, each, fresh, left)) for each in blocked if each.asked_by is not None]
    return [*zip_longest(gone, free), *((turn, home) for turn, home in handed if home is not None)]


def _addresses(asked: Iterable[Seat | Turn]) -> set[str]:
    return {address for each in asked for address in each.addresses}


def _home(snapshot: Snapshot, turn: Turn, fresh: Iterable[Seat], taken: set[str]) -> Seat | None:
    """The seat from which a turn was handed on, as long as whoever handed it on has it."""
    own = (each for each in fresh if taken.isdisjoint(each.addresses))
    return next((each for each in own if turn.asked_by in persons_at(snapshot, each.addresses)), None)


def responsible(snapshot: Snapshot, turn: Turn) -> tuple[str, ...]:
    """Where the first responsible person of the body concerned is reached, or of the nearest superior that has one."""
    barred = initiators(snapshot)
    for body in _line(snapshot, turn):
        asked = addresses(snapshot.tree, snapshot.vocabulary, FIRST, body)
        if found := [each for each in asked if set(snapshot.holders([each])) - barred]:
            return tuple(map(post_address, found))
    return ()


def posts_in_words(snapshot: Snapshot, turn: Turn) -> str:
    """The posts that are asked: 重机党委党委书记; 指定的人员 where persons are."""
    return "、".join(_titles(snapshot, turn)) or "指定的人员"


def _titles(snapshot: Snapshot, turn: Turn) -> Iterator[str]:
    for each in turn.addresses:
        body, _, post = each[1:].partition(":")
        if post and int(body) in snapshot.tree.bodies:
            yield seat_title(snapshot.tree.bodies[int(body)].short_name, snapshot.vocabulary.posts[post].title)


def _line(snapshot: Snapshot, turn: Turn) -> Iterator[int]:
    """The body whose post is asked, or which it serves as a working body, and its leading superiors."""
    tree = snapshot.tree
    named = (int(each[1:].partition(":")[0]) for each in turn.addresses if each[0] == "o")
    body = next((each for each in named if each in tree.bodies), snapshot.case.bodies["own"])
    while snapshot.vocabulary.kinds[tree.bodies[body].kind].organ:
        hosts = [host for host, organs in tree.organs.items() if body in organs]
        if not hosts:
            break
        body = hosts[0]
    yield body
    yield from tree.ancestors(body)
