"""Rows of a table that each open a case: which of them, about whom, and what the case is told."""

from __future__ import annotations

from typing import Any

from tests.engine.cast import definition
from workflow.definition.field import Each
from workflow.definition.model import Child
from workflow.engine.offspring import body_of, handed_over, litters

HERE, THERE = 11, 12
FOUND = [
    {"unit": HERE, "text": "台账不全", "decision": "rectify"},
    {"unit": THERE, "text": "没有公布", "decision": "rectify"},
    {"unit": HERE, "text": "记录缺页", "decision": "none"},
    {"unit": HERE, "text": "没有点评", "decision": "rectify"},
    {"unit": None, "text": "没有单位", "decision": "rectify"},
]
DATA: dict[str, Any] = {"problems": FOUND}


def child(**more: Any) -> Child:
    each = Each(table="problems", about="unit", **more)
    return Child(stage="rectification", title="限期整改", each=each, carry={"facts": "text", "problems": "text"})


def texts(found: list[tuple[Any, ...]]) -> list[list[str]]:
    return [[row["text"] for row in litter] for litter in found]


def test_each_row_that_is_meant_opens_a_case_of_its_own() -> None:
    assert texts(litters(child(), DATA)) == [["台账不全"], ["没有公布"], ["记录缺页"], ["没有点评"]]
    assert texts(litters(child(only={"decision": "rectify"}), DATA)) == [["台账不全"], ["没有公布"], ["没有点评"]]
    assert litters(child(only={"decision": "rectify", "text": "别的"}), DATA) == []
    assert litters(child(), {}) == []
    assert litters(Child(stage="rectification", title="限期整改"), DATA) == [], "opened once, not for rows"


def test_what_concerns_one_body_goes_together_where_the_definition_says_so() -> None:
    together = child(only={"decision": "rectify"}, together=True)
    found = litters(together, DATA)
    assert texts(found) == [["台账不全", "没有点评"], ["没有公布"]]
    assert [body_of(together, each) for each in found] == [HERE, THERE]


def test_a_list_of_the_child_has_a_line_for_each_row_and_a_text_has_them_all() -> None:
    (first, second) = litters(child(only={"decision": "rectify"}, together=True), DATA)
    rectification = definition("rectification")
    assert handed_over(child(), rectification, first) == {
        "facts": "台账不全\n没有点评", "problems": ["台账不全", "没有点评"]
    }  # fmt: skip
    assert handed_over(child(), rectification, second) == {"facts": "没有公布", "problems": ["没有公布"]}
    strange = child().model_copy(update={"carry": {"nowhere": "text"}})
    assert handed_over(strange, rectification, second) == {"nowhere": "没有公布"}
