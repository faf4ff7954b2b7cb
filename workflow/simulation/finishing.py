"""Liveness: once nothing goes wrong any more, every case comes to an end by legal acts and the passing of time.

Everybody is let in again, what rests is resumed, vacant posts are filled; then each case is carried on by whoever may,
along the shortest way to an end. What has not ended after so many days is stuck.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import islice

from sqlalchemy import select, update

from workflow.definition.model import Stage, Tone, Transition
from workflow.engine.actor import Actor
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.rights import persons_of, roles_of
from workflow.engine.turns import own_turns
from workflow.errors import WorkflowError
from workflow.operations.administering import resume
from workflow.operations.loading import Loaded, load
from workflow.simulation.aiming import Aims, Way, aims_of, open_for_aims
from workflow.simulation.arranging import arrange
from workflow.simulation.asking import vote
from workflow.simulation.chance import Chance
from workflow.simulation.invariants.violation import Violation
from workflow.simulation.invariants.watch import Watch
from workflow.simulation.opening import open_honours, open_pledges
from workflow.simulation.pages import Offers, Page, filled
from workflow.simulation.refusals import Refusals
from workflow.simulation.script import BEIJING
from workflow.simulation.seating import fill_vacancies, reinforce
from workflow.simulation.sending import send_once
from workflow.simulation.settling import hand_on, requests_of, settle_requests
from workflow.simulation.slips import slips_of
from workflow.simulation.wishes import entered_for
from workflow.simulation.working import tick, work
from workflow.simulation.world import World
from workflow.store.cases import Case
from workflow.store.fetching import found_rows
from workflow.store.people import Account
from workflow.store.prepared import Prepared

PATIENCE = timedelta(days=500)  #: after which what has not ended is stuck
LONGEST_PAUSE = timedelta(days=8)  #: between two looks while nothing moves
A_DAY = 6  #: acts on one case in a day, at most
TRIED = 3  #: persons who are asked for one act
EVERYTHING = 10_000  #: jobs
AT_WORK = time(9)
DETOURS = {Tone.FORWARD: 0, Tone.REJECT: 2, Tone.WITHDRAW: 6, Tone.RETURN: 8, Tone.RECORD: 20}
CONSIDERED = {Tone.FORWARD: 100, Tone.REJECT: 40, Tone.WITHDRAW: 2, Tone.RETURN: 12, Tone.RECORD: 12}  #: percent
GIVEN_UP = 60  #: percent, for an act that ends it, or notes what it may wait for, when nothing has moved for long
ASKED_FOR = 60  #: percent, for a record that the state waits for, as that somebody has read
REINFORCED, REINFORCED_AT_ONCE = 8, 5  #: percent of days on which posts are filled although something moves; for cases
WAYS = 3  #: acts that are tried on one case, one after another
FAR = 99  #: steps to an end that cannot be reached
VERSIONS = Prepared(select(Case.id, Case.version).where(Case.closed_at.is_(None)).order_by(Case.id.desc()))
TICKS = ("reseat", "look_for_vacancies", "queue_again")
LOOKED_AFTER = 25  #: percent of days on which posts and papers are looked after although something moves


@dataclass
class Day:
    """What is known of the people on a day, and what they gave up for now."""

    refusals: Refusals
    gives_up: bool  #: for nothing has moved for long
    people: dict[int, Actor] = field(default_factory=dict)


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
    refusals, moved = Refusals(), False
    while world.today < end:
        if not moved or chance.happens(LOOKED_AFTER):
            _look_after(world, chance)
        open_pledges(world, chance, aims.wanted)
        arrange(world, chance, aims)
        moved = _live_a_day(world, chance, watch, aims, Day(refusals, pause >= LONGEST_PAUSE))
        left = list(_versions(world))
        if not left and honoured:
            return
        if not left:
            honoured, end = True, world.today + PATIENCE
            open_honours(world, chance, aims.wanted)
        handed = [each for each in left if pause >= LONGEST_PAUSE and hand_on(world, chance, each)]
        if (not moved and not handed) or chance.happens(REINFORCED):
            reinforce(world, chance, chance.some(left, REINFORCED_AT_ONCE) if moved else left)
        pause = timedelta(days=1) if moved else min(2 * pause, LONGEST_PAUSE)
        world.clock.set(datetime.combine(world.today + pause, AT_WORK, BEIJING))
    with world.onlooking() as session:
        stuck = session.scalars(select(Case).where(Case.closed_at.is_(None)).order_by(Case.id)).all()
        found = "; ".join(f"{each.number} {each.stage} {each.state}" for each in stuck)
        raise Violation("everything can finish", found)


def _look_after(world: World, chance: Chance) -> None:
    """What comes with another day, or with what people do beside the cases."""
    fill_vacancies(world, chance)
    for name in TICKS:
        tick(world, name)


def _live_a_day(world: World, chance: Chance, watch: Watch, aims: Aims, day: Day) -> bool:
    """Whatever can be done on one day; whether anything was."""
    moved, idle = False, dict[int, int]()  # version at which nothing could be done on a case today
    tick(world, "fire_deadlines")
    vote(world, chance)
    watch.look()
    aims.learn(watch.happened)
    for _ in range(A_DAY):
        work(world, chance, EVERYTHING)
        versions = aims.beyond(world) | _versions(world)
        waiting = {case: version for case, version in versions.items() if idle.get(case) != version}
        done = [case for case in waiting if _carry_on(world, chance, aims, case, day)]
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
    with world.onlooking() as session:
        return {case: version for case, version in found_rows(session, VERSIONS, {})}  # noqa: C416 - rows are lists


def _carry_on(world: World, chance: Chance, aims: Aims, case: int, day: Day) -> bool:
    """Let somebody do the next thing on a case; whether anything was done. A refusal changes nothing."""
    tried = list[str]()
    with world.onlooking() as session:
        loaded = load(session, world.installation, case)
        way, offers = aims.way(session, loaded), Offers(session, world, loaded, day.people)
        lingers = way is not None and way.lingers(loaded)
        found = () if lingers else islice(_pages(offers, chance, way, day), WAYS)
        done = next((page.trigger for page in found if _is_done(world, page, tried)), None)
        for each in tried if done is None else tried[:-1]:
            day.refusals.note(loaded.row, each, world.today)
        requests = requests_of(session, world, loaded) if done is None else None
    aims.note(case, None if lingers else way, tried, done)
    return requests is None or settle_requests(world, requests)


def _is_done(world: World, page: Page, tried: list[str]) -> bool:
    tried.append(page.trigger)
    return send_once(world, page)


def _pages(offers: Offers, chance: Chance, way: Way | None, day: Day) -> Iterator[Page]:
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
        likely = _considered(loaded, each, roles, gives_up=day.gives_up)
        likely = likely if way is None or day.gives_up else way.likely(each, likely)
        if each.is_system or day.refusals.rests(loaded.row, each.trigger, loaded.today) or not chance.happens(likely):
            continue
        people = sorted(given.union(*(persons_of(loaded.snapshot, role) for role in roles)))
        who = next((who for who in map(offers.actor, chance.some(people, TRIED)) if offers.allow(who, each)), None)
        if who is not None:
            goals = way.goals if way else frozenset[str]()
            slips = slips_of(offers.world, chance, each, is_wanted=each.id in goals)
            for entered in (*slips, entered_for(goals, each.id)):
                yield filled(offers.session, offers.world, chance, loaded, who, each, 0, entered)


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
