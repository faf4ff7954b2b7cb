"""The one home of waitress: a WSGI application answers in a thread of its own, as long as a block lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from waitress.server import create_server
from waitress.trigger import trigger

from workflow.allocation import settle
from workflow.errors import WorkflowError

CLOSING_SECONDS = 1
GRACE_SECONDS = 20  #: for requests under way when the service is told to stop


class PortTaken(WorkflowError):
    """不能在 {host}:{port} 监听（{reason}）。请停止占用这个端口的程序，或用环境变量 {variable} 换一个端口。"""


@contextmanager
def listening(application: Any, host: str, port: int, *, threads: int, variable: str) -> Iterator[None]:
    """Answer requests; those under way are finished at the end. `variable` is the setting that names the port."""
    sockets = dict[int, Any]()
    try:
        server: Any = create_server(
            application, map=sockets, host=host, port=port, threads=threads, ident=None,
            clear_untrusted_proxy_headers=True,
        )  # fmt: skip
    except OSError as error:
        raise PortTaken(host=host, port=port, reason=error.strerror, variable=variable) from None
    settle()
    thread = Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        for each in list(sockets.values()):  # the thread itself closes its sockets, between two requests
            if isinstance(each, trigger):
                each.pull_trigger(server.close)
        server.task_dispatcher.shutdown(timeout=GRACE_SECONDS)
        thread.join(timeout=CLOSING_SECONDS)
