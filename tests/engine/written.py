"""What an effect may write: names as definitions have them, in rows as well, and codes that the form offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workflow.definition.field import Field
from workflow.definition.model import Stage
from workflow.engine.snapshot import Change

NAME = re.compile(r"[a-z][a-z0-9_]*")


def misfits(definition: Stage, change: Change) -> list[str]:
    """What a case of this stage cannot hold."""
    form = {each.name: each for each in definition.form}
    found = [each for each in (*change.data, *change.bodies) if not NAME.fullmatch(each)]
    for name, value in change.data.items():
        found += _misfits(form.get(name), name, value)
    return found


def _misfits(asked: Field | None, name: str, value: object) -> Iterator[str]:
    if asked and asked.options is not None and isinstance(value, str) and value not in ("", *asked.options):
        yield f"{name} has no such option: {value!r}"
    columns = {each.name: each for each in asked.columns} if asked else {}
    for row in value if isinstance(value, list | tuple) else ():
        for column, cell in row.items() if isinstance(row, Mapping) else ():
            if not NAME.fullmatch(column):
                yield f"{name} has a row with {column}"
            yield from _misfits(columns.get(column), column, cell)
