"""Being told to stop: once means to finish what is under way, twice to end at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket, socketpair
from threading import Event, Thread
from time import monotonic

SAME_STOP_SECONDS = 1.0  #: `make` and a terminal may pass one and the same wish on twice


@contextmanager
def stopping_on_signals() -> Iterator[Event]:
    """An event that SIGTERM and SIGINT set, for as long as the block lasts; the second of them ends the process.

    A thread hears of a signal by a byte that the interpreter writes at once. A handler would run only when the main
    thread comes to its next step, which it never does when the signal comes just before it begins to wait.
    """
    stop = Event()
    heard, told = socketpair()
    told.setblocking(False)
    Thread(target=_listen, args=(heard, stop), name="signals", daemon=True).start()
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    channel = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(channel)
        for number, handler in before.items():
            signal.signal(number, handler)
        told.close()  # which ends the thread


def _listen(heard: socket, stop: Event) -> None:
    first = None
    with heard:
        while number := heard.recv(1):
            first = first or monotonic()
            if monotonic() - first > SAME_STOP_SECONDS:
                os._exit(128 + number[0])  # whatever was under way is done again after the next start
            stop.set()
