"""Names for the workers of one machine, each held by a file lock that the system ends with the process."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from itertools import count
from pathlib import Path


@contextmanager
def place(var_dir: Path) -> Iterator[str]:
    """The lowest free name for a worker of this machine.

    Two live workers never share a name: DBOS would take the jobs of one for left-overs of the other. A worker started
    again gets the name of the one that crashed, and DBOS gives it back its jobs at once.
    """
    for number in count():
        with _file(var_dir, number).open("w") as file:
            if _lock(file.fileno()):
                yield _name(number)
                return


def is_working_here(var_dir: Path) -> bool:
    """Whether a worker runs on this machine: it holds the lock of its place as long as it lives."""
    number = 0
    while (path := _file(var_dir, number)).exists():
        with path.open("r+") as file:
            if not _lock(file.fileno()):
                return True
        number += 1
    return False


def places_left(var_dir: Path) -> list[str]:
    """The names of this machine's workers that are gone."""
    left: list[str] = []
    for number in count():
        path = _file(var_dir, number)
        if not path.exists():
            return left
        with path.open("w") as file:
            if _lock(file.fileno()):
                left.append(_name(number))
    return left


def _file(var_dir: Path, number: int) -> Path:
    return var_dir / f"worker-{number}.lock"


def _name(number: int) -> str:
    return f"{platform.node()}:{number}"


def _lock(descriptor: int) -> bool:
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True
