"""Who was refused tries again later: the next day or once the case has changed, then after twice as much, and so on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from workflow.store.cases import Case

LONGEST = 8  #: days, or changes of the case, until the next attempt


class Rest(NamedTuple):
    """How long nobody tries an act again."""

    version: int  #: of the case at which it was refused
    day: date
    many: int  #: days, or changes of the case


@dataclass
class Refusals:
    """What was refused, by case, its state, and trigger."""

    resting: dict[tuple[int, str, str], Rest] = field(default_factory=dict)

    def rests(self, row: Case, trigger: str, today: date) -> bool:
        """Whether nobody tries this now."""
        known = self.resting.get((row.id, row.state, trigger))
        if known is None:
            return False
        return row.version < known.version + known.many and today < known.day + timedelta(days=known.many)

    def note(self, row: Case, trigger: str, today: date) -> None:
        """It was refused once more."""
        act = (row.id, row.state, trigger)
        many = min(2 * self.resting[act].many, LONGEST) if act in self.resting else 1
        self.resting[act] = Rest(row.version, today, many)
