"""In which post of which body somebody acts, and the choice where several posts serve (approvals.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from workflow.definition.model import Transition
from workflow.engine.actor import Actor
from workflow.engine.organization import seat_title
from workflow.engine.rights import SELF, holds, post_address, post_addresses, roles_of
from workflow.engine.routing import Address
from workflow.engine.snapshot import Snapshot, Turn


@dataclass(frozen=True)
class Capacity:
    """One way in which somebody may do an act."""

    key: str
    title: str
    who: Actor
    seat: Address

    @property
    def actor(self) -> Actor:
        """Who acts, with the seat chosen."""
        return replace(self.who, seat=self.seat)


def capacities(snapshot: Snapshot, actor: Actor, transition: Transition) -> list[Capacity]:
    """Every post in which the actor may do the act, the own ones first; none where it is done as a person."""
    found: dict[str, Capacity] = {}
    for who in actor.capacities(snapshot.definition.stage):
        for seat in _serving(snapshot, who, transition):
            body, post = seat
            title = seat_title(snapshot.tree.bodies[body].short_name, snapshot.vocabulary.posts[post].title)
            key = f"{who.principal_id or ''}:{body}:{post}"
            in_stead = f"（代{who.principal}）" if who.principal else ""
            found.setdefault(key, Capacity(key, f"{title}{in_stead}", who, seat))
    return list(found.values())


def capacity(snapshot: Snapshot, actor: Actor, transition: Transition) -> tuple[str, str]:
    """Post title and body in which the actor does this: the seat chosen, else the first that serves."""
    seats = list(_serving(snapshot, actor, transition))
    if seats:
        body, post = actor.seat if actor.seat in seats else seats[0]
        return snapshot.vocabulary.posts[post].title, snapshot.tree.bodies[body].name
    if any(role == SELF and holds(snapshot, actor, role) for role in roles_of(snapshot, transition)):
        return "本人", snapshot.tree.bodies[snapshot.case.bodies["own"]].name
    return office(snapshot, actor)


def office_for(snapshot: Snapshot, actor: Actor, turn: Turn | None) -> tuple[str, str]:
    """The post that gives somebody this turn, with the body's name; the highest one where none does."""
    waited = snapshot.definition.states[snapshot.case.state].waits_for.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    meant = [each for role in waited for each in post_addresses(snapshot, role)] if turn else []
    serving = [each for each in meant if each in actor.posts]
    asked = [each for each in serving if turn and post_address(each) in turn.addresses] or serving
    return office(snapshot, replace(actor, posts=frozenset(asked[:1])) if asked else actor)


def office(snapshot: Snapshot, actor: Actor) -> tuple[str, str]:
    """The highest post that somebody holds in a body that the case knows, with the body's name.

    One in a guiding body only where there is no other: nobody is to read that a guide decided (R57).
    """
    posts, tree = snapshot.vocabulary.posts, snapshot.tree
    held = [(body, post) for body, post in actor.posts if body in tree.bodies and post in posts]
    if not held:
        return "", ""
    guiding = {organ for guide in tree.guides.get(snapshot.case.bodies["own"], ()) for organ in tree.with_organs(guide)}
    body, post = min(held, key=lambda each: (each[0] in guiding, posts[each[1]].rank, each))
    return posts[post].title, tree.bodies[body].name


def _serving(snapshot: Snapshot, actor: Actor, transition: Transition) -> Iterator[Address]:
    """The actor's posts that a role of the transition means."""
    for role in (*roles_of(snapshot, transition), *transition.sign):
        if role == SELF and holds(snapshot, actor, role):
            return
        if holds(snapshot, actor, role):
            yield from (each for each in post_addresses(snapshot, role) if each in actor.posts)
