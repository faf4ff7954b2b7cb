"""What somebody has on the screen: a case, the acts that the product offers, and a form filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.definition.model import Tone, Transition
from workflow.engine.actor import Actor
from workflow.engine.options import Option
from workflow.operations.filling import asked_fields, choices, prefilled
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.posts import actor, holders
from workflow.operations.reading.options import options_of
from workflow.simulation.chance import Chance
from workflow.simulation.forms import CARELESS, Clerk
from workflow.simulation.wishes import Entered
from workflow.simulation.world import World
from workflow.store.cases import Case
from workflow.store.fetching import found_rows
from workflow.store.people import Person
from workflow.store.prepared import Prepared
from workflow.store.tasks import Candidate, Task

TONES = {Tone.FORWARD: 40, Tone.RECORD: 8, Tone.RETURN: 7, Tone.REJECT: 5, Tone.WITHDRAW: 1}
STRANGER = 3  #: percent of acts that somebody tries whose turn it is not
BLINDLY = 4  #: percent of acts that are tried although the page says that they are not possible
BYSTANDERS = 6  #: who are asked for one act
KEY_BYTES = 12
OPEN_TASKS = Prepared(
    select(Task.id, Task.case_id).where(Task.closed_at.is_(None), Task.is_waiting.is_(False)).order_by(Task.id)
)
ADDRESSES = Prepared(
    select(Candidate.address).where(Candidate.task_id == bindparam("task")).order_by(Candidate.address)
)
PEOPLE = Prepared(select(Person.id).order_by(Person.id))
OPEN_CASES = Prepared(select(Case.id).where(Case.closed_at.is_(None)).order_by(Case.id))


@dataclass(frozen=True)
class Page:
    """A form on the screen of somebody, ready to be sent."""

    who: Actor  #: as of when it was opened
    case: int
    number: str
    title: str
    trigger: str
    done: str  #: title of the act
    values: Mapping[str, Any]
    version: int
    key: bytes  #: under which it is sent: the same one when it is sent again


@dataclass
class Offers:
    """What a case as it was loaded offers to each who looks at it, found out once for each."""

    session: Session
    world: World
    loaded: Loaded
    actors: dict[int, Actor] = field(default_factory=dict)
    found: dict[int | None, list[Option]] = field(default_factory=dict)

    def actor(self, person: int) -> Actor:
        """The person with the posts of today."""
        if person not in self.actors:
            self.actors[person] = actor(self.session, person, self.world.today)
        return self.actors[person]

    def of(self, who: Actor) -> list[Option]:
        """Every act that leaves the present state."""
        if who.person_id not in self.found:
            self.found[who.person_id] = options_of(self.loaded, who)
            self.world.seen.update(f"shown: {each.guard}" for each in self.found[who.person_id] if each.guard)
        return self.found[who.person_id]

    def allow(self, who: Actor, move: Transition) -> bool:
        """Whether this act is offered and possible."""
        return any(each.transition.id == move.id and each.allowed for each in self.of(who))


def open_task(session: Session, chance: Chance) -> tuple[int, list[str]] | None:
    """Some open task: its case, and the addresses that may take it."""
    ids = found_rows(session, OPEN_TASKS, {})
    if not ids:
        return None
    task, case = chance.pick(ids)
    return case, [address for (address,) in found_rows(session, ADDRESSES, {"task": task})]


def reached(session: Session, world: World, addresses: list[str]) -> list[int]:
    """Who holds one of these addresses now."""
    named = [int(each[1:]) for each in addresses if each.startswith("p")]
    seats = [(int(body[1:]), post) for body, _, post in (each.partition(":") for each in addresses) if post]
    return sorted({*named, *holders(session, seats, world.today)})


def somebody(session: Session, chance: Chance) -> int:
    """Anybody at all."""
    return chance.pick(everybody(session))


def everybody(session: Session) -> list[int]:
    """Every person there is."""
    return [person for (person,) in found_rows(session, PEOPLE, {})]


def open_case_id(session: Session, chance: Chance) -> int | None:
    """Some case that is not closed."""
    ids = [case for (case,) in found_rows(session, OPEN_CASES, {})]
    return chance.pick(ids) if ids else None


def page_of_task(session: Session, world: World, chance: Chance) -> Page | None:
    """Somebody whose turn it is takes a task from the inbox, and fills in the form of what they decide to do."""
    task = open_task(session, chance)
    if task is None:
        return None
    case, addresses = task
    people = reached(session, world, addresses)
    person = chance.pick(people) if people and not chance.happens(STRANGER) else somebody(session, chance)
    offers = Offers(session, world, load(session, world.installation, case))
    return page(offers, chance, offers.actor(person))


def page_of_bystander(session: Session, world: World, chance: Chance) -> Page | None:
    """Somebody looks at a case in which nobody waits for them: whoever is offered something there."""
    case = open_case_id(session, chance)
    if case is None:
        return None
    offers = Offers(session, world, load(session, world.installation, case))
    people = map(offers.actor, chance.some(everybody(session), BYSTANDERS))
    who = next((each for each in people if any(one.mine for one in offers.of(each))), None)
    return page(offers, chance, who) if who is not None else None


def page(offers: Offers, chance: Chance, who: Actor) -> Page | None:
    """One of the acts that the product offers this person on this case, filled in."""
    offered = offers.of(who)
    wanted = [each for each in offered if each.allowed]
    if chance.happens(BLINDLY) or not wanted:
        wanted = [each for each in offered if each.mine] or (offered if chance.happens(BLINDLY) else [])
    if not wanted:
        return None
    return filled(offers.session, offers.world, chance, offers.loaded, who, _chosen(chance, wanted).transition)


def _chosen(chance: Chance, wanted: list[Option]) -> Option:
    weights = {number: TONES[each.transition.tone] for number, each in enumerate(wanted)}
    return wanted[chance.weighted(weights)]


def filled(
    session: Session, world: World, chance: Chance, loaded: Loaded, who: Actor, move: Transition,
    careless: int = CARELESS, wishes: Entered = MappingProxyType({}),
) -> Page:  # fmt: skip
    """The form of an act that somebody is offered, filled in."""
    row, given = loaded.row, chance
    if move.sign:  # several sign the very same content
        given = Chance(world.seed, row.id, row.round, move.id)
    clerk = Clerk(given, loaded.snapshot, choices(session, loaded.snapshot), loaded.today, careless, wishes)
    values = clerk.fill(asked_fields(loaded.snapshot, move, who), prefilled(loaded.snapshot))
    return Page(who, row.id, row.number, row.title, move.trigger, move.title, values, row.version,
                chance.source.token_bytes(KEY_BYTES))  # fmt: skip
