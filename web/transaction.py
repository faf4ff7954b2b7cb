"""One transaction per request: GET reads, everything else writes, and it commits once the view has answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import cast

from flask import current_app, g

from workflow.operations.installation import Installation
from workflow.operations.reading import Engine, Session
from workflow.store.session import reading, writing

EXTENSION = "chuangyou"  #: under which an application keeps its installation


class Transaction:
    """A session that is opened when the request first needs one; static files and health checks never do."""

    def __init__(self, stack: ExitStack, engine: Engine, *, writes: bool) -> None:
        self._stack = stack
        self._begin = writing if writes else reading
        self._engine = engine

    @cached_property
    def session(self) -> Session:
        """The session of this request."""
        return self._stack.enter_context(self._begin(self._engine))

    def end(self) -> None:
        """End it before the request does; whoever asks for the session afterwards begins another."""
        self._stack.close()
        self.__dict__.pop("session", None)


@contextmanager
def transaction(*, writes: bool) -> Iterator[None]:
    """Everything inside commits together, or, when it raises, not at all."""
    with ExitStack() as stack:
        g.transaction = Transaction(stack, installation().engine, writes=writes)
        yield


def installation() -> Installation:
    """The installation that this application serves."""
    return cast(Installation, current_app.extensions[EXTENSION])


def session() -> Session:
    """The session of the present request."""
    return cast(Transaction, g.transaction).session


def let_go() -> None:
    """End the transaction now: what the view still has to do takes long and needs no database."""
    cast(Transaction, g.transaction).end()


@contextmanager
def attempt() -> Iterator[None]:
    """Undo what was begun inside when it raises, so that the view can show the form again and lose nothing."""
    with session().begin_nested():
        yield
