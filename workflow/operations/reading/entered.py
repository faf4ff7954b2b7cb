"""What was typed so far: the values that hold, the fields still missing, and what is wrong about the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.definition.field import Field, FieldType
from workflow.engine.forms import Choices, FieldFault, Form, Values

BLANK = "＿＿＿＿"  #: on paper, where something has yet to be filled in
LISTS = frozenset({FieldType.CHOICES, FieldType.LINES, FieldType.PEOPLE})


@dataclass(frozen=True)
class Entered:
    """A form in the middle of being filled in."""

    fields: Sequence[Field]
    values: Values
    missing: tuple[FieldFault, ...]
    wrong: tuple[FieldFault, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the act itself would take it."""
        return not self.missing and not self.wrong

    @property
    def lacking(self) -> list[Field]:
        """The fields that do not hold yet; what is confidential is on no paper."""
        named = {each.path.partition(".")[0] for each in (*self.missing, *self.wrong)}
        return [each for each in self.fields if each.name in named and not each.confidential]


def read_so_far(fields: Sequence[Field], choices: Choices, raw: Mapping[str, Any]) -> Entered:
    """The values as far as they hold; whatever does not hold counts as not given."""
    form = Form(fields, choices)
    values = form.read(raw)
    missing = [each for each in form.faults if not _at(raw, each.path)]
    wrong = [each for each in form.faults if each not in missing]
    return Entered(fields, values, tuple(missing), tuple(wrong))


def _at(raw: Any, path: str) -> Any:
    """What was typed at `measures.0.goal`."""
    for part in path.split("."):
        if isinstance(raw, Mapping):
            raw = raw.get(part)
        elif isinstance(raw, list) and part.isdigit() and int(part) < len(raw):
            raw = raw[int(part)]
        else:
            return None
    return raw.strip() if isinstance(raw, str) else raw


def with_blanks(fields: Sequence[Field], words: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a case in words, with a blank wherever one of these fields has to be given and is not."""
    wanted = [each for each in fields if each.required or each.type is FieldType.TABLE]
    return {**words, **{each.name: _blanked(each, words.get(each.name)) for each in wanted}}


def _blanked(field: Field, value: Any) -> Any:
    if field.type is FieldType.TABLE and isinstance(value, list | None):
        rows = value or ([{}] if field.required else [])
        return [with_blanks(field.columns, row) for row in rows]
    if value not in (None, "", []) or field.type is FieldType.BOOLEAN:
        return value
    return [BLANK] if field.type in LISTS else BLANK
