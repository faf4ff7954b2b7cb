"""A case's data in reading form: codes become labels, ids become names, empty fields are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.field import Field, FieldType
from workflow.definition.model import Stage
from workflow.engine.forms import Choices
from workflow.operations.organization.posts import names_of

EMPTY: tuple[object, ...] = (None, "", [], {}, (), False)
PERSONS = frozenset({FieldType.PERSON, FieldType.PEOPLE})
LONG = frozenset({FieldType.PARAGRAPH, FieldType.LINES, FieldType.TABLE})


@dataclass(frozen=True)
class Read:
    """One field as a person reads it: a text, a list of items, or a table."""

    name: str
    title: str
    kind: str  #: text, paragraph, date, items (a sentence each), names (words), table
    text: str = ""
    items: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Read, ...], ...] = ()


def once(choices: Choices) -> Choices:
    """The same choices, asking the database for each list of persons or bodies only once."""
    many = (cache(choices.people), cache(choices.organizations), cache(choices.peers))
    return Choices(choices.lists, choices.parameters, *many)


def fields_of(stage: Stage) -> list[Field]:
    """The stage's form and every open field that an act adds to it, each name once."""
    inline = (each for act in stage.transitions for each in act.ask if not isinstance(each, str))
    found: dict[str, Field] = {}
    for each in (*stage.form, *inline):
        if not each.confidential:
            found.setdefault(each.name, each)
    return list(found.values())


def in_reading_form(
    fields: Sequence[Field], data: Mapping[str, Any], choices: Choices, names: Mapping[int, str]
) -> tuple[Read, ...]:
    """The filled fields in the order of the form; `names` are those of `person_ids`."""
    return tuple(_read(each, data[each.name], choices, names) for each in fields if _is_filled(data.get(each.name)))


def read_form_values(
    session: Session, choices: Choices, fields: Sequence[Field], data: Mapping[str, Any]
) -> tuple[Read, ...]:
    """The same where nobody else needs the names. One statement for all persons, none when there are none."""
    people = sorted(set(person_ids(fields, data)))
    return in_reading_form(fields, data, choices, names_of(session, people) if people else {})


def person_ids(fields: Sequence[Field], data: Mapping[str, Any]) -> Iterator[int]:
    """The persons that the data names."""
    for each in fields:
        value = data.get(each.name)
        if each.type is FieldType.TABLE and isinstance(value, list):
            for row in value:
                yield from person_ids(each.columns, row)
        elif each.type in PERSONS:
            yield from (id_ for id_ in (value if isinstance(value, list) else [value]) if isinstance(id_, int))


def _read(field: Field, value: Any, choices: Choices, names: Mapping[int, str]) -> Read:
    match field.type:
        case FieldType.TABLE:
            return _table(field, value, choices, names)
        case FieldType.LINES | FieldType.CHOICES | FieldType.PEOPLE:
            items = tuple(_label(field, each, choices, names) for each in value or ())
            kind = "items" if field.type is FieldType.LINES else "names"
            return Read(field.name, field.title, kind, items=items)
        case FieldType.DATE:
            return Read(field.name, field.title, "date", str(value or ""))
        case FieldType.PARAGRAPH:
            return Read(field.name, field.title, "paragraph", str(value or ""))
        case _:
            return Read(field.name, field.title, "text", _label(field, value, choices, names))


def _table(field: Field, rows: Sequence[Mapping[str, Any]], choices: Choices, names: Mapping[int, str]) -> Read:
    """A table without the columns that nobody has filled in."""
    columns = [each for each in field.columns if any(_is_filled(row.get(each.name)) for row in rows)]
    cells = tuple(tuple(_read(each, row.get(each.name), choices, names) for each in columns) for row in rows)
    return Read(field.name, field.title, "table", columns=tuple(each.title for each in columns), rows=cells)


def _is_filled(value: object) -> bool:
    """Whether there is something to read; nought is, an unticked box is not."""
    return value not in EMPTY or (value == 0 and value is not False)


def _label(field: Field, value: Any, choices: Choices, names: Mapping[int, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):  # named by an effect, several where the form would take one
        return "、".join(_label(field, each, choices, names) for each in value)
    match field.type:
        case FieldType.CHOICE | FieldType.CHOICES:
            return choices.options(field).get(str(value), str(value))
        case FieldType.PERSON | FieldType.PEOPLE:
            return names.get(value, str(value))
        case FieldType.ORGANIZATION:
            return choices.bodies(field).get(value, str(value))
        case FieldType.BOOLEAN:
            return "是" if value else ""
        case _:
            return str(value)
