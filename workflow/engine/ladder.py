"""The ladder of reminders for every due moment: who is told before it comes, and who once it has passed (domain.md §4).

T−3, T−1 and T0 go to the holder, T+1 to the first responsible person of the body that has the turn, T+3 to the office
of its superior. Working days, of the case's own calendar and zone; a state that says when it reminds says so here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from workflow.definition.model import State
from workflow.engine.calendar import due_at
from workflow.engine.deadlines import day_of, days_before, reminders
from workflow.engine.rights import post_address
from workflow.engine.routing import RoutingError, Tree, addresses
from workflow.engine.snapshot import Snapshot, Turn
from workflow.engine.turns import ASIDE

USUAL = "reminder.before_due"
HOLDER, HEAD, SUPERIOR = "holder", "head", "superior"
AFTER = {HEAD: "reminder.head_after", SUPERIOR: "reminder.superior_after"}  #: parameters: working days after
HEAD_ROLE, OFFICE_ROLE = "secretary", "office"  #: of organization.yaml
AUDIENCES = {HOLDER: "办理人", HEAD: "主要负责人", SUPERIOR: "上级办事机构"}


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: when it is reached, and who is told."""

    days: int  #: working days before the due day (negative) or after it
    at: datetime
    audience: str  #: holder, head, superior

    @property
    def name(self) -> str:
        """T-3, T0, T+1."""
        return f"T{self.days:+d}" if self.days else "T0"

    @property
    def is_before(self) -> bool:
        """Whether it reminds, and does not report."""
        return self.audience == HOLDER


def ladder(snapshot: Snapshot, due_moment: datetime) -> tuple[Rung, ...]:
    """Every rung for the present state's due moment, lowest first; none where nobody has the turn."""
    if not open_turns(snapshot):
        return ()
    day, state = day_of(snapshot, due_moment), snapshot.definition.states[snapshot.case.state]
    rungs = [_rung(snapshot, days_before(snapshot, day, each), -each, HOLDER) for each in _before(snapshot, state)]
    for audience, parameter in AFTER.items():
        after = snapshot.integer(parameter)
        rungs.append(_rung(snapshot, snapshot.calendar.add_working_days(day, after).date, after, audience))
    return tuple(sorted(rungs, key=lambda rung: rung.at))


def furthest(snapshot_parameters: Sequence[object]) -> int:
    """The most working days before a due day at which one of these settings reminds."""
    days = [each for stated in snapshot_parameters if isinstance(stated, list | tuple) for each in stated]
    return max((each for each in days if isinstance(each, int)), default=0)


def fresh(rungs: Sequence[Rung], behind: int, acted_at: datetime, now: datetime) -> list[Rung]:
    """The rungs to be told now, of those that do not lie behind.

    After an outage the newest reminder stands for those before it, and every report is made; what somebody has acted
    on since needs no reminder.
    """
    reached = [each for each in rungs[behind:] if each.at <= now]
    newest = [each for each in reached if each.is_before and each.at > acted_at][-1:]
    return newest + [each for each in reached if not each.is_before]


def open_turns(snapshot: Snapshot) -> list[Turn]:
    """The tasks for which the case waits now."""
    return [each for each in snapshot.turns if not (each.is_closed or each.is_waiting or each.kind in ASIDE)]


def audience_of(snapshot: Snapshot, rung: Rung) -> tuple[str, ...]:
    """The addresses of whoever a rung is told to."""
    turns = open_turns(snapshot)
    if rung.audience == HOLDER:
        return tuple(dict.fromkeys(address for turn in turns for address in turn.addresses))
    where: Callable[[Snapshot, int], Iterator[tuple[int, str]]] = _heads if rung.audience == HEAD else _offices
    found = (address for body in bodies_with_turn(snapshot) for address in where(snapshot, body))
    return tuple(dict.fromkeys(map(post_address, found)))


def bodies_with_turn(snapshot: Snapshot) -> tuple[int, ...]:
    """The bodies on which the case waits; for a working body the one that it works for, for a person the case's own."""
    written = [each for turn in open_turns(snapshot) for each in turn.addresses]
    bodies = [int(each[1:].partition(":")[0]) if each[0] == "o" else snapshot.case.bodies["own"] for each in written]
    return tuple(dict.fromkeys(_principal(snapshot.tree, each) for each in bodies))


def _heads(snapshot: Snapshot, body: int) -> Iterator[tuple[int, str]]:
    if body in snapshot.tree.bodies:
        yield from addresses(snapshot.tree, snapshot.vocabulary, HEAD_ROLE, body)


def _offices(snapshot: Snapshot, body: int) -> Iterator[tuple[int, str]]:
    try:
        superior = snapshot.tree.leading_superior(body)
    except RoutingError:  # nobody leads it
        return
    if superior in snapshot.tree.bodies:
        yield from addresses(snapshot.tree, snapshot.vocabulary, OFFICE_ROLE, superior)


def _principal(tree: Tree, body: int) -> int:
    above = next((each for each, organs in tree.organs.items() if body in organs), None)
    return body if above is None else _principal(tree, above)


def _before(snapshot: Snapshot, state: State) -> set[int]:
    return set(reminders(snapshot, state.remind or USUAL))


def _rung(snapshot: Snapshot, day: date, days: int, audience: str) -> Rung:
    return Rung(days, due_at(day, time(), snapshot.zone), audience)
