"""The registries of named guards and effects. A definition can only name what is registered here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from workflow.engine.snapshot import Change, Situation


class Guard(Protocol):
    """Answers None when the act may go on, else the reason in Chinese: what is missing and what to do."""

    def __call__(self, situation: Situation, /) -> str | None: ...


class Effect(Protocol):
    """Computes what an act writes into the case beyond the values entered."""

    def __call__(self, situation: Situation, /) -> Change: ...


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {}
RECUSALS: set[str] = set()  #: guards that look at nothing but who acts: no form lifts their refusal


def guard(function: Callable[[Situation], str | None]) -> Guard:
    """Register a guard under its function name."""
    GUARDS[function.__name__] = function
    return function


def recusal(function: Callable[[Situation], str | None]) -> Guard:
    """Register a guard that bars a person from a case, whatever is entered (回避, domain.md §2.4)."""
    RECUSALS.add(function.__name__)
    return guard(function)


def effect(function: Callable[[Situation], Change]) -> Effect:
    """Register an effect under its function name."""
    EFFECTS[function.__name__] = function
    return function
