"""What people do beside the acts of the definition: ask others, hand on, vote, remark, administer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.errors import WorkflowError
from workflow.operations import administering, remarks
from workflow.operations.approving.actions import do, offered
from workflow.operations.ballots import OPEN_STATE, cast, issue_ticket
from workflow.operations.loading import load
from workflow.operations.organization.posts import actor
from workflow.operations.relocating import destinations, relocate
from workflow.simulation.chance import Chance
from workflow.simulation.forms import Clerk
from workflow.simulation.pages import open_case_id, open_task, reached, somebody
from workflow.simulation.sending import note, submit
from workflow.simulation.world import World
from workflow.store.ballots import Voter
from workflow.store.cases import Campaign, Case
from workflow.store.fetching import found_rows
from workflow.store.people import Person
from workflow.store.prepared import Prepared

KEY_BYTES = 12
VOTERS = 8  #: who vote in one go
REASON = "工作需要"
INTERVENTIONS = {"suspend": 4, "resume": 8, "terminate": 1, "relocate": 2}
VOTING = Prepared(
    select(Case.id).where(Case.state == OPEN_STATE, Case.stage == "mass_appraisal", Case.closed_at.is_(None))
    .order_by(Case.id)
)  # fmt: skip
ADMINISTRATORS = 8  #: people who are tried as administrators


def take_an_action(world: World, chance: Chance) -> None:
    """Somebody with a turn asks others, hands it on, takes back, urges."""
    with world.reading() as session:
        task = open_task(session, chance)
        if task is None:
            return
        case, addresses = task
        people = reached(session, world, addresses) or [somebody(session, chance)]
        person = somebody(session, chance) if chance.happens(15) else chance.pick(people)
        loaded, who = load(session, world.installation, case), actor(session, person, world.today)
        found = list(offered(session, world.installation, loaded, who))
        if not found:
            return
        action, occasion = chance.pick(found)
        clerk = Clerk(chance, loaded.snapshot, action.choices(occasion), world.today)
        values, version, number = clerk.fill(action.fields(occasion), {}), loaded.row.version, loaded.row.number
    world.seen[f"action: {action.name}"] += 1

    def command(session: Session) -> None:
        again = actor(session, person, world.today)
        do(session, world.installation, again, case, action.name, values, version=version)

    told = f"{who.name}对 {number} 办理“{action.title}”"
    submit(world, chance, person, chance.source.token_bytes(KEY_BYTES), command, told)


def vote(world: World, chance: Chance) -> None:
    """Some of those on a roster draw their tickets and vote; a few tickets are never used, a few votes are replaced."""
    with world.reading() as session:
        running = [each for (each,) in found_rows(session, VOTING, {})]
        if not running:
            return
        case = chance.pick(running)
        roster = select(Voter.person_id).where(Voter.case_id == case, Voter.has_ticket.is_(False))
        voters = chance.some(session.scalars(roster.order_by(Voter.person_id)), VOTERS)
        items = session.get_one(Case, case).data.get("items") or []
        scale = session.scalars(select(Campaign)).one().parameters["appraisal.scale"]
    for voter in voters:
        answers = {each["code"]: chance.pick(scale) for each in items}
        if not world.attempt(partial(_vote, world, chance, case, voter, answers)):
            return
    world.tell(f"{len(voters)}人领取并投出评议票")


def _vote(world: World, chance: Chance, case: int, voter: int, answers: Mapping[str, str]) -> None:
    try:
        with world.writing() as session:
            ticket = issue_ticket(session, case, voter)
        for _ in range(chance.pick([0, 1, 1, 1, 1, 1, 2])):
            with world.writing() as session:
                cast(session, case, ticket, answers, chance.pick(["", "办实事多"]))
    except WorkflowError as refusal:
        note(world, refusal, "投票")


def remark(world: World, chance: Chance) -> None:
    """Somebody says something about a case."""
    with world.reading() as session:
        case, person = open_case_id(session, chance), somebody(session, chance)
        if case is None:
            return
    verb = chance.pick([remarks.supervise, remarks.advise])

    def command(session: Session) -> None:
        verb(session, world.installation, actor(session, person, world.today), case, "请抓紧办理")

    submit(world, chance, person, chance.source.token_bytes(KEY_BYTES), command, "有人对事项提出意见")


def administer(world: World, chance: Chance) -> None:
    """An administrator of a leading body stops a case, lets it go on, ends it, or moves it."""
    verb = chance.weighted(INTERVENTIONS)
    with world.reading() as session:
        case = _suspended(session, chance) if verb == "resume" else open_case_id(session, chance)
        if case is None:
            return
        loaded = load(session, world.installation, case)
        people = chance.some(session.scalars(select(Person.id).order_by(Person.id)), ADMINISTRATORS)
        may = [each for each in people if administering.capacity_of(loaded.snapshot, actor(session, each, world.today))]
        person, number = (may or people)[0], loaded.row.number
        states = [each.state for each in destinations(loaded)]
    if verb == "relocate" and not states:
        return
    verbs: Mapping[str, Callable[[Session], object]] = {
        name: lambda session, name=name: getattr(administering, name)(
            session, world.installation, actor(session, person, world.today), case, REASON
        )
        for name in ("suspend", "resume", "terminate")
    } | {
        "relocate": lambda session: relocate(
            session, world.installation, actor(session, person, world.today), case, chance.pick(states), REASON
        )
    }
    world.seen[f"administered: {verb}"] += 1
    submit(world, chance, person, chance.source.token_bytes(KEY_BYTES), verbs[verb], f"管理员对 {number} 作 {verb}")


def _suspended(session: Session, chance: Chance) -> int | None:
    ids = session.scalars(
        select(Case.id).where(Case.suspended_at.is_not(None), Case.closed_at.is_(None)).order_by(Case.id)
    ).all()
    return chance.pick(ids) if ids else None
