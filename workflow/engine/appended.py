"""The history of a case with one more act at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from workflow.engine.snapshot import PastAct


class Appended(Sequence[PastAct]):
    """A history with one more act; the acts before it are looked at only when somebody asks for them."""

    def __init__(self, before: Sequence[PastAct], last: PastAct) -> None:
        self._before, self._last = before, last

    @cached_property
    def _items(self) -> tuple[PastAct, ...]:
        return (*self._before, self._last)

    @overload
    def __getitem__(self, index: int) -> PastAct: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PastAct]: ...
    def __getitem__(self, index: int | slice) -> PastAct | Sequence[PastAct]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[PastAct]:
        return iter(self._items)
