"""Every action, and the one way to do it: one command, one lock, one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workflow.engine.snapshot import Actor
from workflow.errors import NotFound
from workflow.operations.access import may_read
from workflow.operations.acting import check_current, in_force
from workflow.operations.approving import answering, asking, handing_on, taking_back
from workflow.operations.approving.action import Action, Occasion
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.substituting import principals_of

ACTIONS: Mapping[str, Action] = {
    each.name: each
    for each in (
        answering.ANSWERING, answering.READING, answering.ABSTAINING, asking.ADD, asking.REMOVE, asking.DELEGATE,
        asking.CONSULT, handing_on.TRANSFER, asking.COPY, handing_on.URGE, taking_back.TAKE_BACK,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What the confirmation of an action says."""

    number: str
    title: str
    done: str


def find_action(name: str) -> Action:
    """The action of that name."""
    if name not in ACTIONS:
        raise NotFound(what="这种操作")
    return ACTIONS[name]


def offered(session: Session, installation: Installation, loaded: Loaded, actor: Actor) -> Iterator[Action]:
    """The actions that somebody may do on a case now."""
    if loaded.row.closed_at is not None or loaded.row.suspended_at is not None:
        return
    for action in ACTIONS.values():
        if occasion_of(session, installation, loaded, actor, action) is not None:
            yield action


def occasion_of(
    session: Session, installation: Installation, loaded: Loaded, actor: Actor, action: Action
) -> Occasion | None:
    """The occasion on which the actor, or the actor in somebody's stead, may do the action."""
    for who in (actor, *principals_of(session, actor.person_id or 0, loaded.today, loaded.row.stage)):
        occasion = Occasion(session, installation, loaded, who)
        if action.why_not(occasion) is None:
            return occasion
    return None


def do(
    session: Session, installation: Installation, actor: Actor, case_id: int, name: str, raw: Mapping[str, Any],
    *, version: int | None = None,
) -> Done:  # fmt: skip
    """Do an action. Raises NotFound, Conflict (somebody was faster), NotAllowed, InvalidInput or Refused."""
    action = find_action(name)
    loaded = load(session, installation, case_id, lock=True)
    actor = in_force(session, actor, loaded.today)
    may_read(session, actor, loaded)
    check_current(session, loaded, action.title, version)
    occasion = occasion_of(session, installation, loaded, actor, action)
    if occasion is None:
        occasion = Occasion(session, installation, loaded, actor)
        action.check(occasion)
    action.perform(occasion, action.read(occasion, raw))
    session.flush()
    return Done(loaded.row.number, loaded.row.title, action.title)


__all__ = ["ACTIONS", "Done", "do", "find_action", "occasion_of", "offered"]
