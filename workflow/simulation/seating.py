"""Posts are filled so that what waits can go on: where a task reaches nobody, and where all who may act are barred."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from workflow.definition.model import SYSTEM, Transition
from workflow.engine.rights import post_addresses, roles_of
from workflow.engine.routing import Address
from workflow.errors import WorkflowError
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.appointing import Seat, appoint
from workflow.operations.organization.posts import DAY, in_force
from workflow.operations.upkeep.unattended import unattended
from workflow.simulation.chance import Chance
from workflow.simulation.world import World
from workflow.store.fetching import found_rows
from workflow.store.organization import Organization
from workflow.store.people import Person, Post
from workflow.store.prepared import Prepared
from workflow.store.tasks import Candidate

SEATS = Prepared(
    select(Candidate.address).where(Candidate.task_id == bindparam("task"), Candidate.address.startswith("o"))
)
MEMBERS = Prepared(
    select(Post.person_id).where(Post.code == "full_member", in_force(DAY)).distinct().order_by(Post.person_id)
)


def fill_vacancies(world: World, chance: Chance) -> None:
    """Somebody is appointed where a task reaches nobody."""
    with world.onlooking() as session:
        tasks = [each.task_id for each in unattended(session, world.today)]
        seats = {address for task in tasks for (address,) in found_rows(session, SEATS, {"task": task})}
    _appoint(world, chance, [_seat(each) for each in sorted(seats)])


def reinforce(world: World, chance: Chance, cases: Iterable[int]) -> None:
    """Where all who may act, or may be named, are barred by what they did before, one more gets such a post."""
    with world.onlooking() as session:
        seats = []
        for case in cases:
            loaded = load(session, world.installation, case)
            moves = loaded.stage.leaving(loaded.row.state)
            roles = sorted({role for each in moves for role in _needed(loaded, each)} - {SYSTEM})
            seats += chance.some([each for role in roles for each in post_addresses(loaded.snapshot, role)], 1)
    _appoint(world, chance, seats)


def _seat(address: str) -> Address:
    body, _, post = address[1:].partition(":")
    return int(body), post


def _needed(loaded: Loaded, move: Transition) -> set[str]:
    """The roles of those who make a move, and of those whom its form names."""
    named = {each.among for each in loaded.stage.asked(move) if each.among}
    return {*roles_of(loaded.snapshot, move), *named}


def _appoint(world: World, chance: Chance, seats: list[Address]) -> None:
    if not seats:
        return
    with world.onlooking() as session:
        people = [person for (person,) in found_rows(session, MEMBERS, {"day": world.today})]
    for body, post in seats:
        try:
            with world.writing() as session:
                seat = Seat(session.get_one(Organization, body), post)
                appoint(session, world.installation, session.get_one(Person, chance.pick(people)), seat, world.today)
        except WorkflowError:
            continue  # not this person; another one the next day
