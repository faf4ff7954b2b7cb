"""What a worker keeps an eye on from its start to its end, beside the jobs that it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Lock, Thread

Watch = Callable[[Event], object]  #: looks once; the event tells it to end
Attempt = Callable[[str, Callable[[], object]], object]  #: does what it is given, whatever comes of it


@contextmanager
def watching(watches: Mapping[str, tuple[float, Watch]], calm: Event, attempt: Attempt) -> Iterator[None]:
    """Each watch in a thread of its own; leaving the block ends them, as soon as what they do allows.

    `calm` is set while none of them is busy.
    """
    over, busy, one = Event(), set[str](), Lock()

    def note(name: str, *, is_busy: bool) -> None:
        with one:
            (busy.add if is_busy else busy.discard)(name)
            (calm.clear if busy else calm.set)()

    def keep(name: str, pause: float, watch: Watch) -> None:
        while not over.is_set():
            note(name, is_busy=True)
            attempt(name, lambda: watch(over))
            note(name, is_busy=False)
            over.wait(pause)

    threads = [Thread(target=keep, args=(name, *each), name=name) for name, each in watches.items()]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in threads:
            each.join()
