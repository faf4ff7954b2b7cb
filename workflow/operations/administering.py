"""Suspend, resume and terminate a case: for administrators of a body that leads the case's own, never of a guide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault, is_storable
from workflow.engine.routing import addresses
from workflow.engine.snapshot import Snapshot
from workflow.errors import InvalidInput, NotAllowed, Refused
from workflow.operations import ballots, journal
from workflow.operations.access import ISSUED, may_read
from workflow.operations.acting import check_current, settle_case
from workflow.operations.documents import papers
from workflow.operations.due.prolonging import prolong
from workflow.operations.due.timers import cancel_timers
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.posts import in_office
from workflow.operations.publishing import stage_of
from workflow.operations.tasks import close_tasks
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.fetching import get

ROLE = "administrator"  #: of organization.yaml
LONGEST_REASON = 2000  #: characters


def capacity_of(snapshot: Snapshot, actor: Actor) -> tuple[str, str] | None:
    """Post title and body in which the actor, or whoever the actor stands in for, administers the case (R50, R57)."""
    return next((found for who in actor.capacities(snapshot.definition.stage) if (found := _seat(snapshot, who))), None)


def _seat(snapshot: Snapshot, who: Actor) -> tuple[str, str] | None:
    """Only a body that leads the case's own one counts: neither the body itself nor its guides.

    Nobody administers the case about oneself, nor lets it be done in one's stead.
    """
    if snapshot.case.person is not None and snapshot.case.person.id in (who.person_id, who.principal_id):
        return None
    for superior in snapshot.tree.ancestors(snapshot.case.bodies["own"]):
        for body, post in addresses(snapshot.tree, snapshot.vocabulary, ROLE, superior):
            if (body, post) in who.posts:
                return snapshot.vocabulary.posts[post].title, snapshot.tree.bodies[body].name
    return None


def taken(
    session: Session, installation: Installation, actor: Actor, case_id: int, action: str, reason: str,
    version: int | None,
) -> tuple[Loaded, Actor]:  # fmt: skip
    """The case, locked, and the administrator with the posts of this moment.

    Raises NotFound, NotAllowed, InvalidInput, and Conflict when the case has moved on since `version` was seen.
    """
    loaded = load(session, installation, case_id, lock=True)
    actor = in_office(session, actor, loaded.today)
    may_read(session, actor, loaded)
    check_administrator(loaded.snapshot, actor, action)
    actor = next((each for each in actor.capacities(loaded.row.stage) if _seat(loaded.snapshot, each)), actor)
    if version is not None and not loaded.is_at_rest:
        check_current(session, loaded, action, version)
    if not reason.strip() or len(reason) > LONGEST_REASON or not is_storable(reason):
        message = f"请写明理由，不超过{LONGEST_REASON}字，不能含控制字符"
        raise InvalidInput(errors=(FieldFault("reason", "理由", message),))
    return loaded, actor


def check_administrator(snapshot: Snapshot, actor: Actor, action: str) -> None:
    """Raise NotAllowed for anybody but an administrator of a leading body; whoever runs the service acts as it."""
    if actor.is_system or capacity_of(snapshot, actor) is not None:
        return
    superior = next(snapshot.tree.ancestors(snapshot.case.bodies["own"]), None)
    who = f"{snapshot.tree.bodies[superior].name}或更上级" if superior is not None else "上级"
    title = snapshot.vocabulary.roles[ROLE].title
    raise NotAllowed(action=action, reason=f"应由领导本单位的{who}党组织的{title}办理，指导单位和本单位都不能办理")


def suspend(
    session: Session, installation: Installation, actor: Actor, case_id: int, reason: str, *, version: int | None = None
) -> Case:
    """Nobody acts on the case and the cases that it has opened, and no timer fires, until it is resumed."""
    loaded, actor = taken(session, installation, actor, case_id, "中止事项", reason, version)
    check_running(loaded.row, "中止事项")
    for row in (loaded.row, *running_below(session, loaded.row)):
        if row.suspended_at is None:
            row.suspended_at = loaded.at
            note(session, loaded, row, "suspended", actor, reason)
    return loaded.row


def resume(
    session: Session, installation: Installation, actor: Actor, case_id: int, reason: str, *, version: int | None = None
) -> Case:
    """Go on, with every deadline moved on by the working days that the pause contained."""
    loaded, actor = taken(session, installation, actor, case_id, "恢复事项", reason, version)
    check_open(loaded.row, "恢复事项")
    since = loaded.row.suspended_at
    if since is None:
        raise Refused(title="恢复事项", reason="事项没有中止，不需要恢复")
    parent = get(session, Case, loaded.row.parent_id) if loaded.row.parent_id else None
    if parent is not None and parent.suspended_at is not None:
        raise Refused(title="恢复事项", reason=f"上级事项 {parent.number} 仍在中止，请先恢复上级事项")
    resumed = [each for each in (loaded.row, *running_below(session, loaded.row)) if each.suspended_at == since]
    for row in resumed:
        days = prolong(session, installation, row, loaded.at)
        row.suspended_at = None
        note(session, loaded, row, "resumed", actor, reason, {"working_days": days})
    session.flush()
    for row in resumed:  # what became possible by itself meanwhile, as when a paper was printed
        settle_case(session, installation, row.id)
    return loaded.row


def terminate(
    session: Session, installation: Installation, actor: Actor, case_id: int, reason: str, *, version: int | None = None
) -> Case:
    """End the case where it stands, and the cases that it has opened. What was issued stays issued."""
    loaded, actor = taken(session, installation, actor, case_id, "终止事项", reason, version)
    check_open(loaded.row, "终止事项")
    for row in (loaded.row, *running_below(session, loaded.row)):
        end(session, row, loaded.at, f"管理员终止：{reason}")
        note(session, loaded, row, "terminated", actor, reason)
    return loaded.row


def end(session: Session, row: Case, at: datetime, reason: str) -> None:
    """Close a case that has not come to an end of its own: tasks, timers, and the paper that it was to issue."""
    row.closed_at, row.suspended_at = at, None
    if row.state == ballots.OPEN_STATE and stage_of(session, row.definition_id).counts_ballots:
        ballots.wait_for_votes(session, row.id)
        ballots.close_box(session, row.id)
    cancel_timers(session, row.id)
    close_tasks(session, row.id, at, None, reason)
    if row.state not in ISSUED:  # a number that was given stays used
        session.execute(update(Document).where(Document.issue_case_id == row.id).values(state=papers.VOIDED))


def check_running(row: Case, title: str) -> None:
    """Raise Refused when the case is over or already suspended."""
    check_open(row, title)
    if row.suspended_at is not None:
        raise Refused(title=title, reason="事项已经中止，请先恢复")


def check_open(row: Case, title: str) -> None:
    """Raise Refused when the case is over."""
    if row.closed_at is not None:
        raise Refused(title=title, reason="事项已经办结或终止")


def running_below(session: Session, row: Case) -> list[Case]:
    """The open cases that a case has opened, and theirs, locked in the one order: a parent before its children."""
    found: list[Case] = []
    level = [row.id]
    while level:
        below = select(Case).where(Case.parent_id.in_(level), Case.closed_at.is_(None)).order_by(Case.id)
        locked = below.with_for_update(key_share=True).execution_options(populate_existing=True)
        rows = list(session.scalars(locked))
        found += rows
        level = [each.id for each in rows]
    return found


def note(
    session: Session, loaded: Loaded, row: Case, fact: str, actor: Actor, reason: str,
    details: dict[str, Any] | None = None, *, source: str | None = None, target: str | None = None,
) -> None:  # fmt: skip
    """The administrative fact in the journal of the case, or of one that goes with it."""
    post, body = capacity_of(loaded.snapshot, actor) or ("", "")
    above = {} if row is loaded.row else {"with": loaded.row.number}
    journal.append(session, row, fact, actor=actor, at=loaded.at, post=post, organization=body, reason=reason,
                   details={**(details or {}), **above}, source=source, target=target)  # fmt: skip
