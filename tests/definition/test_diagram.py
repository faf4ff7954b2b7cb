"""The picture of a stage: complete, the same every time, marked by more than colour, and without overlaps."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from workflow.definition.diagram import svg, walked
from workflow.definition.drawing import measure
from workflow.definition.layout import Size, Spacing, place
from workflow.definition.loader import load
from workflow.definition.model import Stage

STAGES = load(Path(__file__).parents[2] / "definitions").stages
SVG = "{http://www.w3.org/2000/svg}"
PAGE = 1200


def picture(stage: Stage, *path: str, current: str | None = None) -> ET.Element:
    """The parsed picture."""
    return ET.fromstring(svg(stage, path, current))


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda each: each.stage)
def test_every_state_and_act_is_named(stage: Stage) -> None:
    text = "".join(picture(stage).itertext())
    for state in stage.states.values():
        assert state.title in text
    drawn = [each for each in stage.transitions if each.to != "same" and each.tone == "forward"]
    assert all(each.title in text for each in drawn)


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda each: each.stage)
def test_it_fits_a_page_and_says_what_it_is(stage: Stage) -> None:
    root = picture(stage)
    assert float(root.get("width", "inf")) <= PAGE
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == f"{stage.title}流程图"
    assert stage.states[stage.initial].title in (root.findtext(f"{SVG}desc") or "")


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda each: each.stage)
def test_no_box_covers_another(stage: Stage) -> None:
    tops = []
    for group in picture(stage).iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        if rect is not None:
            tops.append(tuple(float(rect.get(each, "nan")) for each in ("x", "y", "width", "height")))
    for (x, y, width, height), (x2, y2, width2, height2) in combinations(tops, 2):
        apart = x + width <= x2 + 1 or x2 + width2 <= x + 1 or y + height <= y2 + 1 or y2 + height2 <= y + 1
        assert apart


def test_it_is_the_same_every_time() -> None:
    assert svg(STAGES["commendation"]) == svg(STAGES["commendation"])


def test_the_present_state_has_a_thick_frame_and_says_so() -> None:
    root = picture(STAGES["filing"], "F01", "F03", current="registered")
    here = next(each for each in root.iter(f"{SVG}g") if each.findtext(f"{SVG}title") == "已登记（当前状态）")
    rect = here.find(f"{SVG}rect")
    assert rect is not None
    assert float(rect.get("stroke-width", "0")) > 3
    assert "● 已登记" in "".join(here.itertext())
    assert "当前状态：已登记；已办理2步。" in (root.findtext(f"{SVG}desc") or "")


def test_the_path_taken_is_thick_and_ticked() -> None:
    text = svg(STAGES["filing"], ("F01", "F03"), "registered")
    assert text.count('stroke-width="2.6"') == 2
    assert "✓ 待报备" in text


def test_final_states_have_a_double_frame() -> None:
    root = picture(STAGES["filing"])
    final = next(each for each in root.iter(f"{SVG}g") if each.findtext(f"{SVG}title") == "已备案")
    assert len(final.findall(f"{SVG}rect")) == 2


def test_returns_are_dashed() -> None:
    assert "stroke-dasharray" in svg(STAGES["plan"])
    assert "stroke-dasharray" not in svg(STAGES["document_receipt"])


def test_moves_out_of_many_states_are_noted_in_the_boxes() -> None:
    text = svg(STAGES["commendation"])
    assert text.count("⤳") > 10
    assert "⤳ 还可转入的状态" in text


def test_a_move_that_was_taken_is_drawn_even_if_it_is_noted() -> None:
    stage = STAGES["commendation"]
    assert svg(stage, ("W01", "W36"), "withdrawn").count('stroke-width="2.6"') == 2


def test_the_path_is_replayed_state_by_state() -> None:
    pairs, states = walked(STAGES["plan"], ("P01", "P20", "unknown"))
    assert pairs == {("draft", "internal_review"), ("internal_review", "withdrawn")}
    assert states == {"draft", "internal_review", "withdrawn"}


def test_text_from_a_definition_is_inert() -> None:
    stage = STAGES["filing"]
    hostile = stage.model_copy(update={"title": "<script>alert(1)</script>"})
    assert "<script" not in svg(hostile)


def test_nothing_is_loaded_or_styled_from_elsewhere() -> None:
    text = svg(STAGES["plan"]).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"href|url\(|style=|http|<style|<image", text)


def test_chinese_text_is_measured_by_its_own_width() -> None:
    assert measure("公开承诺", 14) == 56
    assert measure("abc", 10) < 20


def test_wide_boxes_push_their_neighbours_apart() -> None:
    sizes = {0: Size(100, 40), 1: Size(300, 40), 2: Size(200, 40)}
    placement = place(sizes, [(0, 1), (0, 2)], Spacing(between=20))
    left, right = sorted((placement.boxes[1], placement.boxes[2]), key=lambda each: each.x)
    assert right.x - left.x >= (300 + 200) / 2 + 20 - 0.01
    assert placement.boxes[0].bottom < placement.boxes[1].top


def test_a_box_without_lines_still_has_a_place() -> None:
    placement = place({0: Size(50, 20), 1: Size(50, 20), 2: Size(50, 20)}, [(0, 1)], Spacing())
    assert set(placement.boxes) >= {0, 1, 2}
