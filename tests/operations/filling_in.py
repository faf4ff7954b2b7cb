"""Fill in a form as a sensible clerk would, so that a test only states the values it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices

TEXT = "按照要求认真落实，确保取得实效。"
SOON = timedelta(days=14)
EMPTY = (None, "", [], {})


def filled(
    fields: Sequence[Field], choices: Choices, today: date, known: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A value for each required field; what the case knows already stays."""
    clerk = Clerk(choices, today)
    return {
        each.name: known[each.name] if known and known.get(each.name) not in EMPTY else clerk.value(each)
        for each in fields
        if each.required or (known and known.get(each.name) not in EMPTY)
    }


class Clerk:
    """Chooses different persons for different duties."""

    def __init__(self, choices: Choices, today: date) -> None:
        self._choices = choices
        self._today = today
        self._chosen: list[int] = []

    def value(self, field: Field) -> Any:
        """Something that fits the field."""
        least = max(self._choices.bound(field.minimum) or 0, 1)
        makers: Mapping[FieldType, Callable[[], Any]] = {
            FieldType.TEXT: lambda: field.title,
            FieldType.PARAGRAPH: lambda: TEXT * -(-least // len(TEXT)),
            FieldType.INTEGER: lambda: least,
            FieldType.DATE: (self._today + SOON).isoformat,
            FieldType.BOOLEAN: lambda: True,
            FieldType.CHOICE: lambda: field.default or next(iter(self._choices.options(field))),
            FieldType.CHOICES: lambda: list(self._choices.options(field)),
            FieldType.LINES: lambda: [f"{field.title}{number}" for number in range(1, least + 1)],
            FieldType.PERSON: lambda: self._person(field),
            FieldType.PEOPLE: lambda: list(self._choices.people(field.among or "")),
            FieldType.ORGANIZATION: lambda: next(iter(self._choices.bodies(field))),
            FieldType.TABLE: lambda: [self._row(field) for _ in range(least)],
        }
        return makers[field.type]()

    def _row(self, field: Field) -> dict[str, Any]:
        return {each.name: self.value(each) for each in field.columns}

    def _person(self, field: Field) -> int | None:
        offered = list(self._choices.people(field.among or ""))
        fresh = [each for each in offered if each not in self._chosen]
        chosen = next(iter(fresh or offered), None)
        if chosen is not None:
            self._chosen.append(chosen)
        return chosen
