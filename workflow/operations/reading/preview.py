"""What an act would lead to, found by doing it on the snapshot alone: nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.model import Transition
from workflow.definition.wording import filled
from workflow.engine.actor import Actor
from workflow.engine.deadlines import dates_moved
from workflow.engine.moving import Step, leaves
from workflow.engine.returning import CAPACITY
from workflow.engine.snapshot import Act, Snapshot
from workflow.engine.step import perform
from workflow.errors import NotAllowed, Refused
from workflow.operations.acting import acting
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.chain import Link, chain
from workflow.operations.reading.decisions import WAITING, decisions_of
from workflow.operations.reading.options import options_of


@dataclass(frozen=True)
class Preview:
    """The consequences that a confirmation names."""

    target: str  #: title of the state that the case will be in
    moves: bool
    signs: int  #: signatures still needed after this one
    unheard: tuple[str, ...]  #: who else has to decide before the case moves
    principal: str  #: in whose stead
    chain: tuple[Link, ...]  #: from the new state on
    papers: tuple[str, ...]
    children: tuple[str, ...]
    is_final: bool


def check_option(loaded: Loaded, actor: Actor, transition: Transition) -> None:
    """Raise NotAllowed or Refused when the form of an act need not even be shown."""
    for option in options_of(loaded, actor):
        if option.transition.id == transition.id and not option.allowed:
            if option.mine:
                raise Refused(
                    title=transition.title, guard=option.guard, reason=option.refusal, transition=transition.id
                )
            raise NotAllowed(action=transition.title, reason=option.refusal)


def preview(
    session: Session, installation: Installation, loaded: Loaded, actor: Actor, transition: Transition,
    values: Mapping[str, Any],
) -> Preview:  # fmt: skip
    """Do the act on the snapshot. Raises NotAllowed or Refused like the act itself."""
    entered = {name: value for name, value in values.items() if name != CAPACITY}
    act = Act(transition, acting(loaded, actor, transition, values.get(CAPACITY)), entered, loaded.at, loaded.today)
    step = perform(loaded.snapshot, act)
    after, stage = step.snapshot, loaded.stage
    state = stage.states[after.case.state]
    return Preview(
        target=state.title,
        moves=bool(step.moves),
        signs=0 if step.moves or step.decided else len(transition.sign) - _signed(after, transition),
        unheard=_unheard(session, after, loaded.today) if step.decided and not step.moves else (),
        principal=act.actor.principal,
        chain=chain(session, installation, _retimed(loaded, after), loaded.at, loaded.today) if step.moves else (),
        papers=_papers(step, loaded),
        children=tuple(installation.definitions.stages[stage.children[each].stage].title for each in step.children),
        is_final=state.final,
    )


def _retimed(loaded: Loaded, after: Snapshot) -> Snapshot:
    """Without the limit of before where the act moves the date on which it hangs."""
    state = loaded.stage.states[after.case.state]
    stays = after.case.state == loaded.row.state
    if stays and dates_moved(state, loaded.snapshot.case.data, after.case.data):
        return replace(after, case=replace(after.case, due_at=None))
    return after


def _unheard(session: Session, after: Snapshot, today: date) -> tuple[str, ...]:
    return tuple(each.who for each in decisions_of(session, after, today).asked if each.said in WAITING)


def _signed(snapshot: Snapshot, transition: Transition) -> int:
    return sum(each.transition == transition.id for each in snapshot.signatures)


def _papers(step: Step, loaded: Loaded) -> tuple[str, ...]:
    """Titles of the papers that the moves leave, as far as they can be said beforehand."""
    snapshot, found = step.snapshot, []
    case = snapshot.case
    own = snapshot.tree.bodies[case.bodies["own"]].name
    for move in step.moves:
        act = Act(move.transition, move.actor, move.values, loaded.at, loaded.today)
        for name in move.transition.documents:
            if not leaves(snapshot, act, name):
                continue
            paper = loaded.stage.documents[name]
            issuer = snapshot.tree.bodies[case.bodies[paper.issuer]].name
            words = {
                "title": loaded.row.title, "subject": case.person.name if case.person else own, "issuer": issuer,
                "campaign": loaded.campaign.title, "award": "",
            }  # fmt: skip
            found.append(filled(paper.title, words))
    return tuple(found)


@dataclass(frozen=True)
class Receipt:
    """What the confirmation page says about an act that was done."""

    number: str
    title: str
    done: str
    state: str
    chain: tuple[Link, ...]
    on: date
    is_final: bool
