"""Play a script: event after event, with its fault armed, and what must hold looked at after each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select

from workflow.definition.loader import Definitions
from workflow.simulation.asking import administer, remark, take_an_action, vote
from workflow.simulation.bulk import batch, hand_in_file, launch, sign_for_papers
from workflow.simulation.chance import Chance
from workflow.simulation.faults import Crashed
from workflow.simulation.finishing import finish
from workflow.simulation.invariants.watch import Watch
from workflow.simulation.opening import open_something
from workflow.simulation.pages import Page, page_of_bystander, page_of_task
from workflow.simulation.reorganizing import (
    change_post,
    disable,
    hand_work_over,
    publish_calendar,
    reorganize,
    stand_in,
)
from workflow.simulation.script import Event
from workflow.simulation.sending import send
from workflow.simulation.trees import Shape
from workflow.simulation.working import DONE, TICKS, tick, work
from workflow.simulation.world import World, inhabited
from workflow.store.cases import Case
from workflow.store.journal import JournalEntry, Seal

LEFT_OPEN = 10  #: percent of pages that are not sent at once
JOBS = 12  #: done in one go


@dataclass
class Played:
    """What became of a script."""

    seed: int
    root: str = ""  #: hash over every chain head and seal: the same for the same seed, in any process
    cases: int = 0
    closed: int = 0
    entries: int = 0
    transitions: Counter[str] = field(default_factory=Counter)  #: by id
    struck: Counter[tuple[str, str]] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    story: list[tuple[datetime, str]] = field(default_factory=list)
    wrong: str = ""  #: the first thing that did not hold
    after: int | None = None  #: number of the event after which that was

    @property
    def committed(self) -> int:
        """Decisions and timers, which the journal tells, and jobs."""
        return self.entries + sum(many for name, many in self.seen.items() if name.startswith(DONE))


def play(
    seed: int, definitions: Definitions, shape: Shape, script: Iterable[Event], *, to_the_end: bool = True,
    rendered_every: int = 0,
) -> Played:  # fmt: skip
    """Live through the script, and on until every case has ended; stops at the first thing that does not hold."""
    played = Played(seed)
    with inhabited(seed, definitions, shape) as world:
        world.tell = lambda sentence: played.story.append((world.now, sentence))
        world.rendered_every = rendered_every
        watch = Watch(world)
        number: int | None = None
        try:
            for event in script:
                number = event.number
                _live(world, event)
                watch.look()
            number = None
            if to_the_end:
                finish(world, watch)
            watch.look_at_everything()
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what is looked for
            played.wrong, played.after = f"{type(error).__name__}: {error}", number
        _sum_up(world, played)
    return played


def _live(world: World, event: Event) -> None:
    if event.at > world.now:
        world.clock.set(event.at)
    with world.faults.during(event.kind, event.fault):
        try:
            EVENTS[event.kind](world, Chance(world.seed, "event", event.number))
        except Crashed as crash:
            world.tell(f"　　故障：{crash}；进程重新启动")
            world.restart()
        except Exception as error:
            if "database is locked" not in str(error):
                raise
            world.tell("　　数据库忙，请重试")


def _act(world: World, chance: Chance) -> None:
    with world.reading() as session:
        page = page_of_task(session, world, chance)
    _send(world, chance, page)


def _bystand(world: World, chance: Chance) -> None:
    with world.reading() as session:
        page = page_of_bystander(session, world, chance)
    _send(world, chance, page)


def _send(world: World, chance: Chance, page: Page | None) -> None:
    if page is None:
        return
    if chance.happens(LEFT_OPEN):
        world.pages.append(page)
        return
    send(world, chance, page)


def _send_stale(world: World, chance: Chance) -> None:
    """Somebody comes back to a page that has been open for a while."""
    if world.pages:
        world.seen["stale page"] += 1
        send(world, chance, world.pages.pop(chance.below(len(world.pages))))


def _work(world: World, chance: Chance) -> None:
    work(world, chance, chance.between(1, JOBS))


def _tick(world: World, chance: Chance) -> None:
    tick(world, chance.weighted({name: weight for name, (weight, _) in TICKS.items()}))


def _restart(world: World, chance: Chance) -> None:  # noqa: ARG001 - as every event
    world.restart()


EVENTS: Mapping[str, Callable[[World, Chance], None]] = {
    "act": _act, "bystander": _bystand, "stale": _send_stale, "open": open_something, "action": take_an_action,
    "vote": vote, "remark": remark, "administer": administer, "work": _work, "tick": _tick, "restart": _restart,
    "hand over": hand_work_over, "stand in": stand_in, "disable": disable, "change post": change_post,
    "reorganize": reorganize, "calendar": publish_calendar, "launch": launch, "batch": batch,
    "sign for": sign_for_papers, "hand in": hand_in_file,
}  # fmt: skip


def _sum_up(world: World, played: Played) -> None:
    with world.reading() as session:
        heads = session.execute(select(Case.id, Case.version, Case.head).order_by(Case.id)).all()
        roots = session.scalars(select(Seal.root).order_by(Seal.id)).all()
        fired = session.execute(select(JournalEntry.transition, func.count()).group_by(JournalEntry.transition))
        played.transitions.update({each: count for each, count in fired if each})
        played.closed = session.scalar(select(func.count()).where(Case.closed_at.is_not(None))) or 0
        played.entries = session.scalar(select(func.count()).select_from(JournalEntry)) or 0
    played.cases, played.struck, played.seen = len(heads), world.faults.struck, world.seen
    played.root = sha256(repr((heads, roots)).encode()).hexdigest()
