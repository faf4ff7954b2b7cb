"""What changed sources call: the original of a function, or the one mutant that is switched on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

MutantDict = dict[str, Callable[..., Any]]
ORIGINAL = "_mutmut_orig"


class Switch:
    """Which mutant is on, and which functions were called since somebody began to listen."""

    module = ""
    mutant = ""
    called: set[str] | None = None

    def turn(self, name: str) -> None:
        """Switch one mutant on: its module and its name."""
        self.module, _, self.mutant = name.rpartition(".")


SWITCH = Switch()


def mutated(mutants: MutantDict, is_classmethod: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a switch between the callers of a function and its mutants."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        module = function.__module__

        @wraps(function)
        def switched(*args: Any, **options: Any) -> Any:
            if SWITCH.called is not None:
                SWITCH.called.add(f"{module}.{mutants[ORIGINAL].__name__.removesuffix('_orig')}")
            chosen = mutants[ORIGINAL]
            if module == SWITCH.module:
                chosen = mutants.get(SWITCH.mutant, chosen)
            if is_classmethod:
                return getattr(args[0], chosen.__name__)(*args[1:], **options)
            return chosen(*args, **options)

        return switched

    return decorate
