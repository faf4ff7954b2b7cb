"""What became of a document that was sent out inside the service (D12, domain.md §11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Delivery:
    """Who has not signed for it yet."""

    waiting: int  #: bodies that have not signed, of those to which it has been sent
    named: Sequence[str]  #: the first of them by name
    due_on: date  #: by when they sign
    is_spreading: bool = False  #: it has not come to all of them yet
    unreached: Sequence[str] = ()  #: recipients outside the service, who are told by other ways
