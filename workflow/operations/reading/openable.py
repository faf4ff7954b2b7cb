"""Which stages a person may open for a body, and why not the others. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.model import SYSTEM, Stage
from workflow.engine.actor import Actor
from workflow.engine.forms import Choices
from workflow.engine.routing import Origin, RoutingError, resolve
from workflow.engine.snapshot import CaseFacts, Member, Related, Snapshot
from workflow.errors import NotAllowed, NotFound, Refused
from workflow.operations.birth import Subject, prospect
from workflow.operations.filling import choices
from workflow.operations.installation import Installation
from workflow.operations.loading import snapshot_of
from workflow.operations.many.launching import is_entitled, launchable
from workflow.operations.opening import check_opening
from workflow.operations.organization.posts import DAY, PARTY, in_force
from workflow.operations.organization.trees import present_tree
from workflow.operations.reading.words import once
from workflow.store.cases import Campaign, Case
from workflow.store.fetching import found_rows, get, get_one
from workflow.store.organization import Organization
from workflow.store.people import Person, Post
from workflow.store.prepared import Prepared

SELF = "self"


@dataclass(frozen=True)
class Opening:
    """Whether a stage may be opened, for the body itself or for members of it."""

    stage: str
    for_body: bool
    for_members: bool
    is_self: bool  #: a member opens it for himself alone
    refusal: str  #: why the person's own right does not help yet; empty when it does, or when it is not theirs
    may_launch: bool  #: for everything below as well

    @property
    def is_allowed(self) -> bool:
        """Whether there is anything to open."""
        return self.for_body or self.for_members


def openings(
    session: Session, installation: Installation, actor: Actor, campaign: Campaign, body_id: int,
    cases: Sequence[Case], *, led: Sequence[int], has_members: bool,
) -> dict[str, Opening]:  # fmt: skip
    """For each stage that persons open, what this person may open. `cases` are those of the body, `led` those below."""
    if campaign.closed_at is not None:
        return {}
    known = [each for each in installation.definitions.stages.values() if each.is_openable]
    base = replace(_base(session, installation, campaign, known[0], body_id), led=led)
    subjects = ("organization", "member") if has_members else ("organization",)
    return {each.stage: _opening(installation, actor, base, each, cases, subjects) for each in known}


def unplanned(installation: Installation) -> list[Stage]:
    """Stages that persons open whenever there is need: an inspection, a bulletin, a document in or out."""
    planned = {each.stage for each in installation.definitions.campaign.stages}
    return [each for name, each in installation.definitions.stages.items() if each.is_openable and name not in planned]


def _base(session: Session, installation: Installation, campaign: Campaign, stage: Stage, body_id: int) -> Snapshot:
    """What all the prospective cases of a body share: the tree, the words, the parameters."""
    own, at = get_one(session, Organization, body_id), clock.now()
    today = installation.today(at, own.timezone)
    facts = CaseFacts(0, "", stage.stage, stage.initial, 1, "organization", {"own": own.id}, {}, at)
    tree = present_tree(session, installation, [own.id], today)
    return snapshot_of(session, installation, campaign, stage, facts, own, today, tree=tree)


def _opening(
    installation: Installation, actor: Actor, base: Snapshot, definition: Stage, cases: Sequence[Case],
    subjects: Sequence[str],
) -> Opening:  # fmt: skip
    allowed, refusal = set[str](), ""
    for subject in (each for each in definition.subject if each in subjects):
        snapshot = _as_opened(base, actor, definition, subject, cases)
        if snapshot is None:
            continue
        try:
            check_opening(snapshot, installation, actor)
            allowed.add(subject)
        except Refused as refused:
            refusal = str(refused.facts["reason"])
        except NotAllowed:
            continue
    is_self = SELF in definition.opened_by.get("member", ())
    may_launch = definition in launchable(installation) and is_entitled(base, actor)
    return Opening(definition.stage, "organization" in allowed, "member" in allowed, is_self, refusal, may_launch)


def _as_opened(base: Snapshot, actor: Actor, definition: Stage, subject: str, cases: Sequence[Case]) -> Snapshot | None:
    """The prospective case over the tree that is already loaded; None when the body has no such superior."""
    own = base.case.bodies["own"]
    rules = {
        name: rule if isinstance(rule, str) else rule[subject]  # type: ignore[index]
        for name, rule in definition.bodies.items()
    }
    origin = Origin(own, {}, {})
    try:
        found = {name: resolve(rule, base.tree, base.vocabulary, origin) for name, rule in rules.items()}
    except RoutingError:
        return None
    is_member = any(body == own and post in PARTY for body, post in actor.posts)
    person = (
        Member(actor.person_id if is_member and actor.person_id else 0, "", "full") if subject == "member" else None
    )
    facts = replace(
        base.case, stage=definition.stage, state=definition.initial, subject=subject, person=person,
        bodies={name: body for name, body in found.items() if body is not None},
    )  # fmt: skip
    about = [
        Related(each.id, each.number, each.stage, each.state, each.closed_at is not None, each.person_id is not None,
                each.data)
        for each in cases
    ]  # fmt: skip
    return replace(base, definition=definition, case=facts, related=about)


def members(session: Session, body_id: int, day: date) -> Mapping[int, str]:
    """The Party members of a body, by id: the persons for whom a case about a member can be opened."""
    rows = found_rows(session, MEMBERS, {"body": body_id, "day": day})
    return {person: name for person, name in rows}  # noqa: C416 - rows are lists


MEMBERS = Prepared(
    select(Person.id, Person.name)
    .join(Post, Post.person_id == Person.id)
    .where(Post.organization_id == bindparam("body"), or_(*(Post.code == each for each in PARTY)), in_force(DAY))
    .order_by(Person.name, Person.id)
)


@dataclass(frozen=True)
class Prospect:
    """A case about to be opened: whom it may be about, what is known already, what the form may offer."""

    campaign_id: int
    campaign: str
    body: str
    subject: Subject
    snapshot: Snapshot
    choices: Choices
    known: Mapping[str, Any]  #: what an earlier case of the same subject said, to be edited instead of typed again
    is_allowed: bool  #: for the subject that is chosen; otherwise another has to be chosen first
    members: Mapping[int, str]  #: persons whom the case may be about instead of the body

    @property
    def stage(self) -> Stage:
        """The definition."""
        return self.snapshot.definition


def prospect_of(
    session: Session, installation: Installation, actor: Actor, campaign_id: int, stage: str, subject: Subject
) -> Prospect:
    """What the opening form shows. Raises NotFound, NotAllowed or Refused when it need not be shown."""
    campaign = get(session, Campaign, campaign_id)
    definition = installation.definitions.stages.get(stage)
    if campaign is None or definition is None or not definition.is_openable:
        raise NotFound(what="这个环节")
    people = _subjects(session, installation, actor, definition, subject.organization_id)
    if subject.person_id is None and "organization" not in definition.subject and len(people) == 1:
        subject = Subject(subject.organization_id, next(iter(people)))
    if subject.person_id is not None and subject.person_id not in people:
        raise NotFound(what="这名党员")
    snapshot = prospect(session, installation, campaign, definition, subject, {})
    refusal = _refusal(installation, actor, snapshot)
    if refusal is not None and (subject.person_id is not None or not people):
        raise refusal
    return Prospect(
        campaign.id, campaign.title, snapshot.tree.bodies[subject.organization_id].name, subject, snapshot,
        once(choices(session, snapshot)), _known(session, definition, subject), refusal is None, people,
    )  # fmt: skip


def _subjects(
    session: Session, installation: Installation, actor: Actor, definition: Stage, body_id: int
) -> Mapping[int, str]:
    """The members of the body about whom this person may open a case of the stage: oneself alone, or any."""
    if "member" not in definition.subject or definition.opened_by.get("member") == (SYSTEM,):
        return {}
    people = members(session, body_id, installation.today(clock.now()))
    if SELF in definition.opened_by.get("member", ()):
        return {key: name for key, name in people.items() if key == actor.person_id}
    return people


def _refusal(installation: Installation, actor: Actor, snapshot: Snapshot) -> NotAllowed | Refused | None:
    """Why the case may not be opened for this subject."""
    if snapshot.case.subject not in snapshot.definition.subject:
        return NotAllowed(action=f"发起{snapshot.definition.title}", reason="这一环节只针对党员，请先选择对象")
    try:
        check_opening(snapshot, installation, actor)
    except (NotAllowed, Refused) as refused:
        return refused
    return None


def _known(session: Session, definition: Stage, subject: Subject) -> Mapping[str, Any]:
    """The opening data of the subject's latest case of this stage: nothing is asked twice."""
    about = {"stage": definition.stage, "body": subject.organization_id, "person": subject.person_id}
    data: Mapping[str, Any] = next((each for (each,) in found_rows(session, LATEST, about)), {})
    return {name: data[name] for name in definition.opening if data.get(name) is not None}


LATEST = Prepared(
    select(Case.data)
    .where(Case.stage == bindparam("stage"), Case.organization_id == bindparam("body"),
           Case.person_id.is_not_distinct_from(bindparam("person", type_=Case.person_id.type)))
    .order_by(Case.id.desc())
    .limit(1)
)  # fmt: skip
