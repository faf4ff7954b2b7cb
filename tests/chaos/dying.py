"""A process that is killed at the n-th boundary of a commit: right before one, or right after it.

Every commit of the process counts that writes something, the queue's own included. The signal is SIGKILL: nothing is
closed, said or tidied up, as when the power goes.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event

WRITES = re.compile(r"\b(INSERT INTO|DELETE FROM|UPDATE \S+ SET)\b", re.IGNORECASE)
WROTE = "wrote since the last commit"


class Fuse:
    """Counts boundaries once it is lit, and ends the process at the given one; 0 never does."""

    def __init__(self, boundary: int) -> None:
        self._left, self._is_lit, self._lock = boundary, False, Lock()

    def light(self) -> None:
        """Count from now on."""
        self._is_lit = True

    def burn(self) -> None:
        """A boundary has come."""
        with self._lock:
            self._left -= self._is_lit
            if self._is_lit and self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def burning(fuse: Fuse) -> Iterator[None]:
    """Both boundaries of every commit that writes burn the fuse, whichever engine commits."""

    def note(connection: Connection, _cursor: object, statement: str, *_: Any) -> None:
        if WRITES.search(statement):
            connection.info[WROTE] = True

    real = Connection._commit_impl

    def commit(connection: Connection) -> None:
        wrote = connection.info.pop(WROTE, False)
        if wrote:
            fuse.burn()
        real(connection)
        if wrote:
            fuse.burn()

    event.listen(Engine, "before_cursor_execute", note)
    Connection._commit_impl = commit  # type: ignore[method-assign] # no event tells of the moment after
    try:
        yield
    finally:
        Connection._commit_impl = real  # type: ignore[method-assign]
        event.remove(Engine, "before_cursor_execute", note)
