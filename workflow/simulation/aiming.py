"""What a seed is after: a few neighbouring transitions of a machine, each seed others, so that some seeds see them all.

Once nothing goes wrong any more, cases are opened for them, and every case is led towards those that have not happened
yet: along the shortest way, through the cases that it waits for, and by waiting where only the clock can act.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.definition.loader import Definitions
from workflow.definition.model import Stage, Tone, Transition
from workflow.operations.loading import Loaded
from workflow.operations.publishing import stage_of
from workflow.simulation.chance import Chance
from workflow.simulation.opening import open_intended
from workflow.simulation.wishes import NONE, WISHES, opened_for, wanted_by
from workflow.simulation.world import World
from workflow.store.cases import Case
from workflow.store.fetching import found_rows, get_one
from workflow.store.prepared import Prepared

OPENED = 4  #: cases that are opened for them
STEPS = 60  #: of one case that are taken for their sake
VAIN, REFUSED = 15, 8  #: looks after which a way counts as barred for a case, and how many of them a refusal is worth
SHARES, WAITING, BREAKING_OFF = 3, 0, 1  #: of the cases one waits for what only the clock does, one for what ends it
LED = timedelta(days=240)  #: that a case is led where it is wanted
LINGERS = timedelta(days=45)  #: in a state that only the clock leaves in the way that is wanted
ALWAYS, BESIDE = 100, 60  #: percent, for an act on the way, and for one that keeps the case where it is
FAR = 99  #: steps to a transition that cannot be reached
BEGINNINGS = {
    "commendation": ("assessment",), "public_notice": ("assessment",), "filing": ("plan",),
    "vote_session": ("plan", "assessment"), "pledge": ("pledge", "plan"),
}  #: what is opened for the sake of a stage that is not open to persons, or not yet  # fmt: skip
IN_STATE = Prepared(
    select(Case.id, Case.version).where(Case.stage == bindparam("stage"), Case.state == bindparam("state"))
    .order_by(Case.id)
)  # fmt: skip


@dataclass
class Aims:
    """What a seed is after, and how often its cases were led there."""

    wanted: frozenset[str]  #: ids of transitions
    seen: frozenset[str] = frozenset()  #: of them
    steps: Counter[int] = field(default_factory=Counter)  #: by case
    since: dict[int, date] = field(default_factory=dict)  #: the day on which it was looked at first, by case
    vain: Counter[tuple[int, str]] = field(default_factory=Counter)  #: by case and transition

    def learn(self, happened: Iterable[str]) -> None:
        """Which of them have happened."""
        self.seen = self.wanted.intersection(happened)

    def way(self, session: Session, loaded: Loaded) -> Way | None:
        """The way that this case should go now; None where it is after nothing."""
        since = self.since.setdefault(loaded.row.id, loaded.today)
        if self.steps[loaded.row.id] >= STEPS or loaded.today - since > LED:
            return None
        found = {_next(each.id, loaded) for each in self._own(loaded.stage) if _may_be_for(each, loaded)}
        found.update(self._for_parent(session, loaded))
        barred = frozenset(each.id for each in loaded.stage.transitions if self.vain[loaded.row.id, each.id] >= VAIN)
        way = Way(loaded.stage, loaded.row.state, frozenset(found) - barred, barred)
        return way if way.far(loaded.row.state) < FAR else None

    def note(self, case: int, way: Way | None, tried: Sequence[str], done: str | None) -> None:
        """What became of a look at a case: the triggers that were tried, and the one that was done."""
        self.steps[case] += done is not None
        if way is None:
            return
        for each in way.ahead():
            if each.trigger != done:
                self.vain[case, each.id] += REFUSED if each.trigger in tried else 1
        stays = way.stage.find(done, way.state) if done else None
        if stays is None or stays.target(way.state) != way.state:
            return
        for each in way.ahead():  # what was refused may be possible now
            self.vain[case, each.id] = min(self.vain[case, each.id], VAIN - REFUSED)
        self.vain[case, stays.id] += REFUSED  # what is noted again and again leads nowhere

    def beyond(self, world: World) -> dict[int, int]:
        """Cases that have ended, and with which something wanted can be done all the same; the version of each."""
        left, found = self.wanted - self.seen, dict[int, int]()
        ends = [one for stage in world.definitions.stages.values() for one in _beyond(stage) if one[1] in left]
        for stage, move, state in ends:
            with world.onlooking() as session:
                rows = found_rows(session, IN_STATE, {"stage": stage, "state": state})
            found |= {case: version for case, version in rows if self._is_open(case, move)}
        return found

    def _is_open(self, case: int, transition: str) -> bool:
        return self.steps[case] < STEPS and self.vain[case, transition] < VAIN

    def _own(self, stage: Stage) -> list[Transition]:
        left = self.wanted - self.seen
        return [each for each in stage.transitions if each.id in left]

    def _for_parent(self, session: Session, loaded: Loaded) -> Iterator[str]:
        """What the case that waits for this one would need of it."""
        if loaded.row.parent_id is None:
            return
        parent = get_one(session, Case, loaded.row.parent_id)
        stage = stage_of(session, parent.definition_id)
        child = stage.children.get(loaded.row.child_name or "")
        moves = [each for each in self._own(stage) if parent.state in each.sources]
        ends = {state for each in moves if each.after and each.after.child == loaded.row.child_name
                for state in each.after.states}  # fmt: skip
        asked = (WISHES.get(each.id, NONE).child for each in moves)
        ends |= {state for name, state in asked if name == loaded.row.child_name}
        triggers = {each.trigger for each in moves}
        ends |= {state for state, trigger in (child.on if child else {}).items() if trigger in triggers}
        yield from (each.id for each in loaded.stage.transitions if each.to in ends)


@dataclass(frozen=True)
class Way:
    """The ways of one case from its state to any of some transitions."""

    stage: Stage
    state: str
    goals: frozenset[str]
    barred: frozenset[str]  #: what has been tried in vain

    def far(self, state: str) -> int:
        """How many transitions a state is from one in which a goal can happen."""
        return _distances(self.stage, self.goals, self.barred).get(state, FAR)

    def leads(self, move: Transition) -> bool:
        """Whether a move is one of the goals, or brings the case nearer to one."""
        nearer = self.far(move.target(self.state)) < self.far(self.state)
        return move.id in self.goals or (nearer and move.id not in self.barred)

    def ahead(self) -> list[Transition]:
        """The moves that persons can make towards a goal."""
        return [each for each in self.stage.leaving(self.state) if self.leads(each) and not each.is_system]

    def rank(self, move: Transition) -> int:
        """Goals first, then what leads to them, then what keeps the case where it is."""
        if move.id in self.goals:
            return 0
        target = move.target(self.state)
        return 1 + 2 * self.far(target) + (target != self.state)

    def likely(self, move: Transition, usual: int) -> int:
        """Percent in which an act is considered: always on the way, never where no way leads on from."""
        target = move.target(self.state)
        if self.leads(move):
            return ALWAYS
        if target == self.state:
            return 0 if move.id in self.barred else max(usual, BESIDE)
        return usual if self.far(target) < FAR else 0

    def lingers(self, loaded: Loaded) -> bool:
        """Whether the case should stay where it is until the clock, or a case that it opened, does what is wanted."""
        here = self.stage.leaving(self.state)
        goals, onward = [each for each in here if each.id in self.goals], [each for each in here if self.leads(each)]
        timed = onward and all(self._is_timed(each) for each in onward)
        waits = timed or any(_comes_by_itself(each, loaded) for each in goals)
        rests = timedelta(days=max((WISHES.get(each.id, NONE).rests for each in goals), default=0))
        return loaded.at - loaded.row.moved_at < (LINGERS if waits else rests)

    def _is_timed(self, move: Transition) -> bool:
        state = self.stage.states[self.state]
        return move.trigger in (state.on_due, state.on_also_due)


def _comes_by_itself(move: Transition, loaded: Loaded) -> bool:
    """Whether nobody has to act for it any more: the clock or a case that is open brings it about."""
    child = loaded.snapshot.last_child(move.after.child) if move.after else None
    return move.is_system and (move.after is None or (child is not None and not child.final))


def _next(goal: str, loaded: Loaded) -> str:
    """What has to happen in this case before the goal can, else the goal itself."""
    first = WISHES.get(goal, NONE).first
    done = {each.transition for each in loaded.snapshot.history} if first else ()
    return next((each for each in first if each not in done), goal)


def _may_be_for(move: Transition, loaded: Loaded) -> bool:
    """Whether this case is after the move: a few wait for the clock, a few break off, the others go on."""
    share = loaded.row.id % SHARES
    if move.is_system and move.after is None:
        return share == WAITING
    breaks_off = move.tone in (Tone.WITHDRAW, Tone.REJECT) and loaded.stage.states[move.target(loaded.row.state)].final
    return share == BREAKING_OFF or not breaks_off


def aims_of(seed: int, definitions: Definitions) -> Aims:
    """What a seed is after."""
    return Aims(wanted_by(seed, definitions))


@lru_cache
def _beyond(stage: Stage) -> list[tuple[str, str, str]]:
    """The stage, the moves of persons that leave an end of it, and that end."""
    by_persons = [each for each in stage.transitions if not each.is_system]
    return [(stage.stage, each.id, one) for each in by_persons for one in each.sources if stage.states[one].final]


@lru_cache(maxsize=512)
def _distances(stage: Stage, goals: frozenset[str], barred: frozenset[str]) -> dict[str, int]:
    found = {source: 0 for each in stage.transitions if each.id in goals for source in each.sources}
    open_ones = [each for each in stage.transitions if each.id not in barred]
    for _ in stage.states if found else ():
        for each in open_ones:
            for source in (one for one in each.sources if not stage.states[one].final):  # what has ended stays so
                reached = found.get(each.target(source), FAR) + 1
                if reached < found.get(source, FAR):
                    found[source] = reached
    return found


def open_for_aims(world: World, chance: Chance, aims: Aims) -> None:
    """Somebody opens cases from which what is wanted can be reached, more of a stage of which more is wanted."""
    stages = [stage for stage in world.definitions.stages.values() for _ in aims.wanted & ids_of(stage)]
    for number in range(OPENED):
        stage = stages[number * len(stages) // OPENED]
        begun = BEGINNINGS.get(stage.stage, (stage.stage,))
        opened = opened_for(aims.wanted & ids_of(stage), number) if begun == (stage.stage,) else {}
        open_intended(world, chance, begun[number % len(begun)], opened)


def ids_of(stage: Stage) -> frozenset[str]:
    """The ids of the transitions of a stage."""
    return frozenset(each.id for each in stage.transitions)
