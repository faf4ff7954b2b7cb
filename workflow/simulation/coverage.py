"""What a run has seen, and what it never has: transitions, faults in operations, reasons of refusal.

What no simulated year can bring about is declared, each with its reason; whatever of it does happen is told as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from workflow.definition.loader import Definitions
from workflow.simulation.faults import Kind
from workflow.simulation.playing import EVENTS, Played
from workflow.simulation.unreachable import GUARDS, TRANSITIONS

QUIET = frozenset({"restart"})  #: events in which nothing is asked of the database
REFUSED, SHOWN = "refused: ", "shown: "  #: to whoever sent a form, to whoever looked at a page


@dataclass(frozen=True)
class Part:
    """One kind of thing that a long run has to see."""

    title: str
    known: tuple[str, ...]
    never: tuple[str, ...]  #: of them, and not declared as out of reach
    wrongly: tuple[str, ...] = ()  #: declared as out of reach, and seen all the same

    @property
    def seen(self) -> int:
        """How many of the known ones were seen, or need not be."""
        return len(self.known) - len(self.never)


@dataclass
class Coverage:
    """Several played scripts, added up."""

    transitions: Counter[str] = field(default_factory=Counter)
    struck: Counter[tuple[str, str]] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, played: Played) -> None:
        """One more."""
        self.transitions.update(played.transitions)
        self.struck.update(played.struck)
        self.seen.update(played.seen)

    def parts(self, definitions: Definitions) -> tuple[Part, ...]:
        """Everything that a long run has to see, and what of it it has not."""
        return (
            _part("流转", _transitions(definitions), self.transitions, TRANSITIONS),
            _part("故障与操作", _pairs(), {f"{kind}/{_event_of(where)}" for kind, where in self.struck}),
            _part("拒绝的理由", _guards(definitions), self._refusals(), GUARDS),
        )

    def _refusals(self) -> set[str]:
        """Guards that somebody has met: by a form that was refused, or on a page that says why something cannot be."""
        return {name.removeprefix(mark) for name in self.seen for mark in (REFUSED, SHOWN) if name.startswith(mark)}


def _part(title: str, known: Iterable[str], seen: Iterable[str], declared: Iterable[str] = ()) -> Part:
    met, out_of_reach, names = set(seen), set(declared), tuple(known)
    never = tuple(each for each in names if each not in met | out_of_reach)
    return Part(title, names, never, tuple(sorted(met & out_of_reach)))


def _transitions(definitions: Definitions) -> list[str]:
    return [each.id for stage in definitions.stages.values() for each in stage.transitions]


def _guards(definitions: Definitions) -> list[str]:
    """What can refuse a person: conditions of opening a case, and of acts that are not the system's alone."""
    asked = {
        guard
        for stage in definitions.stages.values()
        for named in (stage.open_when, stage.open_guards, *(x.guards for x in stage.transitions if not x.is_system))
        for guard in named
    }
    return sorted(asked)


def _pairs() -> list[str]:
    events = [each for each in EVENTS if each not in QUIET]
    return sorted(f"{kind.value}/{each}" for kind in Kind if kind is not Kind.UNMARKED for each in events)


def _event_of(operation: str) -> str:
    kind, _, name = operation.partition(": ")
    return {"job": "work", "tick": "tick"}.get(kind, kind) if name else operation
