"""The only source of the current moment. Everything else asks `now()` or is handed a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar


class Clock(Protocol):
    """Anything that can tell the present moment in UTC."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's time."""
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that moves only when told to, for tests, the demo and simulations."""

    at: datetime

    def __post_init__(self) -> None:
        self.set(self.at)

    def now(self) -> datetime:
        """Return the moment this clock was last set to."""
        return self.at

    def set(self, moment: datetime) -> None:
        """Move to a moment, which must carry a zone: a naive one would mean another moment on another machine."""
        if moment.tzinfo is None:
            raise ValueError("a clock is set to an aware datetime")
        self.at = moment.astimezone(UTC)

    def advance(self, step: timedelta) -> datetime:
        """Move forward by a step and return the new moment."""
        self.set(self.at + step)
        return self.at


ClockT = TypeVar("ClockT", bound=Clock)

_current: Clock = SystemClock()


def now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return _current.now()


def current() -> Clock:
    """The clock that `now()` asks."""
    return _current


@contextmanager
def use(clock: ClockT) -> Iterator[ClockT]:
    """Make `now()` answer from another clock, in every thread, until the block ends."""
    global _current  # noqa: PLW0603 - one present moment for the whole process, worker threads included
    previous, _current = _current, clock
    try:
        yield clock
    finally:
        _current = previous
