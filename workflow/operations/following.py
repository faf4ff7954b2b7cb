"""What follows from a written step: its papers, the child cases it opens, the parent case that waited for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from workflow.definition.model import Stage, Transition
from workflow.engine.actor import Actor
from workflow.engine.moving import SYSTEM_ACTOR, Move, Step
from workflow.engine.offspring import litters
from workflow.engine.rights import roles_of
from workflow.engine.routing import RoutingError
from workflow.engine.snapshot import Act
from workflow.engine.step import perform
from workflow.engine.values import Row
from workflow.errors import Refused
from workflow.operations import journal
from workflow.operations.birth import bear_child
from workflow.operations.documents import distributing, joining, numbering, papers, pressing, receiving
from workflow.operations.due.timers import cancel_timers
from workflow.operations.informing.arrivals import announce
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.publishing import stage_of
from workflow.operations.tasks import close_tasks, open_task
from workflow.operations.writing import write
from workflow.store import cases as rows
from workflow.store.documents import Document
from workflow.store.fetching import found_rows
from workflow.store.prepared import Prepared

ISSUE_STAGE = "document_issue"
#: What an effect does with a seal, which its keeper presses in person.
ON_SEAL: Mapping[str, Callable[[Session, Installation, Loaded, Actor], object]] = {
    "use_seal": pressing.press_issued,
    "use_joint_seal": pressing.press_jointly,
}
BORN_WITH = Prepared(
    select(rows.Case.definition_id, rows.DefinitionVersion.content_hash)
    .join(rows.DefinitionVersion, rows.DefinitionVersion.id == rows.Case.definition_id)
    .where(rows.Case.id == bindparam("case"))
)

OPEN_CHILDREN = Prepared(
    select(rows.Case.child_name).where(rows.Case.parent_id == bindparam("case"), rows.Case.closed_at.is_(None))
)

#: What an effect of the issue or the receipt of a document means for the document itself.
ON_DOCUMENT: Mapping[str, Callable[[Session, Installation, Loaded], object]] = {
    "register_number": numbering.register,
    "date_document": papers.sign,
    "name_cosigners": joining.join,
    "part_company": joining.join,
    "refresh_document": papers.refresh,
    "void_document": papers.void,
    "date_distribution": distributing.distribute,
    "register_receipt": receiving.enter,
}


def follow(session: Session, installation: Installation, before: Loaded, step: Step) -> list[Document]:
    """Do everything that the step entails beyond the case itself. Returns the papers of the case's own moves."""
    after = replace(before, snapshot=step.snapshot)
    ordered: list[Document] = []
    for move in step.moves:
        for effect in move.transition.effects:  # first: the entry in the register shows the number
            if effect in ON_DOCUMENT and not (effect == "refresh_document" and move.actor.is_system):
                ON_DOCUMENT[effect](session, installation, after)
            elif effect in ON_SEAL:
                ON_SEAL[effect](session, installation, after, move.actor)
        ordered += papers.order(session, installation, after, move)
    _abandon(session, after, step)
    for name in step.children:
        _open(session, installation, after, name, step, ordered)
    session.flush()
    announce(session, installation, before.row)
    if before.row.parent_id is not None:
        for move in step.moves:
            _tell_parent(session, installation, before.row, move)
    return ordered


def _open(
    session: Session, installation: Installation, after: Loaded, name: str, step: Step, ordered: list[Document]
) -> None:
    child = after.stage.children[name]
    if child.each is not None:
        for litter in litters(child, after.snapshot.case.data):
            _bear_for(session, installation, after, name, litter)
        return
    if child.stage != ISSUE_STAGE:
        _bear(session, installation, after, name, {})
        return
    for document in ordered:
        if document.series is not None and document.transition in child.opens_after:
            data = papers.issue_data(after, step, document)
            _bear(session, installation, after, name, data, document)


def _bear_for(session: Session, installation: Installation, parent: Loaded, name: str, litter: Sequence[Row]) -> None:
    """A case for these rows. A body that has been dissolved since has nobody above who could have it put right."""
    try:
        child, step = bear_child(session, installation, parent, name, {}, litter)
    except RoutingError as error:
        journal.append(session, parent.row, "held", actor=SYSTEM_ACTOR, at=parent.at, reason=error.message)
        return
    follow(session, installation, child, step)


def _bear(
    session: Session, installation: Installation, parent: Loaded, name: str, data: Mapping[str, Any],
    document: Document | None = None,
) -> None:  # fmt: skip
    child, step = bear_child(session, installation, parent, name, data)
    if document is not None:
        document.issue_case_id = child.row.id
    follow(session, installation, child, step)


def _tell_parent(session: Session, installation: Installation, child: rows.Case, move: Move) -> None:
    """Fire the parent's transition that waits for the state which the child has just reached."""
    assert child.parent_id is not None  # noqa: S101 - the caller looked
    name = child.child_name or ""
    ((definition, digest),) = found_rows(session, BORN_WITH, {"case": child.parent_id})
    if not _concerns(stage_of(session, definition, digest), name, move.target):
        return
    parent = load(session, installation, child.parent_id, lock=True)
    if move.target in parent.stage.children[name].reopen:
        if waits_for(parent.stage, parent.row.state, name):
            _bear(session, installation, parent, name, {})
        return
    waiting = awaited(parent, name, move.target)
    refused: Refused | None = None
    for transition in waiting:
        act = Act(transition, SYSTEM_ACTOR, _told(move), parent.at, parent.today, by_child=True)
        try:
            step = perform(parent.snapshot, act)
        except Refused as error:
            refused = refused or error
            continue
        write(session, parent, step)
        follow(session, installation, parent, step)
        return
    if refused is not None and not any(each.auto for each in waiting):
        _leave_to_people(session, parent, waiting, refused)


def _leave_to_people(session: Session, parent: Loaded, waiting: list[Transition], refused: Refused) -> None:
    """The child has ended, whatever the parent makes of it: those who may take the step decide when it can be taken."""
    reason = str(refused.facts["reason"])
    journal.append(session, parent.row, "held", actor=SYSTEM_ACTOR, at=parent.at, reason=reason)
    roles = [role for each in waiting for role in roles_of(parent.snapshot, each)]
    open_task(session, parent, parent.snapshot, roles, waiting[0].title)


def _concerns(stage: Stage, name: str, state: str) -> bool:
    child = stage.children[name]
    awaiting = (each.after for each in stage.transitions if each.after is not None)
    return (
        state in child.on
        or state in child.reopen
        or any(each.child == name and state in each.states for each in awaiting)
    )


def awaited(parent: Loaded, name: str, state: str) -> list[Transition]:
    """Transitions out of the parent's present state that a child's arrival in `state` fires."""
    trigger = parent.stage.children[name].on.get(state)
    return [
        each
        for each in parent.stage.leaving(parent.row.state)
        if each.trigger == trigger or (each.after and each.after.child == name and state in each.after.states)
    ]


def _told(move: Move) -> Mapping[str, Any]:
    return {"reason": move.values["reason"]} if move.values.get("reason") else {}


def waits_for(stage: Stage, state: str, name: str) -> bool:
    """Whether something that the child may bring about can still happen in this state."""
    triggers = stage.children[name].on.values()
    return any(
        each.trigger in triggers or (each.after is not None and each.after.child == name)
        for each in stage.leaving(state)
    )


def _abandon(session: Session, after: Loaded, step: Step) -> None:
    """End votes and notices for which the case no longer waits, and what its last moves took back."""
    stage, state = after.stage, after.row.state
    feeding = {each.after.child for each in stage.transitions if each.after is not None}
    feeding.update(name for name, child in stage.children.items() if child.on)
    left = any(move.target != move.source for move in step.moves)
    stale = {name for name in feeding if left and not waits_for(stage, state, name)}
    done = {move.transition.id for move in step.moves}
    stale.update(name for name, child in stage.children.items() if done.intersection(child.closes_after))
    if not stale or stale.isdisjoint(name for (name,) in found_rows(session, OPEN_CHILDREN, {"case": after.row.id})):
        return
    running = select(rows.Case).where(
        rows.Case.parent_id == after.row.id, rows.Case.child_name.in_(stale), rows.Case.closed_at.is_(None)
    )
    for child in session.scalars(running.order_by(rows.Case.id).with_for_update(key_share=True)):
        _end(session, child, after)


def _end(session: Session, child: rows.Case, after: Loaded) -> None:
    reason = f"上级事项已转入“{after.stage.states[after.row.state].title}”，本事项不再办理"
    child.closed_at = after.at
    cancel_timers(session, child.id)
    close_tasks(session, child.id, after.at, None, reason)
    issued = update(Document).where(Document.issue_case_id == child.id)
    session.execute(issued.values(state=papers.VOIDED))  # its number, if it has one, stays used
    journal.append(session, child, "abandoned", actor=SYSTEM_ACTOR, at=after.at, reason=reason)
