"""Being told to stop: once means to finish what is under way, twice to end at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

SAME_STOP_SECONDS = 1.0  #: `make` and a terminal may pass one and the same wish on twice


@contextmanager
def stopping_on_signals() -> Iterator[Event]:
    """An event that SIGTERM and SIGINT set, for as long as the block lasts; the second of them ends the process."""
    stop, told = Event(), list[float]()

    def stopped(number: int, _frame: object) -> None:
        told.append(monotonic())
        if told[-1] - told[0] > SAME_STOP_SECONDS:
            os._exit(128 + number)  # whatever was under way is done again after the next start
        # A handler runs between two steps of the main thread, which may hold the very lock of the event.
        Thread(target=stop.set, daemon=True).start()

    before = {number: signal.signal(number, stopped) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
