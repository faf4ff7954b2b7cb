"""A person opens a case of one of the campaign's stages, for a body or a member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.campaign import CampaignStage, Requirement
from workflow.engine.actor import Actor
from workflow.engine.registry import GUARDS
from workflow.engine.rights import holds, post_addresses, role_title
from workflow.engine.snapshot import Situation, Snapshot
from workflow.errors import NotAllowed, NotFound, Refused
from workflow.operations.birth import Birth, Subject, bear, opening_situation, prospect
from workflow.operations.documents.prefilling import beginning
from workflow.operations.filling import opening_fields, read_form
from workflow.operations.following import follow
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import PARTY
from workflow.store import cases as rows
from workflow.store.fetching import get

OWN = "own"  #: base of the body that a case is about
SETUP = "enterprise_has_leading_group"  #: guard of an enterprise that has not been set up yet
TARGET, SECRETARY = "target", "secretary"  #: field and value of a case about whoever leads the body


def open_case(
    session: Session, installation: Installation, actor: Actor, *, campaign_id: int, stage: str, subject: Subject,
    values: Mapping[str, Any],
) -> rows.Case:  # fmt: skip
    """A person opens a case of one of the stages. Raises InvalidInput, NotAllowed or Refused."""
    campaign = get(session, rows.Campaign, campaign_id)
    definition = installation.definitions.stages.get(stage)
    if campaign is None or definition is None or not definition.is_openable or subject.kind not in definition.subject:
        raise NotFound(what="这个环节")
    if campaign.closed_at is not None:
        raise Refused(title=f"发起{definition.title}", guard="campaign_is_open",
                      reason=f"“{campaign.title}”已经结束，不再发起新的事项")  # fmt: skip
    snapshot = prospect(session, installation, campaign, definition, subject, {})
    check_opening(snapshot, installation, actor, values)
    data = read_form(session, snapshot, opening_fields(snapshot), values)
    snapshot = prospect(session, installation, campaign, definition, subject, data)
    check_guards(snapshot, actor)
    day = installation.today(snapshot.case.opened_at, snapshot.zone)
    known = {**beginning(session, installation, snapshot, day), **data}
    snapshot = replace(snapshot, case=replace(snapshot.case, data=known))
    loaded, step = bear(session, installation, campaign, snapshot, Birth(actor))
    follow(session, installation, loaded, step)
    return loaded.row


def check_opening(
    snapshot: Snapshot, installation: Installation, actor: Actor, values: Mapping[str, Any] | None = None
) -> None:
    """Whether this person may open this case, and whether the stages before it have come far enough.

    With the values that are entered, also whether it is about somebody who belongs to the body.
    """
    definition = snapshot.definition
    roles = definition.opened_by.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    if not any(holds(snapshot, actor, role) for role in roles):
        who = "、".join(role_title(snapshot, role) for role in roles)
        raise NotAllowed(action=f"发起{definition.title}", reason=f"应由{who}发起")
    if values is not None:
        _check_subject(snapshot, values)
    check_order(snapshot, installation, actor)


def check_order(snapshot: Snapshot, installation: Installation, actor: Actor) -> None:
    """Whether the enterprise is set up and the stages before have come far enough, whoever opens the case."""
    definition = snapshot.definition
    roles = definition.opened_by.get(snapshot.case.subject, ())  # type: ignore[call-overload]
    if any(role.partition(".")[0] == OWN for role in roles):  # what a body begins itself goes up in the end (R66)
        _check(SETUP, opening_situation(snapshot, actor))
    for name in definition.open_when:
        _check(name, opening_situation(snapshot, actor))
    stage = _campaign_stage(installation, definition.stage)
    for requirement in stage.requires:
        if not _is_met(snapshot, requirement):
            raise Refused(title=f"发起{definition.title}", guard=f"requires_{requirement.stage}",
                          reason=requirement.message)  # fmt: skip
    for obstacle in stage.blocked_by:
        if _is_met(snapshot, obstacle):
            raise Refused(title=f"发起{definition.title}", guard=f"blocked_by_{obstacle.stage}",
                          reason=obstacle.message)  # fmt: skip


def _check_subject(snapshot: Snapshot, values: Mapping[str, Any]) -> None:
    """A case about a person is opened in the body to which the person belongs; one about its secretary, by the post."""
    person, own = snapshot.case.person, snapshot.case.bodies["own"]
    if person is None:
        return
    belonging = {(own, post) for post in PARTY}
    if values.get(TARGET) == SECRETARY:
        belonging |= set(post_addresses(snapshot, "own.leader"))
    if person.posts.isdisjoint(belonging):
        body = snapshot.tree.bodies[own].name
        reason = f"{person.name}不是{body}的党员，请在本人组织关系所在的党支部办理"
        raise Refused(title=f"发起{snapshot.definition.title}", guard="subject_belongs", reason=reason)


def _is_met(snapshot: Snapshot, requirement: Requirement) -> bool:
    """Whether a case of the body (or of the very subject) stands in one of the states."""
    about_subject = requirement.of == "subject" and snapshot.case.person is not None
    return any(
        each.stage == requirement.stage and each.state in requirement.states
        and (each.same_person or not about_subject)
        for each in snapshot.related
    )  # fmt: skip


def check_guards(snapshot: Snapshot, actor: Actor) -> None:
    """The guards that a stage puts before its opening."""
    situation = opening_situation(snapshot, actor)
    for name in snapshot.definition.open_guards:
        _check(name, situation)


def _check(guard: str, situation: Situation) -> None:
    if reason := GUARDS[guard](situation):
        raise Refused(title=f"发起{situation.snapshot.definition.title}", guard=guard, reason=reason)


def _campaign_stage(installation: Installation, stage: str) -> CampaignStage:
    found = (each for each in installation.definitions.campaign.stages if each.stage == stage)
    return next(found, CampaignStage(stage=stage))
