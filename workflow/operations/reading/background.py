"""What an administrator is shown of the work in the background: what failed, who is at work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.operations.installation import Installation
from workflow.operations.reading.administration import governed
from workflow.operations.upkeep import mending, presence
from workflow.operations.upkeep.failures import Failure, failures


@dataclass(frozen=True)
class AtWork:
    """A worker."""

    name: str
    machine: str
    version: str
    started_at: datetime
    seen_at: datetime
    is_alive: bool


def failures_below(session: Session, installation: Installation, actor: Actor) -> list[Failure]:
    """What failed and concerns the bodies that the person looks after. Raises NotAllowed."""
    return failures(session, installation, governed(session, installation, actor))


def workers_for(session: Session, installation: Installation, actor: Actor) -> Sequence[AtWork]:
    """Who is at work, and who was lately and has not said goodbye; for administrators. Raises NotAllowed."""
    governed(session, installation, actor)
    now = clock.now()
    return [
        AtWork(each.name, each.machine, each.version, each.started_at, each.seen_at, presence.is_alive(each, now))
        for each in presence.workers(session)
    ]


def retry(session: Session, installation: Installation, actor: Actor, keys: Sequence[str]) -> int:
    """Try again what failed; answers how many. Raises NotFound for what has been dealt with or is not theirs."""
    paths = governed(session, installation, actor)
    for key in keys:
        mending.retry(session, installation, key, actor.person_id, paths)
    return len(keys)


def discard(session: Session, installation: Installation, actor: Actor, key: str, reason: str) -> Failure:
    """Give up something that failed, with the reason. Raises NotFound, Refused or InvalidInput."""
    paths = governed(session, installation, actor)
    return mending.discard(session, installation, key, reason, actor.person_id, paths)
