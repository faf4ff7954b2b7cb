"""Binds in a process of its own, one for each file: what is bound so far is held there, and goes with it.

Papers and attachments come to a file one after another and stay open until it is written: hundreds of megabytes. A
process that answers pages or takes jobs hands them on and keeps nothing; commands and tests bind where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, TypeVar
from weakref import finalize

from workflow.documents.binding import Binder, Bound, Extent
from workflow.documents.enclosures import Limits, pages_of
from workflow.documents.rooms import BINDERY, Overdue, Room
from workflow.errors import WorkflowError

ADDING_SECONDS, FINISHING_SECONDS = 300.0, 900.0  #: in which one paper is added, or the file written, on a busy machine

Result = TypeVar("Result")

_numbers = count(1)
_files: dict[int, Binder] = {}  #: in the making, in the process that binds them


class Lost(Exception):
    """The process that held the file has broken down; the file has to be begun anew."""


class Bindery:
    """A file in the making: the verbs of a Binder, done in a room of its own."""

    def __init__(self) -> None:
        self._room, self._number = BINDERY.apart(), next(_numbers)
        self._end = finalize(self, _let_go, self._room, self._number)
        self._end.atexit = False  # the room ends with this process
        self._do(ADDING_SECONDS, _begin)

    def mark(self, title: str, level: int) -> None:
        """A bookmark at whatever comes next."""
        self._do(ADDING_SECONDS, _mark, title, level)

    def add(self, title: str, data: bytes, level: int, *, stamped: bool = True) -> Extent:
        """Put a paper behind the others. Raises Unreadable."""
        return self._do(ADDING_SECONDS, _add, title, data, level, stamped)

    def enclose(self, title: str, media_type: str, data: bytes, limits: Limits, level: int) -> Extent:
        """Put what somebody has sent behind the others, made into sound pages first. Raises Unbindable."""
        return self._do(ADDING_SECONDS, _enclose, title, media_type, data, limits, level)

    def finish(self, title: str, front: bytes, fronts: Sequence[tuple[str, int]]) -> Bound:
        """The whole file; the room is left."""
        try:
            return self._do(FINISHING_SECONDS, _finish, title, front, tuple(fronts))
        finally:
            self._end()

    def _do(self, within: float, function: Callable[..., Result], *arguments: Any) -> Result:
        try:
            return self._room.do(within, function, self._number, *arguments)
        except WorkflowError:  # this one cannot be bound; the others can
            raise
        except Overdue as error:
            self._end()
            raise TimeoutError from error
        except BaseException:
            self._end()
            raise


def _let_go(room: Room, number: int) -> None:
    _files.pop(number, None)
    room.close()


def _begin(number: int) -> None:
    _files[number] = Binder()


def _mark(number: int, title: str, level: int) -> None:
    _file(number).mark(title, level)


def _add(number: int, title: str, data: bytes, level: int, stamped: bool) -> Extent:
    return _file(number).add(title, data, level, stamped=stamped)


def _enclose(number: int, title: str, media_type: str, data: bytes, limits: Limits, level: int) -> Extent:
    return _file(number).add(title, pages_of(media_type, data, limits), level)


def _finish(number: int, title: str, front: bytes, fronts: Sequence[tuple[str, int]]) -> Bound:
    return _file(number).finish(title, front, fronts)


def _file(number: int) -> Binder:
    if number not in _files:
        raise Lost
    return _files[number]
