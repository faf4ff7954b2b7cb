"""One attempt at a job, and what follows when it fails: another one after a pause, or a failed job for people to see.

A refusal of ours stays a refusal. A fault may pass, a database restarts meanwhile: it is tried again, and between two
attempts the job waits in the queue and keeps nobody else from working.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Semaphore

from workflow import clock, logs, measures, randomness
from workflow.errors import WorkflowError
from workflow.store.jobs import Handler, Priority, Terms, at_priority, queue_of

TURN_SECONDS = 0.5  #: how soon a job that waits for its turn sees that the worker stops
TOLD = ("case_id", "document_id", "batch_id", "launch_id", "channel")  #: arguments that a log entry names
PAUSES = (1, 2, 4, 8, 16, 32, 64, 128)  #: seconds between the attempts at one job

log = logging.getLogger(__name__)


class Stopping(BaseException):
    """The worker stops while a job waits for its turn: the job is left as it is, for another worker."""


@dataclass(frozen=True)
class Shift:
    """What the jobs of a worker share: turns by queue, what is running now, and whether it stops."""

    turns: Mapping[str, Semaphore]
    running: list[str]
    stop: Event

    @contextmanager
    def turn(self, kind: str, terms: Terms) -> Iterator[None]:
        """A place among those that work at the same time."""
        turns = self.turns[queue_of(kind, terms.priority)]
        while not turns.acquire(timeout=TURN_SECONDS):
            if self.stop.is_set():
                raise Stopping
        if self.stop.is_set():
            turns.release()
            raise Stopping
        self.running.append(kind)
        try:
            yield
        finally:
            self.running.remove(kind)
            turns.release()


LastWords = Callable[..., object]  #: last_words(reason, **arguments): where a job that failed for good is told of


class Failed(WorkflowError):
    """The job is tried no more; the message says why, `data` is kept with it in the queue."""


def attempt_or_tell(
    kind: str, handler: Handler, arguments: Mapping[str, object], terms: Terms, last_words: LastWords | None
) -> float | None:
    """The same; a failure for good that is told elsewhere, as of a paper in its document, is told there alone."""
    try:
        return attempt(kind, handler, arguments, terms)
    except Failed as failed:
        if last_words is None:
            raise
        try:
            last_words(failed.message, **arguments)
        except Exception:
            log.exception("%s could not be told to have failed", kind)
            raise failed from None
        return None


def attempt(kind: str, handler: Handler, arguments: Mapping[str, object], terms: Terms) -> float | None:
    """Do a job. None when it is done, else the seconds after which it is tried again. Raises Failed at the end."""
    about = {logs.REQUEST: terms.request, "kind": kind, **{name: arguments[name] for name in TOLD if name in arguments}}
    with logs.about(**about), at_priority(Priority(terms.priority)), measures.job(kind) as outcome:
        try:
            handler(**arguments)
        except WorkflowError as error:
            log.warning("refused: %s", error.message)
            raise Failed(error.message, data={"attempts": terms.attempt + 1}) from error
        except Exception as error:
            incident = randomness.incident(clock.now())
            log.exception("incident %s: attempt %s failed", incident, terms.attempt + 1)
            pause = _pause(terms.attempt + 1, incident, error)
            outcome.append(measures.AGAIN)
            return pause
        return None


def _pause(tried: int, incident: str, error: Exception) -> float:
    if tried <= len(PAUSES):
        return PAUSES[tried - 1]
    sentence = f"系统出现故障，已试{tried}次，事件编号 {incident}"
    raise Failed(sentence, data={"attempts": tried, "incident": incident}) from error
