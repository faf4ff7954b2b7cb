"""Typed reading of case data, which is JSON: what is absent or of another shape reads as empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from workflow.engine.chain import canonical
from workflow.engine.snapshot import Data

Row = Mapping[str, object]


def text(data: Data, name: str) -> str:
    """A string without blanks at its ends."""
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def number(data: Data, name: str) -> int | None:
    """A whole number; a boolean is none."""
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def count(data: Data, name: str) -> int:
    """A whole number that starts at zero."""
    return number(data, name) or 0


def flag(data: Data, name: str) -> bool:
    """Whether a box is ticked."""
    return data.get(name) is True


def day(data: Data, name: str) -> date | None:
    """A date, stored as an ISO string."""
    try:
        return date.fromisoformat(text(data, name))
    except ValueError:
        return None


def texts(data: Data, name: str) -> tuple[str, ...]:
    """The non-empty strings of a list: lines, or codes of choices."""
    return tuple(each.strip() for each in _items(data, name) if isinstance(each, str) and each.strip())


def people(data: Data, name: str) -> tuple[int, ...]:
    """The person ids of a list, or the single id of a person field."""
    value = data.get(name)
    found = value if isinstance(value, list | tuple) else [value]
    return tuple(each for each in found if isinstance(each, int) and not isinstance(each, bool))


def rows(data: Data, name: str) -> tuple[Row, ...]:
    """The rows of a table."""
    return tuple(each for each in _items(data, name) if isinstance(each, Mapping))


def digest(data: Data, names: Iterable[str]) -> str:
    """The hash of these fields, by which a text adopted by a committee is known again."""
    return sha256(canonical({name: _plain(data.get(name)) for name in names})).hexdigest()


def _plain(value: object) -> Any:
    """Mappings and tuples as the dicts and lists that canonical JSON takes."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int) or value is None else str(value)


def _items(data: Data, name: str) -> Iterable[object]:
    value = data.get(name)
    return value if isinstance(value, list | tuple) else ()
