"""Two ways to a database server that can be cut: network namespaces where one may make them, and a relay anywhere.

A cut says nothing to either side: packets, or bytes, arrive no more. Mended, what was sent meanwhile comes through.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread
from typing import Protocol

LOOPBACK = "127.0.0.1"
NUMBER = os.getpid() % 250  #: tells our namespaces from those of others


class Way(Protocol):
    """How one machine reaches the server."""

    host: str
    port: int
    before: list[str]  #: what a command begins with that is run on that machine

    def cut(self) -> None:
        """Nothing comes through any more."""

    def mend(self) -> None:
        """Everything does again."""


class Relay:
    """A port of this machine whose bytes are handed on to the server, as long as it is not cut."""

    def __init__(self, port: int) -> None:
        self.before: list[str] = []
        self._to, self._open, self._listening = port, Event(), socket.create_server((LOOPBACK, 0))
        self.host, self.port = self._listening.getsockname()
        self._open.set()
        Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Nothing comes through any more."""
        self._open.clear()

    def mend(self) -> None:
        """Everything does again."""
        self._open.set()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection((LOOPBACK, self._to))
                for source, target in ((near, far), (far, near)):
                    Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._open.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


class Namespace:
    """A machine of its own on a bridge to this one; the server listens at the bridge alone."""

    def __init__(self, name: str, link: str, port: int) -> None:
        self.host, self.port, self._link = bridge_address(), port, link
        self.before = ["ip", "netns", "exec", name]

    def cut(self) -> None:
        """Pull the cable."""
        _ip("link", "set", self._link, "down")

    def mend(self) -> None:
        """Put it in again."""
        _ip("link", "set", self._link, "up")


def bridge_address() -> str:
    """Where the server listens for machines in namespaces."""
    return f"10.213.{NUMBER}.1"


def can_make_namespaces() -> bool:
    """Whether this process may: as root, with the tools, and where nobody has forbidden it."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"cy{NUMBER}try"
    made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True).returncode == 0
    if made:
        _ip("netns", "del", name)
    return made


@contextmanager
def relays(port: int, count: int) -> Iterator[list[Way]]:
    """So many ways over the loopback."""
    made = [Relay(port) for _ in range(count)]
    try:
        yield list(made)
    finally:
        for each in made:
            each.close()


@contextmanager
def bridge() -> Iterator[str]:
    """A bridge with an address of its own; gone with all that hangs on it."""
    name = f"cy{NUMBER}br"
    _ip("link", "add", name, "type", "bridge")
    try:
        _ip("addr", "add", f"{bridge_address()}/24", "dev", name)
        _ip("link", "set", name, "up")
        yield name
    finally:
        _ip("link", "del", name)


@contextmanager
def namespaces(onto: str, port: int, count: int) -> Iterator[list[Way]]:
    """So many machines on a bridge."""
    with ExitStack() as stack:
        yield [stack.enter_context(_namespace(onto, port, number)) for number in range(count)]


@contextmanager
def _namespace(onto: str, port: int, number: int) -> Iterator[Way]:
    name, link = f"cy{NUMBER}n{number}", f"cy{NUMBER}v{number}"
    _ip("netns", "add", name)
    try:
        _ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("link", "set", link, "master", onto, "up")
        _ip("-n", name, "addr", "add", f"10.213.{NUMBER}.{number + 2}/24", "dev", "eth0")
        _ip("-n", name, "link", "set", "eth0", "up")
        yield Namespace(name, link, port)
    finally:
        _ip("netns", "del", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
