"""From fields to questions and back: what a browser posts is what engine.forms is given."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from web.questions import ask, change_rows, flat, read
from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices, FieldFault, Form

FIELDS = (
    Field(name="title", title="标题"),
    Field(name="days", title="天数", type=FieldType.INTEGER, minimum=1),
    Field(name="ways", title="渠道", type=FieldType.CHOICES, options={"a": "甲", "b": "乙", "c": "丙"}),
    Field(name="who", title="人员", type=FieldType.PEOPLE, among="own.members"),
    Field(name="lines", title="意见", type=FieldType.LINES),
    Field(name="agreed", title="同意", type=FieldType.BOOLEAN),
    Field(
        name="rows", title="台账", type=FieldType.TABLE,
        columns=(
            Field(name="text", title="内容"),
            Field(name="kind", title="类别", type=FieldType.CHOICE, options={"x": "一", "y": "二"}, default="x"),
            Field(name="done", title="完成", type=FieldType.BOOLEAN, required=False),
        ),
    ),
)  # fmt: skip
CHOICES = Choices(people=lambda _role: {1: "石喆", 2: "童玥"})
POSTED = MultiDict([
    ("title", "甲"), ("days", "3"), ("ways", "a"), ("ways", "c"), ("who", "2"), ("lines", "一\r\n二"),
    ("agreed", "yes"), ("rows.0.text", "第一"), ("rows.0.kind", "y"), ("rows.0.done", "yes"), ("rows.1.kind", "x"),
    ("rows.4.text", "第二"), ("rows.4.kind", "x"), ("unasked", "1"), ("rows.x.text", "no"), ("rows.0.other", "no"),
])  # fmt: skip


def test_what_is_posted_becomes_values() -> None:
    form = Form(FIELDS, CHOICES)
    values = form.read(read(FIELDS, POSTED))
    assert form.faults == []
    assert values == {
        "title": "甲", "days": 3, "ways": ["a", "c"], "who": [2], "lines": ["一", "二"], "agreed": True,
        "rows": [{"text": "第一", "kind": "y", "done": True}, {"text": "第二", "kind": "x", "done": False}],
    }  # fmt: skip


def test_hidden_inputs_carry_a_form_unchanged() -> None:
    raw = read(FIELDS, POSTED)
    assert read(FIELDS, MultiDict(flat(FIELDS, raw))) == raw


def test_a_question_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    raw = read(FIELDS, MultiDict([("days", "三"), ("ways", "b"), ("rows.0.text", ""), ("rows.0.kind", "y")]))
    asked = {each.path: each for each in ask(FIELDS, CHOICES, raw, [FieldFault("rows.0.text", "内容", "请填写内容")])}
    assert asked["days"].value == "三"
    assert [option.chosen for option in asked["ways"].options] == [False, True, False]
    cell = asked["rows"].rows[0][0]
    assert (cell.path, cell.id, cell.message) == ("rows.0.text", "f-rows-0-text", "请填写内容")


def test_an_empty_table_shows_one_row_with_its_presets() -> None:
    (row,) = next(each for each in ask(FIELDS, CHOICES, {}) if each.path == "rows").rows
    assert [option.chosen for option in row[1].options] == [True, False]


@pytest.mark.parametrize(
    ("button", "texts"),
    [
        (("add_row", "rows"), ["第一", "", "第二", ""]),
        (("remove_row", "rows.2"), ["第一", ""]),
        (("remove_row", "rows.9"), ["第一", "", "第二"]),
    ],
)
def test_the_buttons_of_a_table(button: tuple[str, str], texts: list[str]) -> None:
    changed = change_rows(FIELDS, MultiDict([*POSTED.items(multi=True), button]))
    assert changed is not None
    assert [row.get("text", "") for row in changed["rows"]] == texts
    assert changed["title"] == "甲"


def test_without_a_button_nothing_is_changed() -> None:
    assert change_rows(FIELDS, POSTED) is None


def test_a_flood_of_rows_is_cut() -> None:
    posted = MultiDict((f"rows.{number}.text", "x") for number in range(9999))
    assert len(read(FIELDS, posted)["rows"]) == 200


@pytest.mark.parametrize(
    ("kind", "least", "most", "said"),
    [
        (FieldType.PARAGRAPH, "deeds.least", 800, "300—800 字"),
        (FieldType.PARAGRAPH, None, 800, "最多 800 字"),
        (FieldType.LINES, 2, None, "至少 2 条"),
        (FieldType.PARAGRAPH, None, None, ""),
        (FieldType.TEXT, None, 20, ""),
    ],
)
def test_a_long_text_says_how_much_may_be_written(
    kind: FieldType, least: int | str | None, most: int | None, said: str
) -> None:
    field = Field(name="text", title="事迹", type=kind, minimum=least, maximum=most)
    assert ask([field], Choices(parameters={"deeds.least": 300}), {})[0].limit == said
