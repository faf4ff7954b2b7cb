"""Asking guards in tables: each entry is refused once, with words that say why, and passed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.engine.cast import refusal, snapshot
from workflow.engine.snapshot import Snapshot


@dataclass(frozen=True)
class Asked:
    """One guard, with what makes it refuse and what makes it pass; both are laid over what they share."""

    guard: str
    transition: str
    refused: Mapping[str, Any]
    words: str
    passed: Mapping[str, Any]
    shared: Mapping[str, Any] = field(default_factory=dict)


#: Arguments that belong to the act; everything else belongs to the case.
OF_ACT = ("actor", "values", "today")


def case_of(stage: str, given: Mapping[str, Any]) -> Snapshot:
    """A case with the surroundings given; `bodies` and `parent_stage` are laid over those of the cast."""
    surroundings = {name: value for name, value in given.items() if name not in (*OF_ACT, "bodies", "parent_stage")}
    facts = snapshot(stage, **surroundings)
    bodies = {**facts.case.bodies, **given.get("bodies", {})}
    return replace(facts, case=replace(facts.case, bodies=bodies, parent_stage=given.get("parent_stage")))


def answers(stage: str, asked: Asked) -> tuple[str | None, str | None]:
    """What the guard says in the refused and in the passed situation."""
    return _answer(stage, asked, asked.refused), _answer(stage, asked, asked.passed)


def _answer(stage: str, asked: Asked, own: Mapping[str, Any]) -> str | None:
    data = {**asked.shared.get("data", {}), **own.get("data", {})}
    given = {**asked.shared, **own, "data": data}
    act = {name: given[name] for name in OF_ACT if name in given}
    return refusal(asked.guard, case_of(stage, given), asked.transition, **act)


def check(stage: str, asked: Asked) -> None:
    """The guard refuses in one situation, with the words, and passes in the other."""
    refused, passed = answers(stage, asked)
    assert refused is not None
    assert asked.words in refused
    assert not refused.endswith("。")
    assert passed is None
