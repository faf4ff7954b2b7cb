"""What the persons of the demonstration write, from definitions/demo/texts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from workflow.definition.loader import parse
from workflow.operations.demonstrating.director import Director

DAYS = re.compile(r"^\+(\d+)$")  #: so many working days from today
PERSON = re.compile(r"^@(\w+)$")  #: the person with this 工号


class Texts:
    """The texts of one stage; dates and persons are filled in at the moment of use."""

    def __init__(self, director: Director, stage: str) -> None:
        path = director.installation.definitions.directory / "demo" / "texts" / f"{stage}.yaml"
        self._director = director
        self._content = _read(path)

    def __getitem__(self, name: str) -> Any:
        return self._filled(self._content[name])

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        if not isinstance(value, str):
            return value
        if match := DAYS.match(value):
            return self._director.day(int(match[1]))
        if match := PERSON.match(value):
            return self._director.person(match[1])
        return value


def _read(path: Path) -> dict[str, Any]:
    _source, content, faults = parse(path.read_text(encoding="utf-8"), path.name)
    if faults or not isinstance(content, dict):
        raise ValueError("\n".join(map(str, faults)) or path.name)
    return content
