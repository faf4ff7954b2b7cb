"""Liveness: once nothing goes wrong any more, every case comes to an end by legal acts and the passing of time.

Everybody is let in again, what rests is resumed, vacant posts are filled; then each case is carried on by whoever may,
along the shortest way to an end. What has not ended after so many days is stuck.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import islice

from sqlalchemy import select, update

from workflow.definition.model import SYSTEM, Stage, Tone, Transition
from workflow.engine.actor import Actor
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.rights import persons_of, post_addresses, roles_of
from workflow.engine.routing import Address
from workflow.engine.turns import own_turns
from workflow.errors import WorkflowError
from workflow.operations.administering import resume
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.appointing import Seat, appoint
from workflow.operations.organization.posts import in_force
from workflow.operations.upkeep.unattended import unattended
from workflow.simulation.aiming import Aims, Way, aims_of, open_for_aims
from workflow.simulation.arranging import arrange
from workflow.simulation.asking import vote
from workflow.simulation.chance import Chance
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.invariants.watch import Watch
from workflow.simulation.opening import open_honours, open_pledges
from workflow.simulation.pages import Offers, Page, filled
from workflow.simulation.script import BEIJING
from workflow.simulation.sending import send_once
from workflow.simulation.settling import hand_on, requests_of, settle_requests
from workflow.simulation.working import tick, work
from workflow.simulation.world import World
from workflow.store.cases import Case
from workflow.store.fetching import found_rows
from workflow.store.organization import Organization
from workflow.store.people import Account, Person, Post
from workflow.store.prepared import Prepared
from workflow.store.tasks import Candidate

PATIENCE = timedelta(days=500)  #: after which what has not ended is stuck
LONGEST_PAUSE = timedelta(days=8)  #: between two looks while nothing moves
A_DAY = 4  #: acts on one case in a day, at most
TRIED = 3  #: persons who are asked for one act
EVERYTHING = 10_000  #: jobs
AT_WORK = time(9)
DETOURS = {Tone.FORWARD: 0, Tone.REJECT: 2, Tone.WITHDRAW: 6, Tone.RETURN: 8, Tone.RECORD: 20}
CONSIDERED = {Tone.FORWARD: 100, Tone.REJECT: 40, Tone.WITHDRAW: 2, Tone.RETURN: 12, Tone.RECORD: 12}  #: percent
GIVEN_UP = 60  #: percent, for an act that ends it, or notes what it may wait for, when nothing has moved for long
ASKED_FOR = 60  #: percent, for a record that the state waits for, as that somebody has read
REINFORCED = 8  #: percent of days on which posts are filled although something moves
WAYS = 3  #: acts that are tried on one case, one after another
FAR = 99  #: steps to an end that cannot be reached
VERSIONS = Prepared(select(Case.id, Case.version).where(Case.closed_at.is_(None)).order_by(Case.id.desc()))
TICKS = ("fire_deadlines", "reseat", "look_for_vacancies", "queue_again")


def finish(world: World, watch: Watch) -> None:
    """Carry every case to its end, then commend whoever was assessed, and carry that to its end as well.

    Raises Violation for what cannot be.
    """
    chance = Chance(world.seed, "finishing")
    world.tell("—— 不再有故障，各事项继续办到办结 ——")
    aims = aims_of(world.seed, world.definitions)
    _let_in(world)
    open_for_aims(world, chance, aims)
    end, pause, honoured = world.today + PATIENCE, timedelta(days=1), False
    while world.today < end:
        _fill_vacancies(world, chance)
        open_pledges(world, chance, aims.wanted)
        arrange(world, chance, aims)
        moved = _live_a_day(world, chance, watch, aims, gives_up=pause >= LONGEST_PAUSE)
        left = list(_versions(world))
        if not left and honoured:
            return
        if not left:
            honoured, end = True, world.today + PATIENCE
            open_honours(world, chance, aims.wanted)
        handed = [each for each in left if pause >= LONGEST_PAUSE and hand_on(world, chance, each)]
        if (not moved and not handed) or chance.happens(REINFORCED):
            _reinforce(world, chance, left)
        pause = timedelta(days=1) if moved else min(2 * pause, LONGEST_PAUSE)
        world.clock.set(datetime.combine(world.today + pause, AT_WORK, BEIJING))
    with world.reading() as session:
        stuck = session.scalars(select(Case).where(Case.closed_at.is_(None)).order_by(Case.id)).all()
        found = "; ".join(f"{each.number} {each.stage} {each.state}" for each in stuck)
        raise Violation("everything can finish", found)


def _live_a_day(world: World, chance: Chance, watch: Watch, aims: Aims, *, gives_up: bool) -> bool:
    """Whatever can be done on one day; whether anything was."""
    moved, idle = False, dict[int, int]()  # version at which nothing could be done on a case today
    people: dict[int, Actor] = {}
    for name in TICKS:  # what they look for comes with another day, or with what people do beside the cases
        tick(world, name)
    vote(world, chance)
    aims.learn(world)
    for _ in range(A_DAY):
        work(world, chance, EVERYTHING)
        versions = aims.beyond(world) | _versions(world)
        waiting = {case: version for case, version in versions.items() if idle.get(case) != version}
        done = [case for case in waiting if _carry_on(world, chance, aims, case, people, gives_up=gives_up)]
        idle |= {case: version for case, version in waiting.items() if case not in done}
        watch.look()
        if not done:
            break
        moved = True
    return moved


def _let_in(world: World) -> None:
    with world.writing() as session:
        session.execute(update(Account).values(disabled_at=None))
        resting = session.scalars(select(Case.id).where(Case.suspended_at.is_not(None)).order_by(Case.id)).all()
    for case in resting:
        try:
            with world.writing() as session:
                resume(session, world.installation, SYSTEM_ACTOR, case, "恢复办理")
        except WorkflowError:
            continue  # it was resumed with its parent


def _versions(world: World) -> dict[int, int]:
    """How long the journal of each open case is, children before their parents."""
    with world.reading() as session:
        return {case: version for case, version in found_rows(session, VERSIONS, {})}  # noqa: C416 - rows are lists


def _carry_on(world: World, chance: Chance, aims: Aims, case: int, people: dict[int, Actor], *, gives_up: bool) -> bool:
    """Let somebody do the next thing on a case; whether anything was done. A refusal changes nothing."""
    with world.reading() as session:
        loaded = load(session, world.installation, case)
        way, offers = aims.way(session, loaded), Offers(session, world, loaded, people)
        lingers = way is not None and way.lingers(loaded)
        found = () if lingers else _pages(offers, chance, way, gives_up=gives_up)
        pages = list(islice(found, WAYS))
        requests = requests_of(session, world, loaded)
    done = next((page.trigger for page in pages if send_once(world, page)), None)
    aims.note(case, None if lingers else way, [page.trigger for page in pages], done)
    return done is not None or settle_requests(world, requests)


def _pages(offers: Offers, chance: Chance, way: Way | None, *, gives_up: bool) -> Iterator[Page]:
    """Acts that lead where the seed wants, else to an end, the nearest first; filled in with care by who may do it."""
    loaded = offers.loaded
    here, turns = distances(loaded.stage), own_turns(loaded.snapshot)
    given = {int(address[1:]) for turn in turns for address in turn.addresses if address[0] == "p"}
    state = loaded.row.state

    def far(each: Transition) -> tuple[int, int]:
        usual = here.get(each.target(state), FAR) + DETOURS[each.tone]
        return usual if way is None else way.rank(each), chance.below(FAR)

    for each in sorted(loaded.stage.leaving(state), key=far):
        roles = (*each.sign, *roles_of(loaded.snapshot, each))
        likely = _considered(loaded, each, roles, gives_up=gives_up)
        likely = likely if way is None or gives_up else way.likely(each, likely)
        if each.is_system or not chance.happens(likely):
            continue
        people = sorted(given.union(*(persons_of(loaded.snapshot, role) for role in roles)))
        who = next((who for who in map(offers.actor, chance.some(people, TRIED)) if offers.allow(who, each)), None)
        if who is not None:
            wishes = way.entered(each) if way else {}
            yield filled(offers.session, offers.world, chance, loaded, who, each, 0, wishes)


def _considered(loaded: Loaded, move: Transition, roles: Iterable[str], *, gives_up: bool) -> int:
    if gives_up and move.tone in (Tone.WITHDRAW, Tone.REJECT, Tone.RECORD):
        return GIVEN_UP
    state = loaded.stage.states[loaded.row.state]
    waited = state.waits_for.get(loaded.snapshot.case.subject, ())  # type: ignore[call-overload]
    is_asked_for = move.tone is Tone.RECORD and not set(waited).isdisjoint(roles)
    return ASKED_FOR if is_asked_for else CONSIDERED[move.tone]


@lru_cache
def distances(stage: Stage) -> dict[str, int]:
    """How many transitions each state is from an end."""
    found = dict.fromkeys(stage.final_states, 0)
    for _ in stage.states:
        for each in stage.transitions:
            for source in each.sources:
                reached = found.get(each.target(source), FAR) + 1
                if reached < found.get(source, FAR):
                    found[source] = reached
    return found


def _fill_vacancies(world: World, chance: Chance) -> None:
    """Somebody is appointed where a task reaches nobody."""
    with world.reading() as session:
        tasks = [each.task_id for each in unattended(session, world.today)]
        wanted = select(Candidate.address).where(Candidate.task_id.in_(tasks), Candidate.address.startswith("o"))
        seats = [each[1:].partition(":") for each in session.scalars(wanted.distinct().order_by(Candidate.address))]
    if seats:
        _appoint(world, chance, [(int(body), post) for body, _, post in seats])


def _reinforce(world: World, chance: Chance, cases: list[int]) -> None:
    """Where all who may act, or may be named, are barred by what they did before, one more gets such a post."""
    with world.reading() as session:
        seats = []
        for case in cases:
            loaded = load(session, world.installation, case)
            moves = loaded.stage.leaving(loaded.row.state)
            roles = sorted({role for each in moves for role in _needed(loaded, each)} - {SYSTEM})
            seats += chance.some([each for role in roles for each in post_addresses(loaded.snapshot, role)], 1)
    _appoint(world, chance, seats)


def _needed(loaded: Loaded, move: Transition) -> set[str]:
    """The roles of those who make a move, and of those whom its form names."""
    named = {each.among for each in loaded.stage.asked(move) if each.among}
    return {*roles_of(loaded.snapshot, move), *named}


def _appoint(world: World, chance: Chance, seats: list[Address]) -> None:
    with world.reading() as session:
        members = select(Post.person_id).where(Post.code == "full_member", in_force(world.today))
        people = session.scalars(members.distinct().order_by(Post.person_id)).all()
    for body, post in seats:
        try:
            with world.writing() as session:
                seat = Seat(session.get_one(Organization, body), post)
                appoint(session, world.installation, session.get_one(Person, chance.pick(people)), seat, world.today)
        except WorkflowError:
            continue  # not this person; another one the next day
