"""Cases that are opened for rows of a table of their parent: which rows, about whom, and what they hand over (X6)."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.definition.field import FieldType
from workflow.definition.model import Child, Stage
from workflow.engine.snapshot import Data
from workflow.engine.values import Row, people, rows, text


def litters(child: Child, data: Data) -> list[tuple[Row, ...]]:
    """The rows that ask for a case: each for its own, or those about one body together where the definition says so."""
    each = child.each
    if each is None:
        return []
    found: dict[object, tuple[Row, ...]] = {}
    for number, row in enumerate(rows(data, each.table)):
        if people(row, each.about) and all(text(row, column) == code for column, code in each.only.items()):
            key = people(row, each.about) if each.together else number
            found[key] = (*found.get(key, ()), row)
    return list(found.values())


def body_of(child: Child, litter: Sequence[Row]) -> int:
    """The body that these rows are about."""
    assert child.each is not None  # noqa: S101 - `litters` has found them by it
    return people(litter[0], child.each.about)[0]


def handed_over(child: Child, stage: Stage, litter: Sequence[Row]) -> dict[str, object]:
    """What the rows say, for the fields of the child: a list stays one, other text is joined."""
    found: dict[str, object] = {}
    for mine, column in child.carry.items():
        said = [text(row, column) for row in litter]
        field = stage.field(mine)
        found[mine] = said if field is not None and field.type is FieldType.LINES else "\n".join(said)
    return found
