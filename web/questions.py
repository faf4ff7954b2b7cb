"""Forms of the definitions as HTML forms: fields become questions, what was posted becomes raw values for engine.forms.

A table works without scripts: its rows are numbered (`measures.0.goal`), a button adds or removes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices, FieldFault

ADD, REMOVE = "add_row", "remove_row"  #: names of the buttons that change a table instead of sending the form
BLANK_ROWS = 1  #: shown below the filled ones
MOST_ROWS = 200  #: a posted form with more is cut; no official table comes near
MULTIPLE = frozenset({FieldType.CHOICES, FieldType.PEOPLE})
LONG = frozenset({FieldType.PARAGRAPH, FieldType.LINES, FieldType.CHOICES, FieldType.PEOPLE})
#: Columns of a table in which whole sentences are written; they get a line of their own.
SENTENCES = frozenset({
    "action", "content", "evidence", "finding", "measure", "note", "reason", "target", "text", "work",
})  # fmt: skip
CHOSEN = frozenset({FieldType.CHOICE, FieldType.CHOICES, FieldType.PERSON, FieldType.PEOPLE, FieldType.ORGANIZATION})


@dataclass(frozen=True)
class Option:
    """One thing that may be chosen."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Question:
    """A field with what was entered so far and what is wrong with it."""

    path: str
    field: Field
    value: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[tuple[Question, ...], ...] = ()
    message: str = ""
    least: int | None = None  #: characters or lines of a long text
    most: int | None = None

    @property
    def unit(self) -> str:
        """What its limits count."""
        return "条" if self.field.type is FieldType.LINES else "字"

    @property
    def limit(self) -> str:
        """How much may be written: 300—800 字, 最多 500 字; empty when nothing is laid down."""
        if self.least and self.most:
            return f"{self.least}—{self.most} {self.unit}"
        return f"最多 {self.most} {self.unit}" if self.most else f"至少 {self.least} {self.unit}" if self.least else ""

    @property
    def id(self) -> str:
        """The id of its control, which a fault in the summary points to."""
        return f"f-{self.path.replace('.', '-')}"

    @property
    def type(self) -> str:
        """The name of the macro that draws it."""
        return self.field.type.value

    @property
    def is_wide(self) -> bool:
        """Whether it needs a whole line inside a table row."""
        return self.field.type in LONG or (self.field.type is FieldType.TEXT and self.field.name in SENTENCES)


def ask(
    fields: Sequence[Field], choices: Choices, values: Mapping[str, Any], faults: Iterable[FieldFault] = ()
) -> list[Question]:
    """The questions of a form, filled with `values` (typed or as posted)."""
    messages: dict[str, str] = {}
    for fault in faults:
        messages.setdefault(fault.path, fault.message)
    return [_question(each, each.name, choices, values.get(each.name, each.default), messages) for each in fields]


def _question(field: Field, path: str, choices: Choices, value: Any, messages: Mapping[str, str]) -> Question:
    question = Question(path, field, message=messages.get(path, ""))
    if field.type in (FieldType.PARAGRAPH, FieldType.LINES):
        question = replace(question, least=choices.bound(field.minimum), most=choices.bound(field.maximum))
    if field.type is FieldType.TABLE:
        return replace(question, rows=_rows(field, path, choices, value, messages))
    if field.type in CHOSEN:
        chosen = {str(each) for each in value} if isinstance(value, list | tuple) else {str(value)}
        options = tuple(Option(code, label, code in chosen) for code, label in _offered(field, choices))
        return replace(question, options=options)
    if field.type is FieldType.LINES and isinstance(value, list | tuple):
        return replace(question, value="\n".join(str(each) for each in value))
    if field.type is FieldType.BOOLEAN:
        return replace(question, value="yes" if value in (True, "yes", "on", "true", "1") else "")
    return replace(question, value="" if value is None else str(value))


def _offered(field: Field, choices: Choices) -> list[tuple[str, str]]:
    if field.type in (FieldType.PERSON, FieldType.PEOPLE):
        return [(str(key), name) for key, name in choices.people(field.among or "").items()]
    if field.type is FieldType.ORGANIZATION:
        return [(str(key), name) for key, name in choices.bodies(field).items()]
    return list(choices.options(field).items())


def _rows(
    field: Field, path: str, choices: Choices, value: Any, messages: Mapping[str, str]
) -> tuple[tuple[Question, ...], ...]:
    given: list[Mapping[str, Any]] = [each for each in value if isinstance(each, Mapping)] if value else []
    shown = given + [{}] * (BLANK_ROWS if not given else 0)
    return tuple(
        tuple(
            _question(column, f"{path}.{number}.{column.name}", choices, row.get(column.name, column.default), messages)
            for column in field.columns
        )
        for number, row in enumerate(shown)
    )


def read(fields: Sequence[Field], posted: MultiDict[str, str]) -> dict[str, Any]:
    """What was posted for these fields, raw; everything else that was posted is ignored."""
    return {each.name: _posted(each, each.name, posted) for each in fields}


def _posted(field: Field, path: str, posted: MultiDict[str, str]) -> Any:
    if field.type is FieldType.TABLE:
        return [row for row in _posted_rows(field, path, posted) if _is_filled(field, row)]
    if field.type in MULTIPLE:
        return [each for each in posted.getlist(path) if each]
    return posted.get(path, "")


def _posted_rows(field: Field, path: str, posted: MultiDict[str, str]) -> list[dict[str, Any]]:
    pattern = re.compile(rf"{re.escape(path)}\.(\d{{1,4}})\.")
    numbers = sorted({int(found[1]) for name in posted if (found := pattern.match(name))})[:MOST_ROWS]
    return [
        {column.name: _posted(column, f"{path}.{number}.{column.name}", posted) for column in field.columns}
        for number in numbers
    ]


def _is_filled(field: Field, row: Mapping[str, Any]) -> bool:
    presets = {column.name: column.default for column in field.columns}
    return any(value not in ("", [], presets[name]) for name, value in row.items())


def change_rows(fields: Sequence[Field], posted: MultiDict[str, str]) -> dict[str, Any] | None:
    """The raw values with a row added or removed, when one of the table buttons was pressed; else None."""
    added, removed = posted.get(ADD), posted.get(REMOVE, "")
    table, _, number = removed.rpartition(".")
    if added is None and not table:
        return None
    values = read(fields, posted)
    for each in fields:
        if each.type is FieldType.TABLE:
            rows = _posted_rows(each, each.name, posted)
            if each.name == added:
                values[each.name] = [*rows, {}]
            elif each.name == table:
                values[each.name] = [row for index, row in enumerate(rows) if str(index) != number]
    return values


def flat(fields: Sequence[Field], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Raw values as the names and values of hidden inputs, to carry a form through a page of checking."""
    found: list[tuple[str, str]] = []
    for each in fields:
        value = values.get(each.name)
        if each.type is FieldType.TABLE:
            for number, row in enumerate(value or []):
                found += [(f"{each.name}.{number}.{name}", text) for name, text in flat(each.columns, row)]
        elif isinstance(value, list):
            found += [(each.name, str(item)) for item in value]
        elif value not in (None, ""):
            found.append((each.name, str(value)))
    return found
