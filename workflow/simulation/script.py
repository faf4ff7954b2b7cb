"""The script of a campaign year: which kind of thing happens when, and what goes wrong with it.

It is drawn from the seed alone, before anything has happened; who does what, each event draws when its turn comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from workflow.simulation.chance import Chance
from workflow.simulation.faults import AT_STATEMENTS, Fault, Kind, plan
from workflow.simulation.world import first_day

BEIJING = ZoneInfo("Asia/Shanghai")
DAYS = 400  #: of a campaign year, from the first draft to the last file closed
EVENTS_A_BODY = 150  #: in a year
MIX = {
    "act": 520, "bystander": 60, "open": 45, "action": 40, "vote": 25, "stale": 25, "remark": 8, "administer": 12,
    "work": 120, "tick": 110, "hand over": 5, "stand in": 8, "disable": 5, "change post": 8, "reorganize": 4,
    "calendar": 4, "restart": 2,
}  #: how often each kind of event happens  # fmt: skip
BESIDE = {"launch": 10, "batch": 25, "sign for": 25, "hand in": 8}  #: the same, of what happens in some years alone
YEARS = 40  #: percent in which each of them does
RESTART = "restart"
NIGHT = frozenset({"work", "tick", RESTART})  #: what happens at any hour
OPENS, CLOSES = time(8), time(18)
FAULTY = 15  #: percent of events that something is planned against
RARE, FAULTY_IF_RARE = 30, 60  #: how often, at most, what is rare happens; and the same percent for that
SELDOM = 60  #: how often, at most, what each seed is after one fault in happens
OFTEN, STRUCK, NEAR = 2, 70, 12  #: times as often as else; percent of them that are struck; at which statement at most


@dataclass(frozen=True)
class Event:
    """One event of a script."""

    number: int
    kind: str
    at: datetime
    fault: Fault | None


def pair_of(seed: int) -> tuple[str, Kind]:
    """The event in which a seed is after a fault, and which one; each seed another."""
    events = sorted(each for each, weight in (MIX | BESIDE).items() if weight <= SELDOM and each != RESTART)
    pairs = [(event, kind) for event in events for kind in Kind if kind is not Kind.UNMARKED]
    return pairs[seed % len(pairs)]


def _strike(chance: Chance, kind: Kind) -> Fault:
    return Fault(kind, chance.between(1, NEAR) if kind in AT_STATEMENTS else 1)


def write(seed: int, bodies: int, *, with_faults: bool = True) -> list[Event]:
    """The script of a seed."""
    chance, moment = Chance(seed, "script"), datetime.combine(first_day(seed), OPENS, BEIJING)
    count = EVENTS_A_BODY * bodies
    pause = timedelta(days=2 * DAYS) / count  # drawn evenly from nothing to this, so that a year passes on average
    event, struck_by = pair_of(seed)
    mix = MIX | {kind: weight for kind, weight in BESIDE.items() if chance.happens(YEARS)}
    mix[event] = OFTEN * (MIX | BESIDE)[event]
    found = []
    for number in range(count):
        kind = chance.weighted(mix)
        moment = _when(moment + pause * chance.below(1000) / 1000, kind)
        fault = plan(chance) if chance.happens(FAULTY_IF_RARE if mix[kind] <= RARE else FAULTY) else None
        if kind == event and chance.happens(STRUCK):
            fault = _strike(chance, struck_by)
        found.append(Event(number, kind, moment, fault if with_faults else None))
    return found


def _when(moment: datetime, kind: str) -> datetime:
    """The moment, or the next in which people are at work."""
    if kind in NIGHT or OPENS <= moment.time() < CLOSES:
        return moment
    day = moment.date() + timedelta(days=moment.time() >= CLOSES)
    return datetime.combine(day, OPENS, BEIJING) + timedelta(minutes=moment.minute)
