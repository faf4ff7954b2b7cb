"""machines.yaml: what the fourteen machines are, told apart from the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SUBJECTS = ("organization", "member")
CHILD, SYSTEM, SELF, NAMED = "child", "system", "self", "named."


@dataclass(frozen=True)
class Fact:
    """One transition as the specification has it."""

    stage: str
    id: str
    trigger: str
    sources: tuple[str, ...]
    target: str
    wording: str
    by: Mapping[str, tuple[str, ...]]
    beyond: Mapping[str, tuple[str, ...]]  #: what the definition allows besides, against the wording

    def persons(self, subject: str) -> tuple[str, ...]:
        """Roles of persons that may fire it; none where only the system or a child case does."""
        roles = (*self.by.get(subject, ()), *self.beyond.get(subject, ()))
        return tuple(role for role in roles if role not in (CHILD, SYSTEM))


@dataclass(frozen=True)
class MachineFacts:
    """One machine as the specification has it."""

    stage: str
    initial: str
    states: tuple[str, ...]
    final: frozenset[str]
    transitions: tuple[Fact, ...]


def _fact(stage: str, raw: dict[str, Any]) -> Fact:
    by = raw["by"]
    roles = by if isinstance(by, dict) else dict.fromkeys(SUBJECTS, by)
    sources, wording = raw["from"], str(raw["role"])
    return Fact(
        stage, str(raw["id"]), str(raw["trigger"]), tuple(sources), str(raw["to"]), wording,
        {subject: tuple(each) for subject, each in roles.items()},
        {subject: tuple(each) for subject, each in dict(raw.get("beyond", {})).items()},
    )  # fmt: skip


def _read() -> Iterator[MachineFacts]:
    for raw in yaml.safe_load(Path(__file__).with_name("machines.yaml").read_text(encoding="utf-8"))["machines"]:
        transitions = tuple(_fact(raw["stage"], each) for each in raw["transitions"])
        yield MachineFacts(raw["stage"], raw["initial"], tuple(raw["states"]), frozenset(raw["final"]), transitions)


MACHINES = {each.stage: each for each in _read()}
FACTS = {each.id: each for machine in MACHINES.values() for each in machine.transitions}
