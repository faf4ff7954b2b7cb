"""What a run has seen, and what it never has: transitions, faults in operations, guards that refuse."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from workflow.definition.loader import Definitions
from workflow.simulation.faults import Kind
from workflow.simulation.playing import EVENTS, Played

QUIET = frozenset({"restart"})  #: events in which nothing is asked of the database
REFUSED = "refused: "


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

    def transitions_never(self, definitions: Definitions) -> list[str]:
        """Ids of transitions that never happened, of the fourteen machines."""
        known = [each.id for stage in definitions.stages.values() for each in stage.transitions]
        return [each for each in known if not self.transitions[each]]

    def faults_never(self) -> list[tuple[str, str]]:
        """Pairs of fault and event that never came together."""
        operations = [each for each in EVENTS if each not in QUIET]
        pairs = {(kind.value, each) for kind in Kind if kind is not Kind.UNMARKED for each in operations}
        found = {(kind, _event_of(operation)) for kind, operation in self.struck}
        return sorted(pairs - found)

    def guards_never(self, definitions: Definitions) -> list[str]:
        """Guards that never refused anybody."""
        known = {
            guard
            for stage in definitions.stages.values()
            for guard in (*stage.open_guards, *(one for each in stage.transitions for one in each.guards))
        }
        return sorted(each for each in known if not self.seen[REFUSED + each])


def _event_of(operation: str) -> str:
    kind, _, name = operation.partition(": ")
    return {"job": "work", "tick": "tick"}.get(kind, kind) if name else operation
