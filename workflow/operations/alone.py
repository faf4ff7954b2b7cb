"""One thing of many in a transaction of its own: what goes wrong with it is told in the log, and the rest go on."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from workflow import clock, randomness
from workflow.store.session import writing

log = logging.getLogger(__name__)


def alone(engine: Engine, perform: Callable[[Session], bool | None], about: str) -> bool:
    """Whether `perform` says that it did something; False where it failed. `about` names the thing in the log."""
    try:
        with writing(engine) as session:
            return bool(perform(session))
    except Exception:
        log.exception("incident %s: %s", randomness.incident(clock.now()), about)
        return False
