"""A drawn tree of Party bodies with people on their posts, for campaigns that are played through the engine alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.engine.cast import vocabulary
from workflow.engine.actor import Actor
from workflow.engine.routing import Address, Body, Tree
from workflow.engine.snapshot import Member
from workflow.simulation.chance import Chance

MEMBERS, EMPLOYEES = 5, 6  #: of a branch, at most besides the least
LEAST_MEMBERS, LEAST_EMPLOYEES = 4, 6
MANY = {"full_member": (LEAST_MEMBERS, MEMBERS), "employee": (LEAST_EMPLOYEES, EMPLOYEES)}
SEVERAL = 30  #: percent of other posts that two share, where a post is not one person's
GUIDED = 40  #: percent of countries with an enterprise that is led by another line
PROBATIONARY = "probationary_member"


@dataclass
class Country:
    """Bodies, and who holds which post now."""

    tree: Tree
    posts: dict[Address, tuple[int, ...]] = field(default_factory=dict)
    bodies: tuple[int, ...] = ()  #: those for which cases are opened
    actors: dict[int, Actor] = field(default_factory=dict)  #: those asked for, as long as their posts stay
    found: dict[tuple[Address, ...], tuple[int, ...]] = field(default_factory=dict)  #: holders, as long as posts stay

    def holders(self, addresses: Sequence[Address]) -> tuple[int, ...]:
        """Who holds any of these posts."""
        if (key := tuple(addresses)) not in self.found:
            self.found[key] = tuple(sorted({each for address in key for each in self.posts.get(address, ())}))
        return self.found[key]

    def held_by(self, person: int) -> frozenset[Address]:
        """The posts of a person."""
        return self.actor(person).posts

    def actor(self, person: int) -> Actor:
        """A person who acts in the own right."""
        if person not in self.actors:
            held = frozenset(address for address, people in self.posts.items() if person in people)
            self.actors[person] = Actor(person, f"人员{person}", held)
        return self.actors[person]

    def member(self, person: int) -> Member:
        """A Party member as the subject of a case."""
        posts = self.held_by(person)
        return Member(person, f"人员{person}", "probationary" if _has(posts, PROBATIONARY) else "full", posts)

    def members(self, body: int) -> tuple[int, ...]:
        """The Party members of a branch."""
        return self.holders([(body, "full_member"), (body, PROBATIONARY)])

    def everybody(self) -> tuple[int, ...]:
        """All persons."""
        return self.holders(list(self.posts))

    def hand_over(self, address: Address, *people: int) -> None:
        """The post goes to others, or to nobody."""
        for each in (*self.posts.get(address, ()), *people):
            self.actors.pop(each, None)
        self.posts[address] = people
        self.found.clear()


def _has(posts: frozenset[Address], code: str) -> bool:
    return any(post == code for _, post in posts)


def country(chance: Chance, branches: int) -> Country:
    """The leading group, an enterprise with its organs, committees below it, and branches below these."""
    drawn = _Drawn()
    top = drawn.body("ce_lg", above=drawn.body("central_lg"))
    drawn.body("ce_lg_office", organ_of=top)
    enterprise = drawn.enterprise(above=top)
    committees = [drawn.body("sub_committee", above=enterprise) for _ in range(chance.between(1, 2))]
    above = [*committees, drawn.body("general_branch", above=committees[0])]
    found = [drawn.body("branch", above=chance.pick(above)) for _ in range(branches)]
    if chance.happens(GUIDED):
        local = drawn.body("local_committee")
        drawn.guides[drawn.enterprise(above=local)] = (top,)
    tree = Tree(drawn.bodies, drawn.leads, drawn.guides, drawn.organs)
    return Country(tree, dict(_people(chance, tree)), (enterprise, *committees, *found))


class _Drawn:
    """Bodies as they are added."""

    def __init__(self) -> None:
        self.bodies: dict[int, Body] = {}
        self.leads: dict[int, tuple[int, ...]] = {}
        self.guides: dict[int, tuple[int, ...]] = {}
        self.organs: dict[int, tuple[int, ...]] = {}

    def body(self, kind: str, above: int | None = None, organ_of: int | None = None) -> int:
        """One more."""
        number = len(self.bodies) + 1
        category = next(iter(vocabulary().categories)) if kind.endswith("committee") else ""
        self.bodies[number] = Body(
            number, f"B{number}", f"第{number}党组织", f"党组织{number}", kind, "sasac", category
        )
        if above is not None:
            self.leads[number] = (above,)
        if organ_of is not None:
            self.organs[organ_of] = (*self.organs.get(organ_of, ()), number)
        return number

    def enterprise(self, above: int) -> int:
        """One more, with its leading group and the office of that."""
        found = self.body("ent_committee", above=above)
        self.body("ent_lg_office", organ_of=self.body("ent_lg", organ_of=found))
        return found


def _people(chance: Chance, tree: Tree) -> Iterator[tuple[Address, tuple[int, ...]]]:
    last = 100
    for body in tree.bodies.values():
        for post in sorted(vocabulary().kinds[body.kind].posts):
            least, more = MANY.get(post, (1, 0))
            several = post not in MANY and not vocabulary().posts[post].single and chance.happens(SEVERAL)
            count = least + (chance.below(more + 1) if more else several)
            yield (body.id, post), tuple(range(last + 1, last + count + 1))
            last += count
