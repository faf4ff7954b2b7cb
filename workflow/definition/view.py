"""What every rule of the check looks at: one stage with everything that it may refer to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as Folder

from workflow.definition.fault import Fault, Path, Source
from workflow.definition.field import Field
from workflow.definition.loader import Definitions
from workflow.definition.model import SYSTEM, Stage, Transition

GUIDE = "guide"  #: bodies that guide the case's body: they receive copies, nothing else (R57)
SELF = "self"
NAMED = "named"


@dataclass(frozen=True)
class Known:
    """What the engine and the renderer offer; handed in, because a definition imports neither."""

    guards: Collection[str]
    effects: Collection[str]
    routing: Collection[str]  #: names of routing rules
    parameters: Collection[str] = ()  #: campaign parameters that code reads by name
    render: Callable[[Folder, Mapping[str, object]], object] | None = None  #: template folder, sample → page


@dataclass(frozen=True)
class View:
    """One stage under examination."""

    stage: Stage
    source: Source
    definitions: Definitions
    known: Known

    def transitions(self) -> Iterator[tuple[tuple[str, int], Transition]]:
        """The transitions with the place of each in the file."""
        for index, each in enumerate(self.stage.transitions):
            yield ("transitions", index), each

    def fields(self) -> Iterator[tuple[Path, Field]]:
        """Every field: of the form, of its tables, and of single acts, with the place of each."""
        found: list[tuple[tuple[str | int, ...], Field]] = [
            (("form", i), each) for i, each in enumerate(self.stage.form)
        ]
        for act, transition in self.transitions():
            found += [((*act, "ask", i), each) for i, each in enumerate(transition.ask) if isinstance(each, Field)]
        for place, each in found:
            yield place, each
            yield from (((*place, "columns", i), column) for i, column in enumerate(each.columns))

    def field(self, name: str) -> Field | None:
        """A field of the form, or one asked by some act."""
        return next((each for place, each in self.fields() if each.name == name and "columns" not in place), None)

    def told_by_child(self, transition: Transition) -> bool:
        """Whether a child case fires it: on its end, or on reaching a state named under `on`."""
        return transition.after is not None or transition.trigger in self._told

    @property
    def _told(self) -> frozenset[str]:
        return frozenset(trigger for child in self.stage.children.values() for trigger in child.on.values())


Rule = Callable[[View], Iterable[Fault]]


def persons(roles: Iterable[str]) -> tuple[str, ...]:
    """The roles that people hold."""
    return tuple(each for each in roles if each != SYSTEM)
