"""Open a stage for every body or member below a node: who may, what is asked once for all, how many it concerns.

Along the tree of Party affiliation alone. A launch is stored before anything is opened, and worked off by a durable
job (operations.many.opening_below).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.field import Field, FieldType
from workflow.definition.model import Stage
from workflow.engine.actor import Actor
from workflow.engine.forms import Choices, FieldFault, Form, Values
from workflow.engine.rights import holds, role_title
from workflow.engine.snapshot import Snapshot
from workflow.errors import InvalidInput, NotAllowed, NotFound, Refused
from workflow.operations.birth import Subject, prospect
from workflow.operations.filling import choices, opening_fields
from workflow.operations.installation import Installation
from workflow.operations.many.subjects_below import count_below
from workflow.store.cases import Campaign
from workflow.store.fetching import get, get_one
from workflow.store.jobs import Priority
from workflow.store.launches import Launch
from workflow.store.organization import Organization

JOB = "launch"  #: kind of the job
#: Of the node: the office that prepares what its committee decides, or its first responsible person.
ROLES = ("own.office", "own.secretary")
OF_A_BODY = frozenset({FieldType.PERSON, FieldType.PEOPLE, FieldType.ORGANIZATION})  #: another one in each body


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to open, and for whom."""

    subject: str  #: organization or member
    kinds: Sequence[str]  #: of the bodies
    values: Mapping[str, Any]  #: as typed
    repeats: bool = False  #: also where the stage has been finished before


@dataclass(frozen=True)
class Prospects:
    """What may be launched from a node."""

    campaign: Campaign
    node: Organization
    stage: Stage
    fields: tuple[Field, ...]  #: asked once for all
    choices: Choices
    counts: Mapping[str, Mapping[str, int]]  #: subject → kind of body → how many

    def number_of(self, subject: str, kinds: Sequence[str]) -> int:
        """How many bodies or members are concerned. Raises InvalidInput when nobody is."""
        offered = self.counts.get(subject)
        if offered is None:
            raise InvalidInput(errors=(FieldFault("subject", "对象", "请选择为组织还是为党员发起"),))
        if not kinds or not set(kinds) <= offered.keys():
            raise InvalidInput(errors=(FieldFault("kinds", "组织类型", "请至少选择一类组织"),))
        return sum(offered[each] for each in set(kinds))

    def read(self, raw: Mapping[str, Any]) -> Values:
        """Typed values for every case; InvalidInput carries every fault at once."""
        form = Form(self.fields, self.choices)
        values = form.read(raw)
        if form.faults:
            raise InvalidInput(errors=tuple(form.faults))
        return values


def launchable(installation: Installation) -> list[Stage]:
    """The stages that can be opened over a tree, in order."""
    definitions = installation.definitions
    return [definitions.stages[each.stage] for each in definitions.campaign.stages if each.launch]


def prospects_of(
    session: Session, installation: Installation, actor: Actor, campaign_id: int, stage: str, node_id: int
) -> Prospects:
    """What the form of a launch shows. Raises NotFound, NotAllowed or Refused."""
    campaign, node = get(session, Campaign, campaign_id), get(session, Organization, node_id)
    definition = next((each for each in launchable(installation) if each.stage == stage), None)
    if campaign is None or node is None or definition is None:
        raise NotFound(what="这个可以统一发起的环节")
    snapshot = prospect(session, installation, campaign, definition, Subject(node.id), {})
    _check_right(snapshot, actor)
    if campaign.closed_at is not None:
        reason = f"“{campaign.title}”已经结束，不再发起新的事项"
        raise Refused(title=f"统一发起{definition.title}", guard="campaign_is_open", reason=reason)
    words, today = installation.definitions.organization, installation.today(clock.now(), node.timezone)
    counts: dict[str, dict[str, int]] = {
        each: count_below(session, words, node.path, each, today) for each in definition.subject
    }
    return Prospects(campaign, node, definition, common_fields(snapshot), choices(session, snapshot), counts)


def start_launch(
    session: Session, installation: Installation, actor: Actor, about: Prospects, wanted: Wanted
) -> Launch:
    """Store the launch and put its job into the same transaction. Raises InvalidInput."""
    total = about.number_of(wanted.subject, wanted.kinds)
    launch = Launch(
        campaign_id=about.campaign.id, stage=about.stage.stage, subject=wanted.subject, organization_id=about.node.id,
        kinds=sorted(wanted.kinds), values=about.read(wanted.values), repeats=wanted.repeats,
        person_id=actor.person_id, made_at=clock.now(), total=total,
    )  # fmt: skip
    session.add(launch)
    session.flush()
    put_on(session, installation, launch)
    return launch


def put_on(session: Session, installation: Installation, launch: Launch) -> None:
    """Let a worker go on with it from where it has come to."""
    key = f"{launch.id}:{launch.after_body}:{launch.after_person}"
    installation.jobs.enqueue(session, JOB, key, priority=Priority.BULK, launch_id=launch.id)


def stop_launch(session: Session, actor: Actor, launch_id: int) -> Launch:
    """Open no more; what is opened stays. Only for whoever started it."""
    launch = own_launch(session, actor, launch_id)
    session.refresh(launch, with_for_update=True)
    if launch.finished_at is None:
        launch.stopped_at = launch.finished_at = clock.now()
    return launch


def own_launch(session: Session, actor: Actor, launch_id: int) -> Launch:
    """A launch, for the person who started it alone."""
    launch = get(session, Launch, launch_id)
    if launch is None or launch.person_id != actor.person_id:
        raise NotFound(what="这次统一发起")
    return launch


def common_fields(snapshot: Snapshot) -> tuple[Field, ...]:
    """The opening fields that can be filled in for all; what can be added in the first state need not be."""
    definition = snapshot.definition
    staying = (each for each in definition.leaving(definition.initial)
               if each.target(definition.initial) == definition.initial)  # fmt: skip
    amended = {field.name for each in staying for field in definition.asked(each)}
    asked = (each for each in opening_fields(snapshot) if each.type not in OF_A_BODY)
    return tuple(each.model_copy(update={"required": each.required and each.name not in amended}) for each in asked)


def may_go_on(session: Session, installation: Installation, actor: Actor, launch: Launch) -> bool:
    """Whether whoever started it still holds the post that it takes; a right ends with the post at once."""
    campaign, definition = get_one(session, Campaign, launch.campaign_id), installation.definitions.stages[launch.stage]
    node = Subject(launch.organization_id)
    return campaign.closed_at is None and is_entitled(
        prospect(session, installation, campaign, definition, node, {}), actor
    )


def is_entitled(snapshot: Snapshot, actor: Actor) -> bool:
    """Whether the actor may open stages for everything below the case's own body."""
    return any(holds(snapshot, actor, role) for role in ROLES)


def _check_right(snapshot: Snapshot, actor: Actor) -> None:
    if not is_entitled(snapshot, actor):
        who = "、".join(role_title(snapshot, role) for role in ROLES)
        raise NotAllowed(action=f"统一发起{snapshot.definition.title}", reason=f"应由{who}发起")
