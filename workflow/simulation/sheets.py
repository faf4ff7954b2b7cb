"""Tables in forms: rows that the case knows already are completed, and some must answer a list item by item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflow.definition.field import Field

if TYPE_CHECKING:
    from workflow.simulation.forms import Clerk

Row = dict[str, Any]
EMPTY: tuple[object, ...] = (None, "", [], {})
DONE = 80  #: percent of what is still open that is done by now
WELL = 85  #: percent of scores that are high

#: Table → the list of the case that it answers, with the columns that are copied and the names that they have there.
ANSWERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "self_scores": ("indicators", {"title": "title", "weight": "weight"}),
    "item_scores": ("indicators", {"title": "title", "weight": "weight"}),
    "results": ("items", {"text": "text"}),
    "outcomes": ("measures", {"measure": "text"}),
    "verification": ("problems", {"problem": ""}),
    "follow_up": ("actions", {"action": "text"}),
}
LISTED = {"items": ("problems", "problem")}  #: tables with such a column answer that list
EACH_OPTION = {"measures": "goal", "consultations": "body"}  #: tables with a row for every choice of this column
SETTLED = {"open": "done", "failed": "passed"}


def rows(clerk: Clerk, asked: Field, known: object, least: int) -> list[Row]:
    """The rows of a table as they are sent."""
    found = _known(asked, known) if isinstance(known, list) and known else _new(clerk, asked, least)
    return [_completed(clerk, asked, each, number) for number, each in enumerate(found)]


def _known(asked: Field, known: list[Any]) -> list[Row]:
    """What the case knows, as far as the form asks for it: later acts may have noted more."""
    columns = {each.name for each in asked.columns}
    return [{name: value for name, value in row.items() if name in columns} for row in known]


def _new(clerk: Clerk, asked: Field, least: int) -> list[Row]:
    columns = {each.name: each for each in asked.columns}
    data = clerk.snapshot.case.data
    if asked.name in ANSWERS and (answered := _listed(data.get(ANSWERS[asked.name][0]))):
        taken = ANSWERS[asked.name][1]
        return [{column: each.get(name) if name else each for column, name in taken.items()} for each in answered]
    if asked.name in LISTED and LISTED[asked.name][1] in columns:
        key, column = LISTED[asked.name]
        return [{column: each} for each in _listed(data.get(key))] or [{}]
    if (column := EACH_OPTION.get(asked.name, "")) in columns:
        return [{column: code} for code in clerk.choices.options(columns[column])]
    wish = clerk.wishes.get(f"{asked.name}.rows")
    return [{} for _ in range(wish if isinstance(wish, int) else least + clerk.chance.below(2))]


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _completed(clerk: Clerk, asked: Field, row: Row, number: int) -> Row:
    for each in asked.columns:
        present, wish = row.get(each.name), clerk.wishes.get(f"{asked.name}.{each.name}")
        if wish is not None:
            row[each.name] = wish[number % len(wish)] if isinstance(wish, tuple) else wish
        elif present in SETTLED and clerk.chance.happens(DONE):
            row[each.name] = SETTLED[str(present)]
        elif present in EMPTY and (each.required or clerk.chance.happens(70)):
            row[each.name] = _score(clerk, row) if each.name in ("score", "self_score") else clerk.value(each)
    return row


def _score(clerk: Clerk, row: Row) -> int:
    full = int(row.get("weight") or 0)
    return full * clerk.chance.between(90, 100) // 100 if clerk.chance.happens(WELL) else clerk.chance.below(full + 1)
