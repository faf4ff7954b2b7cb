"""What somebody typed becomes typed values, or a sentence for each thing that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices, FieldFault, Form

LONG_ID = 10**17  #: of eighteen digits
CHOICES = Choices(
    lists={"goals": {"a": "推动科学发展", "b": "促进社会和谐"}},
    parameters={"pledge.items_max": 2},
    people=lambda role: {7: "李明", LONG_ID: "王芳"} if role == "own.staff" else {},
    organizations=lambda: {3: "第一党支部"},
    peers=lambda: {5: "第二党支部"},
)


def field(type_: FieldType, **more: Any) -> Field:
    return Field(name="x", title="项目", type=type_, **more)


def read(asked: Field, raw: object) -> tuple[Any, list[str]]:
    form = Form((asked,), CHOICES)
    values = form.read({"x": raw})
    return values["x"], [each.message for each in form.faults]


@pytest.mark.parametrize(
    ("asked", "raw", "value"),
    [
        (field(FieldType.TEXT), " 安全生产 ", "安全生产"),
        (field(FieldType.PARAGRAPH), "一\r\n二", "一\n二"),
        (field(FieldType.INTEGER), "12", 12),
        (field(FieldType.INTEGER), -(2**53) + 1, -(2**53) + 1),
        (field(FieldType.DATE), "2012-07-01", "2012-07-01"),
        (field(FieldType.BOOLEAN), "on", True),
        (field(FieldType.BOOLEAN, required=False), None, False),
        (field(FieldType.CHOICE, options_from="goals"), "a", "a"),
        (field(FieldType.CHOICES, options_from="goals"), ["b", "b", "a"], ["b", "a"]),
        (field(FieldType.CHOICES, options_from="goals"), "a", ["a"]),
        (field(FieldType.LINES), "甲\n\n 乙 丙 ", ["甲", "乙 丙"]),
        (field(FieldType.PERSON, among="own.staff"), "7", 7),
        (field(FieldType.PERSON, among="own.staff"), str(LONG_ID), LONG_ID),
        (field(FieldType.PEOPLE, among="own.staff"), ["7"], [7]),
        (field(FieldType.ORGANIZATION), 3, 3),
        (field(FieldType.ORGANIZATION, among="peers"), 5, 5),
        (field(FieldType.TEXT, required=False), "", None),
        (field(FieldType.LINES, required=False), "", []),
        (field(FieldType.PARAGRAPH, minimum=2, maximum=2), "两字", "两字"),
        (field(FieldType.LINES, minimum=2, maximum=2), "甲\n乙", ["甲", "乙"]),
        (field(FieldType.INTEGER, minimum=2, maximum=2), "2", 2),
        (field(FieldType.TEXT), "末\ud7ff\ue000 \t尾", "末\ud7ff\ue000 \t尾"),
    ],
)
def test_good_input_becomes_a_typed_value(asked: Field, raw: object, value: object) -> None:
    assert read(asked, raw) == (value, [])


@pytest.mark.parametrize(
    ("asked", "raw", "message"),
    [
        (field(FieldType.TEXT), "", "请填写项目"),
        (field(FieldType.TEXT), "一\n二", "项目只写一行"),
        (field(FieldType.TEXT), "坏\x00字", "项目应为文字，不能含控制字符"),
        (field(FieldType.PARAGRAPH, minimum=5), "太短", "项目至少5字，现有2字"),
        (field(FieldType.INTEGER), "十二", "项目应为整数，如 12"),
        (field(FieldType.INTEGER), True, "项目应为整数，如 12"),
        (field(FieldType.INTEGER), 2**53, "项目的数字过大，请核对"),
        (field(FieldType.INTEGER, minimum=0), "-1", "项目不能小于0"),
        (field(FieldType.INTEGER, maximum="pledge.items_max"), "3", "项目不能大于2"),
        (field(FieldType.DATE), "2012-02-30", "项目应为日期，如 2012-07-01"),
        (field(FieldType.CHOICE, options_from="goals"), "z", "项目请从“推动科学发展、促进社会和谐”中选择"),
        (field(FieldType.CHOICES, options_from="goals"), ["a", "z"], "项目请从“推动科学发展、促进社会和谐”中选择"),
        (field(FieldType.BOOLEAN), "也许", "项目请选择是或否"),
        (field(FieldType.PERSON, among="own.staff"), "8", "项目请从可选人员中选择"),
        (field(FieldType.PERSON, among="own.staff"), "", "请选择项目"),
        (field(FieldType.PEOPLE, among="own.staff"), ["8"], "项目请从可选人员中选择"),
        (field(FieldType.PEOPLE, among="own.staff", minimum=2), ["7"], "项目至少2人，现有1人"),
        (field(FieldType.PEOPLE, among="own.staff", minimum=2), ["7", 7], "项目至少2人，现有1人"),
        (field(FieldType.ORGANIZATION), "9", "项目请从可选组织中选择"),
        (field(FieldType.ORGANIZATION), 5, "项目请从可选组织中选择"),
        (field(FieldType.ORGANIZATION, among="peers"), 3, "项目请从可选组织中选择"),
        (field(FieldType.PARAGRAPH, maximum=2), "三个字", "项目最多2字，现有3字"),
        (field(FieldType.LINES, minimum=2), "甲", "项目至少2条，现有1条"),
        (field(FieldType.LINES), 5, "项目应为每行一条的文字，不能含控制字符"),
        (field(FieldType.LINES), ["坏\x00字"], "项目应为每行一条的文字，不能含控制字符"),
        (field(FieldType.TEXT), "半个\ud800字", "项目应为文字，不能含控制字符"),
        (field(FieldType.TEXT), "坏字\udfff", "项目应为文字，不能含控制字符"),
        (field(FieldType.INTEGER), 10**20, "项目的数字过大，请核对"),
        (field(FieldType.PERSON, among="own.staff"), "9" * 5000, "项目请从可选人员中选择"),
    ],
)
def test_bad_input_gets_a_sentence(asked: Field, raw: object, message: str) -> None:
    form = Form((asked,), CHOICES)
    form.read({"x": raw})
    assert form.faults == [FieldFault("x", "项目", message)]


ITEMS = Field(
    name="items",
    title="承诺事项",
    type=FieldType.TABLE,
    maximum="pledge.items_max",
    columns=(
        Field(name="text", title="内容"),
        Field(name="due_on", title="时限", type=FieldType.DATE),
        Field(
            name="origin", title="性质", type=FieldType.CHOICE, options={"own": "自选", "all": "规定"}, default="all"
        ),
    ),
)


def test_rows_left_as_they_were_offered_do_not_count() -> None:
    form = Form((ITEMS,), CHOICES)
    filled = {"text": "办实事", "due_on": "2012-07-01", "origin": "own"}
    values = form.read({"items": [{"text": "", "due_on": "", "origin": "all"}, filled]})
    assert values == {"items": [filled]}
    assert form.faults == []


def test_a_fault_in_a_table_names_row_and_column() -> None:
    form = Form((ITEMS,), CHOICES)
    form.read({"items": [{"text": "办实事", "due_on": "明天", "origin": "all"}]})
    wrong = FieldFault("items.0.due_on", "承诺事项第1行“时限”", "承诺事项第1行：时限应为日期，如 2012-07-01")
    assert form.faults == [wrong]


def test_a_row_has_no_other_columns() -> None:
    form = Form((ITEMS,), CHOICES)
    form.read({"items": [{"text": "办实事", "due_on": "2012-07-01", "origin": "all", "score": 100}]})
    other = FieldFault("items.0.score", "承诺事项第1行“score”", "承诺事项第1行：表中没有“score”这一列")
    assert form.faults == [other]


def test_too_many_rows_are_refused_by_the_campaign_s_own_limit() -> None:
    form = Form((ITEMS,), CHOICES)
    form.read({"items": [{"text": "办实事", "due_on": "2012-07-01", "origin": "all"}] * 3})
    assert form.faults == [FieldFault("items", "承诺事项", "承诺事项最多2行，现有3行")]


@pytest.mark.parametrize("raw", ["文字", {"text": "办实事"}, ["办实事"], [{"text": "办实事"}, None]])
def test_what_is_no_table_is_told_so(raw: object) -> None:
    form = Form((ITEMS,), CHOICES)
    assert form.read({"items": raw}) == {"items": []}
    assert form.faults == [FieldFault("items", "承诺事项", "承诺事项应为表格")]


def test_a_table_of_rows_left_as_they_were_offered_is_empty() -> None:
    offered = {"items": [{"text": "", "due_on": "", "origin": "all"}]}
    form = Form((ITEMS,), CHOICES)
    form.read(offered)
    assert form.faults == [FieldFault("items", "承诺事项", "请填写承诺事项，至少一行")]
    free = Form((ITEMS.model_copy(update={"required": False}),), CHOICES)
    assert (free.read(offered), free.faults) == ({"items": []}, [])


def test_every_fault_is_told_at_once_and_unknown_keys_are_faults() -> None:
    form = Form((field(FieldType.TEXT), ITEMS), CHOICES)
    form.read({"state": "closed"})
    assert [each.path for each in form.faults] == ["state", "x", "items"]
    assert form.faults[0] == FieldFault("state", "state", "表中没有“state”这一项")
    form = Form((field(FieldType.TEXT), ITEMS), CHOICES)
    form.read({"items": [{"text": "办实事", "due_on": "明天", "origin": "all"}]})
    assert [(each.path, each.title) for each in form.faults] == [
        ("x", "项目"), ("items.0.due_on", "承诺事项第1行“时限”")]  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([*FieldType]), JSON)
def test_no_input_whatever_raises(type_: FieldType, raw: object) -> None:
    shape: dict[str, Any] = {}
    if type_ in (FieldType.CHOICE, FieldType.CHOICES):
        shape["options_from"] = "goals"
    if type_ is FieldType.TABLE:
        shape["columns"] = ITEMS.columns
    form = Form((field(type_, **shape),), CHOICES)
    form.read({"x": raw})


@pytest.mark.parametrize("raw", ["yes", "on", "true", "1", True])
def test_a_ticked_box(raw: object) -> None:
    assert read(field(FieldType.BOOLEAN), raw) == (True, [])


@pytest.mark.parametrize("raw", ["no", "false", "0", False, "", None])
def test_an_empty_box(raw: object) -> None:
    assert read(field(FieldType.BOOLEAN), raw) == (False, [])


def test_a_fault_names_its_field_once() -> None:
    assert str(FieldFault("note", "理由", "请填写理由")) == "请填写理由"
    assert str(FieldFault("note", "理由", "最多10字")) == "理由：最多10字"


def test_a_field_without_options_offers_none() -> None:
    assert Choices({"a": {"x": "甲"}}).options(field(FieldType.CHOICE, options_from="a")) == {"x": "甲"}
    assert Choices({"a": {"x": "甲"}}).options(field(FieldType.CHOICE, options_from="b")) == {}
    assert Choices({}).bound("missing") is None
    assert Choices({}, {"most": 3}).bound("most") == 3
    assert Choices({}, {"most": "三"}).bound("most") is None
