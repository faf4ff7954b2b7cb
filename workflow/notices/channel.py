"""What is sent and the one protocol of everything that sends: mail, the robots of groups, and silence."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Timer
from typing import Protocol

from workflow.errors import WorkflowError

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0  #: without a byte
LONGEST_SECONDS = 20.0  #: from the first byte to the last, however slowly the other side drips


class Later(WorkflowError):
    """对方暂时没有收下：{reason}"""


class Down(Later):
    """暂时联系不上对方：{reason}"""


class Rejected(WorkflowError):
    """对方拒收：{reason}"""


@dataclass(frozen=True)
class Message:
    """One notice on its way to one addressee; `id` is the same at every attempt, so that a second copy is known."""

    id: str
    to: str  #: mail address; of no meaning to a robot, which has one place to tell
    kind: str
    title: str
    text: str
    link: str
    at: datetime  #: when it was told first


class Channel(Protocol):
    """Somewhere to send to. Returning means that the other side has taken the message."""

    def send(self, message: Message) -> None:
        """Raise Later (this one not now), Down (nothing at present) or Rejected (never)."""


class Silent:
    """A channel that leaves no trace, for installations and tests that tell nobody."""

    def send(self, message: Message) -> None:
        """Take the message and forget it."""


@contextmanager
def cut_off(connection_of: Callable[[], socket.socket | None], seconds: float = LONGEST_SECONDS) -> Iterator[None]:
    """End a conversation that lasts too long: reading in small drips outlives every timeout of a single read."""

    def shut() -> None:
        if (connection := connection_of()) is not None:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended by itself
                return

    timer = Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
