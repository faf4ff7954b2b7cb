"""Case data is JSON of any shape: what is absent or of another shape reads as empty."""

from __future__ import annotations

from datetime import date

from workflow.engine.values import count, day, digest, flag, number, people, rows, text, texts

ODD: dict[str, object] = {
    "text": " 内容 ", "number": 3, "flag": True, "day": "2012-03-05", "lines": ["甲 ", " ", 3, "乙"],
    "people": [7, True, "8"], "table": [{"a": 1}, 2], "zero": 0,
}  # fmt: skip


def test_what_has_the_shape_is_read() -> None:
    assert (text(ODD, "text"), number(ODD, "number"), flag(ODD, "flag")) == ("内容", 3, True)
    assert (day(ODD, "day"), texts(ODD, "lines"), people(ODD, "people")) == (date(2012, 3, 5), ("甲", "乙"), (7,))
    assert (rows(ODD, "table"), people(ODD, "number"), number(ODD, "zero")) == (({"a": 1},), (3,), 0)


def test_what_has_another_shape_is_empty() -> None:
    for name in ("flag", "text", "lines", "table", "missing"):
        assert number(ODD, name) is None
        assert count(ODD, name) == 0
    assert (text(ODD, "number"), flag(ODD, "number"), day(ODD, "text"), day(ODD, "number")) == ("", False, None, None)
    assert (texts(ODD, "text"), rows(ODD, "text"), people(ODD, "flag"), people(ODD, "text")) == ((), (), (), ())


def test_a_digest_tells_contents_apart_at_any_depth_and_nothing_else() -> None:
    first: dict[str, object] = {"a": [{"b": 1, "c": None}], "d": "x", "other": 1}
    assert digest(first, ["a", "d"]) == digest({"a": ({"c": None, "b": 1},), "d": "x"}, ["d", "a"])
    changed: list[dict[str, object]] = [
        {**first, "a": [{"b": 2, "c": None}]}, {**first, "a": [{"b": 1, "c": 0}]},
        {**first, "a": [{"e": 1, "c": None}]}, {**first, "d": None}, {**first, "d": "None"}, {**first, "a": []},
    ]  # fmt: skip
    assert len({digest(each, ["a", "d"]) for each in [first, *changed]}) == len(changed) + 1
    assert digest({"a": date(2012, 3, 5)}, ["a"]) == digest({"a": "2012-03-05"}, ["a"])
