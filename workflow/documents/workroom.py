"""What a child does in its room: one order after another, until the line or the process that started it ends."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from shutil import rmtree
from threading import Thread, main_thread
from time import sleep
from traceback import format_exc
from types import FrameType
from typing import Any

from workflow import logs
from workflow.documents.rooms import ASKED, DONE, FAILED, READY, Ask
from workflow.errors import WorkflowError

LOOK_SECONDS = 1.0  #: between two looks whether the process that started this one is there
LEAVE_SECONDS = 10.0  #: for what was under way then


def main(descriptor: str, parent: str, folder: str, module: str, form: str) -> None:
    """Work at the other end of a line; `folder` is for what libraries put down meanwhile, and goes at the end.

    Signals are for the process that started this one: it ends when that does.
    """
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, _leave)
    Thread(target=_stay_with, args=(int(parent), folder), daemon=True).start()
    logs.configure(form)
    try:
        with Connection(int(descriptor)) as line:
            _load(module)
            line.send((READY, None))
            while True:
                function, arguments, may_ask = line.recv()
                line.send(_done(function, (*arguments, *([_asking(line)] if may_ask else []))))
    except (EOFError, ConnectionError):
        return
    finally:
        rmtree(folder, ignore_errors=True)


def _load(module: str) -> None:
    """What the work needs; it stays, so that the collector need not look at it again."""
    import_module(module)
    gc.collect()
    gc.freeze()


def _done(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[str, Any]:
    """How an order ended. An error that is not ours would take its library into the other process: its text goes."""
    try:
        return DONE, function(*arguments)
    except WorkflowError as error:
        return FAILED, error
    except Exception:  # noqa: BLE001 - it is raised again at the other end of the line
        return FAILED, RuntimeError(format_exc())


def _asking(line: Connection) -> Ask:
    def ask(request: bytes) -> bytes:
        line.send((ASKED, request))
        how, said = line.recv()
        if how == FAILED:
            raise said
        return bytes(said)

    return ask


def _stay_with(parent: int, folder: str) -> None:
    """End with the process that started this one, also in the middle of a paper."""
    while os.getppid() == parent:
        sleep(LOOK_SECONDS)
    signal.pthread_kill(main_thread().ident or 0, signal.SIGUSR1)
    sleep(LEAVE_SECONDS)
    rmtree(folder, ignore_errors=True)
    os._exit(1)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
