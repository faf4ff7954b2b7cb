"""The harness runs: ours and plain SQL, tiny sizes, nothing from the network, and no time is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import action, documents, report, stored
from tests.bench.driving import stable
from tests.bench.job import FORM, STEPS, Scale
from tests.bench.ratios import Row, in_turn, ratios

TINY = Scale((1, 2, 4, 8), 30)


def test_every_case_climbs_to_the_root_through_persons_who_exist() -> None:
    scale = Scale()
    posts = {(person, code) for person, _, code in scale.posts()}
    assert len(scale.posts()) == scale.people == 7111
    assert len(scale.bodies()) == 1111
    for branch in scale.branches:
        assert all((scale.approver(branch, step), post) in posts for step, (_, post) in enumerate(STEPS))
    assert len(FORM["text"].encode()) == 300


def test_ratios_compare_within_a_round() -> None:
    rounds = [{"plain": 1.0, "ours": 2.0}, {"plain": 10.0, "ours": 20.0}, {"plain": 5.0, "ours": 5.0}]
    assert ratios(rounds, "plain")["ours"] == (2.0, 5.0)
    order: list[str] = []
    in_turn(["a", "b"], 2, lambda name: order.append(name) or 1.0)  # type: ignore[func-returns-value]
    assert order == ["a", "b", "b", "a"]


def test_ours_and_plain_sql_do_the_job(tmp_path: Path) -> None:
    with stable(tmp_path, None) as at:
        rows = action.measure(at, "postgresql", TINY, 1, 1, ["plain", "plain:at_once", "ours"])
    assert {row.name for row in rows} == {"plain", "plain:at_once", "ours"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_stored_cases_are_multiplied(tmp_path: Path, kind: str) -> None:
    with stable(tmp_path, None) as at:
        rows = stored.measure(at, kind, TINY, 1, 1, [10, 40])
    assert {"10 cases", "40 cases", "ours", "page", "plain"} == {row.name for row in rows}


def test_papers_are_printed_beside_a_default(tmp_path: Path) -> None:
    rows = documents.measure(Path("python"), 1, 1, rows=(2, 4), names=("defaults", "ours"))
    assert {row.name for row in rows} == {"defaults", "ours", "of 2", "of 4"}
    assert all(row.value > 1_000 for row in rows if row.unit == "bytes")


def test_the_figures_are_stored_with_what_they_were_measured_on(tmp_path: Path) -> None:
    rows = [
        Row("action", "sqlite", "ours", 2.5, 1.0, target=3.0),
        Row("bytes per case", "sqlite", "ours", 1, 7000, "bytes", 6000),
    ]
    report.show(rows)
    report.save(rows, tmp_path / "results.json", quick=True)
    found = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert [each["met"] for each in found["rows"]] == [True, False]
    assert "spiffworkflow" in found["versions"]
    assert found["machine"]["cores"]
