"""The sandbox in which document templates run: plain values, a short list of filters, files of `definitions/` alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from workflow.documents.bounds import MOST_REPEATS, repeated, rounds
from workflow.documents.fonts import FontReport
from workflow.documents.glyphs import TemplateFault
from workflow.documents.joint import joint_cell, joint_drop, joint_mark, joint_rows
from workflow.documents.letterhead import letterhead

_PLAIN = (str, int, float, bool, type(None))
_VALUES = (*_PLAIN, list, tuple, dict, Markup)
#: Controls, and marks that would print a text in another order than it is stored in.
_STEERING = dict.fromkeys(
    each for span in ((0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0x61C, 0x61C), (0x200E, 0x200F), (0x202A, 0x202E),
                      (0x2066, 0x2069), (0xFEFF, 0xFEFF)) for each in range(span[0], span[1] + 1)
)  # fmt: skip
_NUMERALS = "零一二三四五六七八九十"
#: The filters of Jinja that a paper needs. Those left out mark text as safe, reach attributes or make text without end.
_TAKEN = (
    "abs", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "groupby", "int", "join",
    "last", "length", "list", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select",
    "selectattr", "sort", "string", "sum", "trim", "truncate", "unique",
)  # fmt: skip


class PaperEnvironment(ImmutableSandboxedEnvironment):
    """Looks keys up in values and never a method: `case.data.items` is the field called items."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A key of a mapping; attributes only of Jinja's own objects (loop, imported macros)."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if type(obj) in _VALUES:
            return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Nothing private, nothing of a value."""
        return type(obj) not in _VALUES and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Sums of numbers; no text or number without end."""
        if operator == "*":
            return repeated(left, right)
        if operator == "**" or isinstance(left, str):
            raise OverflowError(f"模板中不能用“{operator}”")
        return super().call_binop(context, operator, left, right)


def plain(value: object, where: str = "values") -> Any:
    """A deep copy made of mappings, lists and scalars; anything else has no business in a template."""
    if isinstance(value, Mapping):
        return {str(key): plain(each, f"{where}.{key}") for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, f"{where}[{number}]") for number, each in enumerate(value)]
    if type(value) in _PLAIN:
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):  # a marked-up string would escape escaping
        return str.__str__(value)
    raise TemplateFault(template=where, reason=f"值的类型不允许：{type(value).__name__}")


def inert(value: Any) -> Any:
    """Plain values without characters that are not seen and steer those that are."""
    if isinstance(value, str):
        return value.translate(_STEERING)
    if isinstance(value, dict):
        return {key: inert(each) for key, each in value.items()}
    return [inert(each) for each in value] if isinstance(value, list) else value


def _nothing_for_none(value: Any) -> Any:
    """An answer that was not given leaves no trace on paper."""
    return "" if value is None else value


def official_date(value: object) -> str:
    """2012年7月1日 from an ISO date; other text is left as it is (GB/T 9704-2012 7.3.5.4)."""
    text = str(value or "")
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", text):
        return "{}年{}月{}日".format(*(int(part) for part in found.groups()))
    return text


def short_date(value: object) -> str:
    """2012.7.1 for a narrow column of a table."""
    iso = iso_date(value)
    return ".".join(str(int(part)) for part in iso.split("-")) if iso else str(value or "")


def numeral(number: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


def line_breaks(text: object) -> Markup:
    """Text of a form cell with its own line breaks."""
    return Markup("<br>").join(escape(line) for line in str(text or "").splitlines())


def listed(names: Sequence[object] | None, joint: str = "、") -> str:
    """Names in a row."""
    return joint.join(str(name) for name in names or ())


def iso_date(value: object) -> str:
    """2012-07-01 from either form of a date, empty when it is neither."""
    found = re.fullmatch(r"(\d{4})[-年](\d{1,2})[-月](\d{1,2})日?", str(value or ""))
    return "{}-{:02}-{:02}".format(*(int(part) for part in found.groups())) if found else ""


def filled(values: Sequence[object]) -> list[object]:
    """The values that are not empty."""
    return [value for value in values if value]


def text_lines(text: object) -> list[str]:
    """The paragraphs of a text."""
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def cells(row: Mapping[str, object]) -> str:
    """The filled cells of a table row in one line."""
    return "；".join(official_date(value) for value in row.values() if value not in ("", None))


def in_rows(values: Sequence[object], most: int, fill: object = None) -> list[list[object]]:
    """Jinja's `batch`: rows of at most so many values, the last one filled up."""
    most = min(most, MOST_REPEATS)
    rows = [list(values[start : start + most]) for start in range(0, len(values), most)]
    if rows and fill is not None:
        rows[-1] += [fill] * (most - len(rows[-1]))
    return rows


def act_of(acts: Sequence[Mapping[str, object]], *transitions: str) -> Mapping[str, object] | None:
    """The latest act made by any of these transitions, for an opinion box."""
    return next((act for act in reversed(acts) if act.get("id") in transitions), None)


def one_line(text: object) -> str:
    """Text without line breaks or other space."""
    return "".join(str(text).split())


def unstopped(text: object) -> str:
    """A sentence without its closing mark, to be built into another sentence."""
    return str(text or "").strip().rstrip("。；;.，,")


@lru_cache(maxsize=8)
def environment(definitions: Path, fonts: FontReport) -> PaperEnvironment:
    """The sandbox over one definitions folder."""
    made = PaperEnvironment(
        loader=FileSystemLoader(definitions),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_nothing_for_none,
    )
    head = letterhead(definitions / "letterhead", fonts)
    made.globals = {"font_note": "；".join(fonts.lines()), "range": rounds}
    made.globals["longest_main"] = head.numbers["main"]["longest"]
    made.filters = {name: made.filters[name] for name in _TAKEN} | {
        "batch": in_rows,
        "body": head.body,
        "paragraph": head.paragraph,
        "flush": head.flush,
        "headline": head.title,
        "mark": head.mark,
        "signature": head.signature,
        "joint_mark": partial(joint_mark, head),
        "joint_cell": partial(joint_cell, head),
        "joint_drop": partial(joint_drop, head),
        "joint_rows": partial(joint_rows, head),
        "date": official_date,
        "day": short_date,
        "numeral": numeral,
        "breaks": line_breaks,
        "listed": listed,
        "iso": iso_date,
        "filled": filled,
        "lines": text_lines,
        "cells": cells,
        "act": act_of,
        "oneline": one_line,
        "unstopped": unstopped,
    }
    return made
