"""A process that is killed at a given boundary of a commit: right before it, or right after it.

A commit is known by the tables that it has written, the queue's own included, and how often it has come. The signal is
SIGKILL: nothing is closed, said or tidied up, as when the power goes.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event

from workflow.store.prepared import Prepared, Values

WRITES = re.compile(r"\b(?:INSERT INTO|DELETE FROM) (\S+)|\bUPDATE (\S+) SET\b", re.IGNORECASE)
WROTE = "tables written since the last commit"
BEFORE, AFTER = "before", "after"

Boundary = tuple[str, int, str]  #: tables, how often they were written before, and the side of the commit


class Fuse:
    """Notes commits once it is lit, and ends the process at the given boundary."""

    def __init__(self, at: Boundary | None) -> None:
        self.seen: list[str] = []
        self._at, self._is_lit, self._lock = at, False, Lock()

    def light(self) -> None:
        """From now on."""
        self._is_lit = True

    def burn(self, tables: str, side: str) -> None:
        """A boundary has come."""
        if not self._is_lit:
            return
        with self._lock:
            if (tables, self.seen.count(tables) - (side == AFTER), side) == self._at:
                os.kill(os.getpid(), signal.SIGKILL)
            if side == BEFORE:
                self.seen.append(tables)


def boundaries(commits: Sequence[str]) -> list[Boundary]:
    """Both sides of each commit."""
    numbered = [(tables, commits[:number].count(tables)) for number, tables in enumerate(commits)]
    return [(*each, side) for each in numbered for side in (BEFORE, AFTER)]


@contextmanager
def burning(fuse: Fuse) -> Iterator[None]:
    """Both boundaries of every commit that writes burn the fuse, whichever engine commits."""

    def note(connection: Connection, _cursor: object, statement: str, *_: Any) -> None:
        for found in WRITES.finditer(statement):
            connection.info.setdefault(WROTE, set()).add(found[1] or found[2])

    real, execute = Connection._commit_impl, Prepared._execute

    def prepared(self: Prepared, connection: Connection, values: Values, answer: Callable[[Any], Any]) -> Any:
        note(connection, None, self._for(connection.dialect).text)
        return execute(self, connection, values, answer)

    def commit(connection: Connection) -> None:
        tables = " ".join(sorted(connection.info.pop(WROTE, ())))
        if tables:
            fuse.burn(tables, BEFORE)
        real(connection)
        if tables:
            fuse.burn(tables, AFTER)

    event.listen(Engine, "before_cursor_execute", note)
    Connection._commit_impl = commit  # type: ignore[method-assign] # no event tells of the moment after
    Prepared._execute = prepared  # type: ignore[method-assign] # nor of these statements
    try:
        yield
    finally:
        Connection._commit_impl = real  # type: ignore[method-assign]
        Prepared._execute = execute  # type: ignore[method-assign]
        event.remove(Engine, "before_cursor_execute", note)
