"""Every action, and the one way to do it: one command, one lock, one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.access import may_read
from workflow.operations.acting import check_current
from workflow.operations.approving import answering, asking, handing_on, taking_back
from workflow.operations.approving.action import Action, Occasion
from workflow.operations.informing.arrivals import announce
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.posts import in_office

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


def offered(
    session: Session, installation: Installation, loaded: Loaded, actor: Actor
) -> Iterator[tuple[Action, Occasion]]:
    """The actions that somebody, or somebody in another's stead, may do on a case now; a copy is read at any time."""
    rests = loaded.row.closed_at is not None or loaded.is_at_rest
    occasions = [Occasion(session, installation, loaded, each) for each in actor.capacities(loaded.row.stage)]
    for action in (answering.READING,) if rests else ACTIONS.values():
        if (found := first_occasion(action, occasions)) is not None:
            yield action, found


def occasion_of(session: Session, installation: Installation, loaded: Loaded, actor: Actor, action: Action) -> Occasion:
    """The occasion on which the actor, or the actor in somebody's stead, may do the action. Raises NotAllowed."""
    occasions = [Occasion(session, installation, loaded, each) for each in actor.capacities(loaded.row.stage)]
    found = first_occasion(action, occasions)
    if found is None:
        action.check(occasions[0])
    return found or occasions[0]


def first_occasion(action: Action, occasions: Iterable[Occasion]) -> Occasion | None:
    """The first on which the action may be done."""
    return next((each for each in occasions if action.why_not(each) is None), None)


def do(
    session: Session, installation: Installation, actor: Actor, case_id: int, name: str, raw: Mapping[str, Any],
    *, version: int | None = None,
) -> Done:  # fmt: skip
    """Do an action. Raises NotFound, Conflict (somebody was faster), NotAllowed, InvalidInput or Refused."""
    action = find_action(name)
    loaded = load(session, installation, case_id, lock=True)
    actor = in_office(session, actor, loaded.today)
    may_read(session, actor, loaded)
    if action is not answering.READING:
        check_current(session, loaded, action.title, version)
    occasion = occasion_of(session, installation, loaded, actor, action)
    action.perform(occasion, action.read(occasion, raw))
    session.flush()
    announce(session, installation, loaded.row)
    return Done(loaded.row.number, loaded.row.title, action.title)


__all__ = ["ACTIONS", "Done", "do", "find_action", "occasion_of", "offered"]
