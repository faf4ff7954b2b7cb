"""What happens around the cases because a seed is after it: a member moves, a plan is replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.errors import WorkflowError
from workflow.operations.birth import Subject
from workflow.operations.organization.appointing import Seat, appoint, end_post
from workflow.operations.organization.posts import MEMBERSHIPS, in_force
from workflow.operations.reading.openable import members
from workflow.simulation.aiming import SHARES, WAITING, Aims
from workflow.simulation.chance import Chance
from workflow.simulation.opening import IN_FORCE, open_for
from workflow.simulation.world import World
from workflow.store.cases import Case
from workflow.store.organization import Organization
from workflow.store.people import Person, Post

SOON = timedelta(days=1)


def arrange(world: World, chance: Chance, aims: Aims) -> None:
    """See to whatever is wanted, has not happened, and takes more than acts on a case."""
    for each in sorted(aims.wanted - aims.seen):
        if each in ARRANGED:
            ARRANGED[each](world, chance)


def move_a_member(world: World, chance: Chance) -> None:
    """Somebody whose pledge is not over becomes a member of another branch."""
    found = _moves(world)
    if not found:
        _let_pledge(world, chance)
        found = _moves(world)
    if not found:
        return
    left, target = chance.pick(found)
    try:
        with world.writing() as session:
            post = session.get_one(Post, left)
            seat = Seat(session.get_one(Organization, target), post.code)
            appoint(session, world.installation, session.get_one(Person, post.person_id), seat, world.today)
            end_post(session, world.installation, post, world.today)
    except WorkflowError:
        return  # where the member may not go; another day another one
    world.tell("一名党员的组织关系转到另一党支部")


def _branches(session: Session) -> Sequence[int]:
    living = select(Organization.id).where(Organization.kind == "branch", Organization.valid_to.is_(None))
    return session.scalars(living.order_by(Organization.id)).all()


def _moves(world: World) -> list[tuple[int, int]]:
    """Memberships of those whose pledges are not over, each with a branch to which it could go."""
    pledges = select(Case).where(Case.stage == "pledge", Case.closed_at.is_(None), Case.person_id.is_not(None))
    held = (Post.code.in_(MEMBERSHIPS), in_force(world.today))
    with world.reading() as session:
        return [
            (post.id, each)
            for case in session.scalars(pledges.order_by(Case.id))
            for post in session.scalars(select(Post).where(Post.person_id == case.person_id, *held))
            if post.organization_id == case.organization_id
            for each in _branches(session)
            if each != case.organization_id
        ]


def _let_pledge(world: World, chance: Chance) -> None:
    """A member of a branch makes a pledge, as soon as the branch has a plan in force."""
    with world.reading() as session:
        branches = _branches(session)
        plans = select(Case.organization_id, Case.state).where(Case.stage == "plan", Case.organization_id.in_(branches))
        found = session.execute(plans.order_by(Case.id)).all()
        ready = [(body, each) for body, state in found if state in IN_FORCE
                 for each in members(session, body, world.today)]  # fmt: skip
    if ready:
        open_for(world, chance, world.definitions.stages["pledge"], Subject(*chance.pick(ready)), 0)
    elif not found:
        open_for(world, chance, world.definitions.stages["plan"], Subject(chance.pick(branches)), 0, {"mode": "none"})


def replace_a_plan(world: World, chance: Chance) -> None:
    """A body whose plan is being carried out, and waits for this, draws up the plan that replaces it."""
    with world.reading() as session:
        open_ones = select(Case).where(Case.stage == "plan", Case.closed_at.is_(None)).order_by(Case.id)
        plans = session.scalars(open_ones).all()
    replaced = {str(each.data.get("replaces")) for each in plans}
    running = [each for each in plans if each.state == "in_progress" and each.id % SHARES == WAITING]
    for each in [one for one in running if one.number not in replaced][:1]:
        opened = {"replaces": each.number, "effective_on": (world.today + SOON).isoformat(), "mode": "none"}
        open_for(world, chance, world.definitions.stages["plan"], Subject(each.organization_id), 0, opened)


ARRANGED: Mapping[str, Callable[[World, Chance], None]] = {"L24": move_a_member, "P18": replace_a_plan}
