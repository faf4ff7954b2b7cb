"""What a long run has to see: counted, listed, and with what cannot be seen declared for a reason."""

from __future__ import annotations

import pytest

from tests.enterprise import definitions
from workflow.cli.simulate import told
from workflow.definition.field import Field
from workflow.definition.model import Stage
from workflow.simulation.aiming import FAR, Way, aims_of
from workflow.simulation.coverage import Coverage
from workflow.simulation.slips import SLIPS
from workflow.simulation.unreachable import FORMS, GUARDS, TRANSITIONS
from workflow.simulation.wishes import AIMS, WISHES

SHORTEST = 20  #: characters of a reason


def everything() -> Coverage:
    """A run that has seen whatever can be seen."""
    found = Coverage()
    transitions, pairs, guards = Coverage().parts(definitions())
    found.transitions.update(transitions.never)
    found.struck.update(tuple(each.split("/")) for each in pairs.never)  # type: ignore[arg-type]
    found.seen.update(f"shown: {each}" for each in guards.never[::2])
    found.seen.update(f"refused: {each}" for each in guards.never[1::2])
    return found


def test_whatever_is_declared_as_out_of_reach_is_known_and_has_a_reason() -> None:
    transitions, _, guards = Coverage().parts(definitions())
    assert set(transitions.known) >= set(TRANSITIONS)
    assert set(guards.known) >= set(GUARDS)
    assert all(len(each) >= SHORTEST for each in (*TRANSITIONS.values(), *GUARDS.values()))


def fields_of(stage: Stage) -> dict[str, Field]:
    """Everything that its forms can ask for, columns as `table.column`."""
    asked = [each for move in stage.transitions for each in stage.asked(move)]
    found = {each.name: each for each in (*stage.form, *asked)}
    return found | {f"{each.name}.{column.name}": column for each in found.values() for column in each.columns}


def stages_with(guard: str) -> list[Stage]:
    found = definitions().stages.values()
    return [
        each for each in found if guard in {*each.open_guards, *(g for one in each.transitions for g in one.guards)}
    ]


def test_a_form_asks_for_all_that_keeps_its_conditions_from_refusing() -> None:
    assert set(FORMS) <= set(GUARDS)
    for guard, names in FORMS.items():
        (stage,) = stages_with(guard)
        assert all(fields_of(stage)[each].required for each in names), guard


def test_what_is_wished_for_or_got_wrong_is_asked_for_by_a_form() -> None:
    by_id = {each.id: stage for stage in definitions().stages.values() for each in stage.transitions}
    for name, wish in WISHES.items():
        fields = {*fields_of(by_id[name]), *(f"{each}.rows" for each in fields_of(by_id[name]))}
        assert fields >= {*wish.opened, *wish.entered}, name
        assert {*wish.first, *wish.at} <= {each.id for each in by_id[name].transitions}, name
    for guard, entered in SLIPS.items():
        tables = [{*fields_of(each), *(f"{field}.rows" for field in fields_of(each))} for each in stages_with(guard)]
        assert any(each >= set(entered) for each in tables), guard


def test_a_run_that_has_seen_everything_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(everything(), definitions(), in_full=False)
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    count = len(Coverage().parts(definitions())[0].known)
    assert f"流转 {count}/{count}" in said


def test_what_is_missing_is_listed_only_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    found = everything()
    del found.transitions["P01"]
    assert not told(found, definitions(), in_full=False)
    assert "P01" not in capsys.readouterr().out
    assert not told(found, definitions(), in_full=True)
    assert "没有出现的流转：P01\n" in capsys.readouterr().out


def test_what_is_declared_and_happens_all_the_same_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    found, declared = everything(), next(iter(TRANSITIONS))
    found.transitions[declared] += 1
    assert not told(found, definitions(), in_full=True)
    assert f"列为不会出现而出现的流转：{declared}" in capsys.readouterr().out


def test_some_seeds_are_after_every_transition() -> None:
    known = [each.id for stage in definitions().stages.values() for each in stage.transitions]
    some = range(-(-len(known) // AIMS))
    assert set().union(*(aims_of(each, definitions()).wanted for each in some)) == set(known) - set(TRANSITIONS)


def test_a_case_is_led_along_the_shortest_way_and_around_what_is_barred() -> None:
    stage = definitions().stages["rectification"]
    moves = {each.id: each for each in stage.transitions}
    way = Way(stage, "drafting", frozenset({"Z05"}), frozenset())
    assert way.far("drafting") == 1
    assert [each.id for each in way.ahead()] == ["Z03"]
    assert way.rank(moves["Z03"]) < way.rank(moves["Z37"]) < way.rank(moves["Z34"])
    assert (way.likely(moves["Z03"], 5), way.likely(moves["Z34"], 5)) == (100, 0)
    assert Way(stage, "drafting", frozenset({"Z05"}), frozenset({"Z03"})).far("drafting") == FAR
