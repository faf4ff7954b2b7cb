"""In which post of which body somebody acts."""

from __future__ import annotations

from workflow.definition.model import Transition
from workflow.engine.actor import Actor
from workflow.engine.rights import SELF, holds, post_addresses, roles_of
from workflow.engine.snapshot import Snapshot


def capacity(snapshot: Snapshot, actor: Actor, transition: Transition) -> tuple[str, str]:
    """Post title and body in which the actor does this: the first role of the transition that the actor holds."""
    for role in (*roles_of(snapshot, transition), *transition.sign):
        if not holds(snapshot, actor, role):
            continue
        for body, post in post_addresses(snapshot, role):
            if (body, post) in actor.posts:
                return snapshot.vocabulary.posts[post].title, snapshot.tree.bodies[body].name
        if role == SELF:
            return "本人", snapshot.tree.bodies[snapshot.case.bodies["own"]].name
    return office(snapshot, actor)


def office(snapshot: Snapshot, actor: Actor) -> tuple[str, str]:
    """The highest post that somebody holds in a body that the case knows, with the body's name."""
    posts = snapshot.vocabulary.posts
    held = [(body, post) for body, post in actor.posts if body in snapshot.tree.bodies and post in posts]
    if not held:
        return "", ""
    body, post = min(held, key=lambda each: (posts[each[1]].rank, each[0]))
    return posts[post].title, snapshot.tree.bodies[body].name
