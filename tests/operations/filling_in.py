"""Fill in a form as a sensible clerk would, so that a test only states the values it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        least = self._choices.bound(field.minimum) or 0
        match field.type:
            case FieldType.TEXT:
                return field.title
            case FieldType.PARAGRAPH:
                return TEXT * max(1, -(-least // len(TEXT)))
            case FieldType.INTEGER:
                return max(least, 1)
            case FieldType.DATE:
                return (self._today + SOON).isoformat()
            case FieldType.BOOLEAN:
                return True
            case FieldType.CHOICE:
                return field.default or next(iter(self._choices.options(field)))
            case FieldType.CHOICES:
                return list(self._choices.options(field))
            case FieldType.LINES:
                return [f"{field.title}{number}" for number in range(1, max(least, 1) + 1)]
            case FieldType.PERSON:
                return self._person(field)
            case FieldType.PEOPLE:
                return list(self._choices.people(field.among or ""))
            case FieldType.ORGANIZATION:
                return next(iter(self._choices.organizations()))
            case FieldType.TABLE:
                return [{each.name: self.value(each) for each in field.columns} for _ in range(max(least, 1))]

    def _person(self, field: Field) -> int | None:
        offered = list(self._choices.people(field.among or ""))
        fresh = [each for each in offered if each not in self._chosen]
        chosen = next(iter(fresh or offered), None)
        if chosen is not None:
            self._chosen.append(chosen)
        return chosen
