"""Rooms of their own for what needs large libraries: a child process each, started with the first order.

To lay a paper out takes libraries, fonts and boxes of 70 MB, to sign it libraries of 45, and to bind a file all that is
in it. A process that answers
pages or takes jobs hands such work to a child and stays small; commands, tests and the simulation do it where they are.
A child does one order after another. It ends with the process that started it, however that ends, and one that breaks
down or takes too long is replaced. Nothing comes out of it but plain values and errors of our own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Pipe
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from workflow.allocation import VARIABLES
from workflow.errors import WorkflowError

ROOT = str(Path(__file__).resolve().parents[2])
CHILD = "workflow.documents.workroom"
READY, ASKED, DONE, FAILED = "ready", "asked", "done", "failed"  #: what a child says first
START_SECONDS = 120  #: in which a child has loaded its libraries, on the busiest machine
END_SECONDS = 5

Result = TypeVar("Result")
#: Asks the process that gave the order: bytes in, bytes out. It may raise OSError, which is raised again in the child.
Ask = Callable[[bytes], bytes]


class Overdue(Exception):
    """An order took longer than it may; the child that was at it has been ended."""


class Broken(WorkflowError):
    """{work}程序两次意外中止，可能是内存不足。请稍后重试；仍然不成的，请联系系统管理员查看服务日志。"""


class _Child:
    """A process at work in a room, and the line to it."""

    def __init__(self, module: str, form: str) -> None:
        self._line, theirs = Pipe()
        self._folder = mkdtemp(prefix="chuangyou-")  # what libraries leave in it goes with the child
        with theirs:
            line = theirs.fileno()
            self._process = subprocess.Popen(  # noqa: S603 - of our own words alone
                [sys.executable, "-P", "-m", CHILD, str(line), str(os.getpid()), self._folder, module, form],
                pass_fds=[line], env={**os.environ, **VARIABLES, "PYTHONPATH": ROOT, "TMPDIR": self._folder},
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        try:
            self._answer(START_SECONDS, None)
        except Overdue as error:
            self.end(0)
            raise TimeoutError from error
        except BaseException:
            self.end(0)
            raise

    @property
    def id(self) -> int:
        """Of the process."""
        return self._process.pid

    def do(self, within: float, order: tuple[Any, ...], ask: Ask | None) -> tuple[str, Any]:
        """How the order ended: DONE with what came of it, or FAILED with the error."""
        self._line.send((*order, ask is not None))
        return self._answer(within, ask)

    def _answer(self, within: float, ask: Ask | None) -> tuple[str, Any]:
        until = monotonic() + within
        while self._line.poll(max(0.0, until - monotonic())):
            how, said = self._line.recv()
            if how != ASKED:
                return how, said
            assert ask is not None  # noqa: S101 - a child asks only where it was told that it may
            try:
                self._line.send((DONE, ask(said)))
            except OSError as error:
                self._line.send((FAILED, OSError(str(error))))
        raise Overdue

    def hang_up(self) -> None:
        """Leave it to the process that this one was copied from."""
        self._line.close()

    def end(self, seconds: float) -> None:
        """Let it end by itself for so long, then end it."""
        self._line.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        rmtree(self._folder, ignore_errors=True)


class Room:
    """Where one kind of work is done: in this process until `open`, then in a child."""

    def __init__(self, work: str, module: str) -> None:
        self._work, self._module = work, module
        self._form: str | None = None
        self._child: _Child | None = None
        self._turn = Lock()

    @property
    def child(self) -> int | None:
        """The process at work, if there is one."""
        return self._child.id if self._child else None

    def open(self, form: str) -> None:
        """From now on the work is done by a child, which writes its log in this form."""
        self._form = form

    def apart(self) -> Room:
        """Another room for the same work, as open as this one: for what is held in it from one order to the next."""
        made = Room(self._work, self._module)
        if self._form is not None:
            made.open(self._form)
        return made

    def close(self) -> None:
        """End the child, unless it is at work: then it ends with this process."""
        self._form = None
        if self._turn.acquire(blocking=False):
            try:
                self._end(END_SECONDS)
            finally:
                self._turn.release()

    def do(self, within: float, function: Callable[..., Result], *arguments: Any, ask: Ask | None = None) -> Result:
        """`function(*arguments)`, with `ask` for its last argument where it is given. Raises Overdue, Broken.

        Function, arguments and result go from process to process; the function is one of a module.
        """
        form = self._form
        if form is None:
            return function(*arguments, *([ask] if ask else []))
        with self._turn:
            how, said = self._done(within, (function, arguments), ask, form)
        if how == FAILED:
            raise said
        result: Result = said
        return result

    def forget(self) -> None:
        """In a copy of this process: its child is not ours, and whoever was about to use it is not here."""
        self._turn = Lock()
        if self._child:
            self._child.hang_up()
        self._child = None

    def _done(self, within: float, order: tuple[Any, ...], ask: Ask | None, form: str) -> tuple[str, Any]:
        for _ in range(2):
            try:
                self._child = self._child or _Child(self._module, form)
                return self._child.do(within, order, ask)
            except (EOFError, OSError):
                self._end(0)
            except BaseException:  # the line may be in the midst of an answer
                self._end(0)
                raise
        raise Broken(work=self._work)

    def _end(self, seconds: float) -> None:
        if self._child:
            self._child.end(seconds)
        self._child = None


PRESS = Room("排版", "workflow.documents.press")
PEN = Room("签名", "workflow.documents.signing")
BINDERY = Room("装订", "workflow.documents.bindery")  #: of which each file has one of its own
ROOMS = (PRESS, PEN, BINDERY)


def open_rooms(form: str) -> None:
    """This process serves for long: what needs large libraries is done by children from now on."""
    for each in ROOMS:
        each.open(form)


@contextmanager
def rooms_open(form: str) -> Iterator[None]:
    """The same until the block is left."""
    open_rooms(form)
    try:
        yield
    finally:
        for each in ROOMS:
            each.close()


for _room in ROOMS:
    os.register_at_fork(after_in_child=_room.forget)
