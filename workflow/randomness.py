"""The only source of randomness: tokens, salts and identifiers. A seed makes a simulation repeatable."""

from __future__ import annotations

import random
import secrets
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Randomness(Protocol):
    """Anything that can supply random bytes."""

    def token_bytes(self, count: int) -> bytes:
        """Return this many random bytes."""


class SystemRandomness:
    """The operating system's cryptographic source."""

    def token_bytes(self, count: int) -> bytes:
        """Return unpredictable bytes."""
        return secrets.token_bytes(count)


class SeededRandomness:
    """A repeatable sequence for tests and simulations; never fit for secrets."""

    def __init__(self, seed: int) -> None:
        self._generator = random.Random(seed)  # noqa: S311 - predictability is the purpose

    def token_bytes(self, count: int) -> bytes:
        """Return the next bytes of the sequence."""
        return self._generator.randbytes(count)


_current: Randomness = SystemRandomness()


def token_bytes(count: int) -> bytes:
    """Return this many random bytes."""
    return _current.token_bytes(count)


def token(byte_count: int = 32) -> str:
    """Return a random text that is safe in a URL; 32 bytes are beyond guessing."""
    return urlsafe_b64encode(token_bytes(byte_count)).rstrip(b"=").decode("ascii")


def identifier() -> UUID:
    """Return a random (version 4) UUID, which tells nothing about when or where it was made."""
    return UUID(bytes=token_bytes(16), version=4)


def incident(at: datetime) -> str:
    """Return a number under which a fault stands in the log: the day, and a text that people can read out."""
    return f"{at:%m%d}-{b32encode(token_bytes(5)).decode('ascii')}"


@contextmanager
def use(source: Randomness) -> Iterator[Randomness]:
    """Draw from another source, in every thread, until the block ends."""
    global _current  # noqa: PLW0603 - one source for the whole process, worker threads included
    previous, _current = _current, source
    try:
        yield source
    finally:
        _current = previous
