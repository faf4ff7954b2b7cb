"""Keyset paging: the newest rows first, and a cursor that says where the next page begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Item = TypeVar("Item")

LARGEST = 100  #: items on one page
USUAL = 20


@dataclass(frozen=True)
class Paging:
    """Which page is asked for: at most `limit` rows, beginning after the row with the id `after`."""

    limit: int = USUAL
    after: int | None = None


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items, and the cursor of the next page; None on the last one."""

    items: tuple[Item, ...]
    next: str | None


def page_of(paging: Paging, rows: Sequence[Row], key: Callable[[Row], int], item: Callable[[Row], Item]) -> Page[Item]:
    """The page made of `rows`, of which one more than the limit was read."""
    shown = rows[: paging.limit]
    more = len(rows) > paging.limit
    return Page(tuple(item(each) for each in shown), str(key(shown[-1])) if more else None)
