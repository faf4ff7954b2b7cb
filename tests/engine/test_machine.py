"""A machine for each definition, and the names under which guards and effects are found."""

from __future__ import annotations

import pytest

from tests.engine.test_performing import stage
from workflow.engine.machine import machine_of
from workflow.engine.registry import EFFECTS, GUARDS, RECUSALS, effect, guard, recusal
from workflow.engine.snapshot import Change, Situation


def test_a_machine_knows_the_moves_of_its_definition_and_no_others() -> None:
    machine_of.cache_clear()
    machine = machine_of(definition := stage(submit={"to": "same"}))
    assert set(machine.events) == {each.trigger for each in definition.transitions}
    assert (machine.models, machine.initial, set(machine.states)) == ([], "draft", set(definition.states))
    moves = {
        (trigger, each.source, each.dest)
        for trigger, event in machine.events.items()
        for found in event.transitions.values()
        for each in found
    }
    assert moves == {(each.trigger, one, each.target(one)) for each in definition.transitions for one in each.sources}
    assert ("submit", "draft", "draft") in moves


def test_what_is_registered_is_found_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.engine.registry.GUARDS", guards := dict(GUARDS))
    monkeypatch.setattr("workflow.engine.registry.EFFECTS", effects := dict(EFFECTS))
    monkeypatch.setattr("workflow.engine.registry.RECUSALS", recusals := set(RECUSALS))

    def is_ready(_: Situation) -> str | None:
        return None

    def is_somebody_else(_: Situation) -> str | None:
        return None

    def note_nothing(_: Situation) -> Change:
        return Change()

    assert (guard(is_ready), recusal(is_somebody_else), effect(note_nothing)) == (
        is_ready, is_somebody_else, note_nothing)  # fmt: skip
    assert (guards["is_ready"], guards["is_somebody_else"], effects["note_nothing"]) == (
        is_ready, is_somebody_else, note_nothing)  # fmt: skip
    assert recusals - RECUSALS == {"is_somebody_else"}
