"""Who acts: a person with the posts of this moment, in their own right or in somebody's stead."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workflow.engine.routing import Address


@dataclass(frozen=True)
class Stand:
    """What somebody is let do in another's stead: the principal's posts, on cases of some stages or of all."""

    principal_id: int
    principal: str  #: name
    posts: frozenset[Address]
    stages: tuple[str, ...] = ()  #: empty for all

    def covers(self, stage: str) -> bool:
        """Whether cases of the stage are within it."""
        return not self.stages or stage in self.stages


@dataclass(frozen=True)
class Actor:
    """Who acts, with the posts held at this moment. `person_id` is None for the system.

    A substitute acts with the posts of the principal, and is still the person who acts.
    """

    person_id: int | None
    name: str
    posts: frozenset[Address] = frozenset()
    stands: tuple[Stand, ...] = ()  #: in whose stead else
    principal_id: int | None = None  #: on whose behalf
    principal: str = ""  #: the principal's name
    seat: Address | None = None  #: of several posts the one chosen to act in

    @property
    def is_system(self) -> bool:
        """Whether the service itself acts (timer, child case, automatic step)."""
        return self.person_id is None

    def capacities(self, stage: str) -> tuple[Actor, ...]:
        """The person, then the person in the stead of each principal on cases of the stage."""
        posts: dict[tuple[int, str], frozenset[Address]] = {}
        for each in self.stands:
            if each.covers(stage):
                key = (each.principal_id, each.principal)
                posts[key] = posts.get(key, frozenset()) | each.posts
        stead = (
            replace(self, posts=held, stands=(), principal_id=number, principal=name)
            for (number, name), held in posts.items()
        )
        return (self, *stead)
