"""A random tree: a central leading group, an enterprise under it, what the enterprise leads, and a guide beside it.

Names are invented. Everything is registered through the operations that an organiser uses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from workflow.engine.organization import FULL_MEMBER, LEAD, SAME_LEVEL, post_refusal
from workflow.errors import WorkflowError
from workflow.operations.installation import Installation
from workflow.operations.organization.appointing import Seat, add_account, add_person, appoint
from workflow.operations.organization.organizing import Edge, NewBody, add_body, set_relation
from workflow.operations.organization.posts import PARTY
from workflow.simulation.chance import Chance
from workflow.store.organization import Organization
from workflow.store.people import Person

BELOW = {
    "ent_committee": ("sub_committee", "general_branch", "branch"),
    "sub_committee": ("general_branch", "branch"),
    "general_branch": ("branch",),
}  #: which kinds of body a kind leads
ORGANS = {"ce_lg": ("ce_lg_office",), "ent_committee": ("ent_lg",), "ent_lg": ("ent_lg_office",)}
TITLES = {
    "ce_lg": "领导小组", "ce_lg_office": "领导小组办公室", "ent_lg": "创优领导小组", "ent_lg_office": "创优办公室",
    "ent_committee": "党委", "sub_committee": "党委", "general_branch": "党总支", "branch": "党支部",
    "local_committee": "地方党委",
}  # fmt: skip
PLACES = "东南西北中上前左右远近高平明清长安和顺丰"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "安邦成达恩方国海嘉康立明宁平庆荣山泰文学"
CROWDED = frozenset({"committee_member", "lg_member", "party_dept_staff", "gb_committee", "lg_office_staff"})
CONTACT, REACHABLE = {"contact": "办公室", "phone": "0000-0000000"}, 75  #: percent of bodies that tell it
VACANT = 6  #: percent of posts that nobody holds
HEADS = frozenset({"party_secretary", "gb_secretary", "branch_secretary", "lg_head"})
ABOVE = 8  #: people of the central leading group and of the guide
PROBATIONARY = 10  #: percent of members
EMPLOYEES = 3  #: a body below the enterprise


@dataclass(frozen=True)
class Shape:
    """How large the tree is: organs, the central leading group and the guide come on top."""

    bodies: int = 4
    members: int = 24


@dataclass
class Nursery:
    """A tree that grows."""

    session: Session
    installation: Installation
    chance: Chance
    since: date
    made: int = 0
    organs: dict[int, list[Organization]] = field(default_factory=dict)  #: by the body beside which they stand

    def body(self, kind: str, superior: Organization | None = None, relation: str = LEAD) -> Organization:
        """A new body with its organs."""
        self.made += 1
        name = f"{PLACES[self.made % len(PLACES)]}{self.made}{TITLES[kind]}"
        relations = {"ent_committee": "sasac"} if superior is not None else {}
        category = self.chance.pick(list(self.installation.definitions.organization.categories))
        new = NewBody(
            f"B{self.made:02}", name, name, kind, category=category, party_relation=relations.get(kind),
            number_prefix=name[0] + PLACES[-self.made % len(PLACES)],
            **(CONTACT if self.chance.happens(REACHABLE) else {}),
        )  # fmt: skip
        found = add_body(self.session, self.installation, new, self.since)
        if superior is not None:
            set_relation(self.session, self.installation, Edge(relation, superior, found), self.since)
        for organ in ORGANS.get(kind, ()):
            self.organs.setdefault(found.id, []).append(self.body(organ, found, SAME_LEVEL))
        return found

    def with_organs(self, body: Organization) -> list[Organization]:
        """A body, its organs and theirs."""
        return [body, *(each for organ in self.organs.get(body.id, ()) for each in self.with_organs(organ))]

    def person(self, status: str = FULL_MEMBER) -> Person:
        """Somebody with an account."""
        self.made += 1
        name = self.chance.pick(SURNAMES) + self.chance.pick(GIVEN) + self.chance.pick(GIVEN)
        found = add_person(self.session, number=f"P{self.made:03}", name=name, party_status=status)
        add_account(self.session, found, f"p{self.made:03}")
        return found

    def appoint(self, who: Person, body: Organization, code: str) -> None:
        """Give a post, where the rules let this person have it."""
        try:
            with self.session.begin_nested():
                appoint(self.session, self.installation, who, Seat(body, code), self.since)
        except WorkflowError:
            return


def grow(
    session: Session, installation: Installation, chance: Chance, shape: Shape, since: date, *, deep: bool = False
) -> None:
    """Register a random tree and its people; a deep one has a branch below a committee below the enterprise."""
    nursery = Nursery(session, installation, chance, since)
    above, guide = nursery.body("ce_lg"), nursery.body("local_committee")
    enterprise = nursery.body("ent_committee", above)
    led = [enterprise]
    if deep:
        led.append(nursery.body("sub_committee", enterprise))
        led.append(nursery.body("branch", led[-1]))
    while len(led) < shape.bodies:
        superior = chance.pick([each for each in led if each.kind in BELOW])
        kind = "branch" if len(led) == shape.bodies - 1 else chance.pick(BELOW[superior.kind])
        led.append(nursery.body(kind, superior))
    set_relation(session, installation, Edge("guide", guide, enterprise), since)
    _staff(nursery, [above, guide], [nursery.person() for _ in range(ABOVE)])
    _people(nursery, led, shape.members)


def _people(nursery: Nursery, led: list[Organization], count: int) -> None:
    """Members in the branches, offices among them, other staff in every body."""
    branches = [each for each in led if each.kind == "branch"]
    members: list[Person] = []
    for number in range(count):
        full = not nursery.chance.happens(PROBATIONARY)
        members.append(nursery.person(FULL_MEMBER if full else "probationary"))
        nursery.appoint(members[-1], branches[number % len(branches)], PARTY[0] if full else PARTY[1])
    for body in led:
        for _ in range(EMPLOYEES):
            nursery.appoint(nursery.person("none"), body, "employee")
    full_members = [each for each in members if each.party_status == FULL_MEMBER]
    _staff(nursery, [each for each in led if each.kind != "branch"], full_members)
    for number, branch in enumerate(branches):
        _staff(nursery, [branch], [each for each in full_members if members.index(each) % len(branches) == number])


def _staff(nursery: Nursery, bodies: list[Organization], people: list[Person]) -> None:
    """Offices of these bodies and of their organs for these people; some stay vacant."""
    words = nursery.installation.definitions.organization
    for body in [each for one in bodies for each in nursery.with_organs(one)]:
        for code in words.kinds[body.kind].posts:
            if code in (*PARTY, "employee") or (code not in HEADS and nursery.chance.happens(VACANT)):
                continue
            for who in nursery.chance.some(people, 2 if code in CROWDED else 1):
                if post_refusal(words, body.kind, code, who.party_status) is None:
                    nursery.appoint(who, body, code)
