"""From what was typed to typed values: pure validation of the fields of a form, with a Chinese sentence per fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.definition.field import Field, FieldType

Values = dict[str, Any]

LARGEST_INTEGER = 2**53 - 1  #: the largest that canonical JSON can hold, and with it the journal
LONGEST_ID = 18  #: digits


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field: its path (`measures.0.due_on`), its title, and what to do."""

    path: str
    title: str
    message: str

    def __str__(self) -> str:
        """The fault in a line, where there is no form to show it in."""
        return self.message if self.title in self.message else f"{self.title}：{self.message}"


@dataclass(frozen=True)
class Choices:
    """What a field may refer to: option lists, numbers named by parameters, and who or what exists."""

    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    people: Callable[[str], Mapping[int, str]] = lambda _role: {}  #: role → id → name of those who may be chosen
    organizations: Callable[[], Mapping[int, str]] = dict
    peers: Callable[[], Mapping[int, str]] = dict  #: bodies of the same level

    def options(self, asked: Field) -> Mapping[str, str]:
        """Code → label of a choice."""
        return asked.options if asked.options is not None else self.lists.get(asked.options_from or "", {})

    def bodies(self, asked: Field) -> Mapping[int, str]:
        """Id → name of the bodies among which the field chooses."""
        return self.peers() if asked.is_of_peers else self.organizations()

    def bound(self, stated: int | str | None) -> int | None:
        """A limit written as a number or as the name of a parameter."""
        if stated is None:
            return None
        value = self.parameters.get(stated) if isinstance(stated, str) else stated
        return value if isinstance(value, int) else None


class Form:
    """Validates one submission against its fields; collects every fault instead of stopping at the first."""

    def __init__(self, fields: Sequence[Field], choices: Choices) -> None:
        self.fields = fields
        self.choices = choices
        self.faults: list[FieldFault] = []

    def read(self, raw: Mapping[str, Any]) -> Values:
        """The typed values; look at `faults` before using them. Unknown keys are faults."""
        known = {each.name for each in self.fields}
        for name in raw:
            if name not in known:
                self.faults.append(FieldFault(name, name, f"表中没有“{name}”这一项"))
        return {each.name: self._value(each, raw.get(each.name), each.name) for each in self.fields}

    def _fault(self, asked: Field, path: str, message: str) -> None:
        self.faults.append(FieldFault(path, asked.title, message))

    def _value(self, asked: Field, raw: Any, path: str) -> Any:
        if isinstance(raw, str):
            raw = raw.strip().replace("\r\n", "\n")
        if raw in (None, "", [], ()):
            if asked.required and asked.type is not FieldType.BOOLEAN:
                self._fault(asked, path, f"请{_verb(asked)}{asked.title}")
            return False if asked.type is FieldType.BOOLEAN else [] if asked.type in _LISTS else None
        return getattr(self, f"_{asked.type}")(asked, raw, path)

    def _text(self, asked: Field, raw: Any, path: str) -> str | None:
        if not isinstance(raw, str) or not is_storable(raw):
            self._fault(asked, path, f"{asked.title}应为文字，不能含控制字符")
            return None
        if asked.type is FieldType.TEXT and "\n" in raw:
            self._fault(asked, path, f"{asked.title}只写一行")
        self._length(asked, len(raw), path, "字")
        return raw

    _paragraph = _text

    def _length(self, asked: Field, length: int, path: str, unit: str) -> None:
        least, most = self.choices.bound(asked.minimum), self.choices.bound(asked.maximum)
        if least is not None and length < least:
            self._fault(asked, path, f"{asked.title}至少{least}{unit}，现有{length}{unit}")
        if most is not None and length > most:
            self._fault(asked, path, f"{asked.title}最多{most}{unit}，现有{length}{unit}")

    def _integer(self, asked: Field, raw: Any, path: str) -> int | None:
        try:
            number = int(str(raw))  # a box that was ticked is no number
        except ValueError:
            self._fault(asked, path, f"{asked.title}应为整数，如 12")
            return None
        if abs(number) > LARGEST_INTEGER:
            self._fault(asked, path, f"{asked.title}的数字过大，请核对")
            return None
        least, most = self.choices.bound(asked.minimum), self.choices.bound(asked.maximum)
        if least is not None and number < least:
            self._fault(asked, path, f"{asked.title}不能小于{least}")
        if most is not None and number > most:
            self._fault(asked, path, f"{asked.title}不能大于{most}")
        return number

    def _date(self, asked: Field, raw: Any, path: str) -> str | None:
        try:
            return date.fromisoformat(str(raw)).isoformat()
        except ValueError:
            self._fault(asked, path, f"{asked.title}应为日期，如 2012-07-01")
            return None

    def _choice(self, asked: Field, raw: Any, path: str) -> str | None:
        options = self.choices.options(asked)
        if not isinstance(raw, str) or raw not in options:
            self._fault(asked, path, f"{asked.title}请从“{'、'.join(options.values())}”中选择")
            return None
        return raw

    def _choices(self, asked: Field, raw: Any, path: str) -> list[str]:
        chosen = [raw] if isinstance(raw, str) else raw
        options = self.choices.options(asked)
        if not isinstance(chosen, list) or not all(isinstance(each, str) and each in options for each in chosen):
            self._fault(asked, path, f"{asked.title}请从“{'、'.join(options.values())}”中选择")
            return []
        return list(dict.fromkeys(chosen))

    def _boolean(self, asked: Field, raw: Any, path: str) -> bool:
        if raw in (True, False):
            return bool(raw)
        if raw not in ("yes", "on", "true", "1", "no", "false", "0"):
            self._fault(asked, path, f"{asked.title}请选择是或否")
        return raw in ("yes", "on", "true", "1")

    def _person(self, asked: Field, raw: Any, path: str) -> int | None:
        number = _id(raw)
        if number is None or number not in self.choices.people(asked.among or ""):
            self._fault(asked, path, f"{asked.title}请从可选人员中选择")
            return None
        return number

    def _people(self, asked: Field, raw: Any, path: str) -> list[int]:
        chosen = raw if isinstance(raw, list) else [raw]
        people = dict.fromkeys(self._person(asked, each, path) for each in chosen)
        self._length(asked, len(people), path, "人")
        return [each for each in people if each is not None]

    def _organization(self, asked: Field, raw: Any, path: str) -> int | None:
        number = _id(raw)
        if number is None or number not in self.choices.bodies(asked):
            self._fault(asked, path, f"{asked.title}请从可选组织中选择")
            return None
        return number

    def _lines(self, asked: Field, raw: Any, path: str) -> list[str]:
        lines = raw.split("\n") if isinstance(raw, str) else raw
        if not isinstance(lines, list) or not all(isinstance(each, str) and is_storable(each) for each in lines):
            self._fault(asked, path, f"{asked.title}应为每行一条的文字，不能含控制字符")
            return []
        kept = [each.strip() for each in lines if each.strip()]
        self._length(asked, len(kept), path, "条")
        return kept

    def _table(self, asked: Field, raw: Any, path: str) -> list[Values]:
        if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
            self._fault(asked, path, f"{asked.title}应为表格")
            return []
        filled = [row for row in raw if _is_filled(asked, row)]
        if not filled and asked.required:
            self._fault(asked, path, f"请填写{asked.title}，至少一行")
        self._length(asked, len(filled), path, "行")
        return [self._row(asked, row, f"{path}.{number}", number + 1) for number, row in enumerate(filled)]

    def _row(self, asked: Field, row: Values, path: str, number: int) -> Values:
        before = len(self.faults)
        known = {each.name for each in asked.columns}
        for name in row:
            if name not in known:
                self.faults.append(FieldFault(f"{path}.{name}", name, f"表中没有“{name}”这一列"))
        values = {each.name: self._value(each, row.get(each.name), f"{path}.{each.name}") for each in asked.columns}
        for index, fault in enumerate(self.faults[before:], before):
            title = f"{asked.title}第{number}行“{fault.title}”"
            self.faults[index] = FieldFault(fault.path, title, f"{asked.title}第{number}行：{fault.message}")
        return values


_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_LISTS = frozenset({FieldType.CHOICES, FieldType.LINES, FieldType.PEOPLE, FieldType.TABLE})
_CHOSEN = frozenset({FieldType.CHOICE, FieldType.CHOICES, FieldType.PERSON, FieldType.PEOPLE, FieldType.ORGANIZATION})


def is_storable(text: str) -> bool:
    """No control characters but line break and tab, and no half of a surrogate pair: databases refuse them."""
    return _UNSTORABLE.search(text) is None


def _id(raw: Any) -> int | None:
    """An id, typed or as text; None for anything else."""
    text = str(raw)
    return int(text) if len(text) <= LONGEST_ID and text.isascii() and text.isdigit() else None


def _verb(asked: Field) -> str:
    return "选择" if asked.type in _CHOSEN else "填写"


def _is_filled(asked: Field, row: Values) -> bool:
    """A row counts when something was entered that is not a column's preset."""
    presets = {each.name: each.default for each in asked.columns}
    return any(value not in (None, "", [], presets.get(name)) for name, value in row.items())
