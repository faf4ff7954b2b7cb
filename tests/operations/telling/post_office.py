"""A mail server of our own on the loopback, which can be told to misbehave (trust.md, L7)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class PostOffice:
    """What arrived, and how the server answers."""

    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)  #: for the next letters; empty for accepting them
    address: str = ""
    slow_seconds: float = 0.0  #: between keeping a letter and saying so
    drops_after: int = 0  #: so many letters are kept, and the line is cut before the sender knows

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("2"):
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        await asyncio.sleep(self.slow_seconds)
        if self.drops_after:
            self.drops_after -= 1
            server.transport.abort()
        return answer

    @property
    def ids(self) -> list[str]:
        """The Message-IDs as they came in."""
        return [str(each["Message-ID"]) for each in self.letters]


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def post_office(**how: Any) -> Iterator[PostOffice]:
    """A server that listens while the block lasts."""
    office = PostOffice(**how)
    port = free_port()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        office.address = f"smtp://127.0.0.1:{port}"
        yield office
    finally:
        controller.stop()
