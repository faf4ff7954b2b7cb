"""Cases are opened: by whoever the product lets open them, for a body or one of its members."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from workflow.definition.model import SYSTEM, Stage
from workflow.engine.rights import persons_of
from workflow.errors import WorkflowError
from workflow.operations.birth import Subject, prospect
from workflow.operations.filling import opening_fields
from workflow.operations.opening import open_case
from workflow.operations.organization.posts import actor
from workflow.operations.reading.openable import Prospect, members, prospect_of
from workflow.simulation.chance import Chance
from workflow.simulation.forms import CARELESS, Clerk
from workflow.simulation.invariants.honours import ASSESSED
from workflow.simulation.pages import somebody
from workflow.simulation.script import pair_of
from workflow.simulation.sending import note, submit
from workflow.simulation.wishes import Entered, opened_for
from workflow.simulation.world import CAMPAIGN, World
from workflow.store.cases import Campaign, Case
from workflow.store.fetching import found_rows
from workflow.store.organization import Organization
from workflow.store.prepared import Prepared

KEY_BYTES = 12
STRANGER = 5  #: percent of openings that somebody tries who may not
CASES_A_BODY = 6
WEIGHTS = {
    "plan": 12, "pledge": 14, "leader_comment": 9, "mass_appraisal": 9, "assessment": 12, "commendation": 14,
    "rectification": 9, "document_receipt": 7, "inspection": 7, "experience_bulletin": 7, "document_issue": 6,
}  #: how often a stage is chosen  # fmt: skip
INSPECTION, BRANCH = "inspection", "branch"
VOTE, VOTED = "vote", {"mass_appraisal": 60}  #: where a seed is after faults in voting, there is something to vote on
COMMENDED, PLEDGED = "commendation", "pledge"
IN_FORCE = ("published", "in_progress")  #: states of a plan
PLEDGES, MORE_PLEDGES = 3, 8  #: of a year, and where a seed is after something in them
HONOURS = 6  #: commendations that follow when everything else has ended
TRIED = 8  #: times that a careful person tries to open something
LED = ("ent_committee", "sub_committee", "general_branch", "branch")
MADE = Prepared(select(func.count()).where(Case.stage == literal(PLEDGED)))


def open_something(world: World, chance: Chance) -> None:
    """Somebody opens a case, where there are not enough yet."""
    with world.reading() as session:
        running = session.scalar(select(func.count()).select_from(Case)) or 0
        if running >= CASES_A_BODY * world.shape.bodies:
            return
        weights = WEIGHTS | (VOTED if pair_of(world.seed)[0] == VOTE else {})
        stage, subject = _intention(session, world, chance, chance.weighted(weights))
    open_for(world, chance, stage, subject)


def open_honours(world: World, chance: Chance, wanted: frozenset[str]) -> None:
    """Those who have been assessed are proposed for a commendation."""
    with world.reading() as session:
        subjects = chance.some(_assessed(session), HONOURS)
    stage = world.definitions.stages[COMMENDED]
    for number, each in enumerate(subjects):
        opened = opened_for(_own(stage, wanted), number)
        any(open_for(world, chance, stage, each, 0, opened) for _ in range(TRIED))


def open_pledges(world: World, chance: Chance, wanted: frozenset[str]) -> None:
    """Where a plan is in force, the body or one of its members makes a pledge; a few in all."""
    stage = world.definitions.stages[PLEDGED]
    most = MORE_PLEDGES if _own(stage, wanted) else PLEDGES
    with world.onlooking() as session:
        ((made,),) = found_rows(session, MADE, {})
        subjects = [] if made >= most else chance.some(_planned(session, world, chance), 1)
    for each in subjects:
        open_for(world, chance, stage, each, CARELESS, opened_for(_own(stage, wanted), made))


def _own(stage: Stage, wanted: frozenset[str]) -> frozenset[str]:
    return wanted & {each.id for each in stage.transitions}


def open_for(
    world: World, chance: Chance, stage: Stage, subject: Subject, careless: int = CARELESS,
    opened: Entered = MappingProxyType({}),
) -> bool:  # fmt: skip
    """Somebody who may opens a case of a stage for a subject; whether it was opened."""
    with world.reading() as session:
        found = _prospect(session, world, chance, stage, subject)
        if found is None:
            return False
        person, prospect, name = found
        clerk = Clerk(chance, prospect.snapshot, prospect.choices, world.today, careless, opened)
        values = clerk.fill(opening_fields(prospect.snapshot), prospect.known)

    def command(session: Session) -> None:
        who = actor(session, person, world.today)
        open_case(session, world.installation, who, campaign_id=CAMPAIGN, stage=stage.stage, subject=subject,
                  values=values)  # fmt: skip

    told = f"{name}为{prospect.body}发起“{stage.title}”"
    return submit(world, chance, person, chance.source.token_bytes(KEY_BYTES), command, told)


def open_intended(world: World, chance: Chance, stage: str, opened: Entered) -> bool:
    """Somebody opens a case of this very stage, with a little care; whether it was opened."""
    for _ in range(TRIED):
        with world.reading() as session:
            found = _intention(session, world, chance, stage)
        if open_for(world, chance, *found, 1, opened):
            return True
    return False


def _intention(session: Session, world: World, chance: Chance, name: str) -> tuple[Stage, Subject]:
    """For whom somebody would like to open a stage; mostly for the assessed what asks for an assessment."""
    stage = world.definitions.stages[name]
    ready = {COMMENDED: lambda: _assessed(session), PLEDGED: lambda: _planned(session, world, chance)}
    if stage.stage in ready and (found := ready[stage.stage]()):
        return stage, chance.pick(found)
    living = select(Organization).where(Organization.kind.in_(LED), Organization.valid_to.is_(None))
    body = chance.pick(_fitting(chance, name, session.scalars(living.order_by(Organization.id)).all()))
    people = members(session, body.id, world.today)
    may_be_member = "member" in stage.subject and stage.opened_by.get("member") != (SYSTEM,)
    about_member = may_be_member and ("organization" not in stage.subject or chance.happens(60))
    return stage, Subject(body.id, chance.pick(list(people)) if people and about_member else None)


def _fitting(chance: Chance, stage: str, bodies: Sequence[Organization]) -> Sequence[Organization]:
    """Who inspects leads somebody, but for those who try."""
    tries = stage != INSPECTION or chance.happens(STRANGER)
    return bodies if tries else [each for each in bodies if each.kind != BRANCH]


def _planned(session: Session, world: World, chance: Chance) -> list[Subject]:
    """The bodies whose plan is in force; or one of the members of each."""
    running = select(Case.organization_id).where(Case.stage == "plan", Case.state.in_(IN_FORCE)).distinct()
    found = []
    for body in session.scalars(running.order_by(Case.organization_id)).all():
        people = list(members(session, body, world.today))
        found.append(Subject(body, chance.pick(people) if people and chance.happens(50) else None))
    return found


def _assessed(session: Session) -> list[Subject]:
    """Who has a final assessment, and has not been proposed yet."""
    columns = select(Case.organization_id, Case.person_id).order_by(Case.organization_id, Case.person_id).distinct()
    proposed = set(session.execute(columns.where(Case.stage == COMMENDED)).all())
    final = session.execute(columns.where(Case.stage == "assessment", Case.state.in_(ASSESSED))).all()
    return [Subject(*each) for each in final if each not in proposed]


def _prospect(
    session: Session, world: World, chance: Chance, stage: Stage, subject: Subject
) -> tuple[int, Prospect, str] | None:
    """The form with which somebody may open this now, and who."""
    person = _opener(session, world, chance, stage, subject)
    if person is None:
        return None
    who = actor(session, person, world.today)
    try:
        found = prospect_of(session, world.installation, who, CAMPAIGN, stage.stage, subject)
    except WorkflowError as refusal:
        note(world, refusal, f"{who.name}想发起“{stage.title}”")
        return None
    return person, found, who.name


def _opener(session: Session, world: World, chance: Chance, stage: Stage, subject: Subject) -> int | None:
    """Somebody who holds one of the roles that open the stage for this subject; now and then anybody."""
    if chance.happens(STRANGER):
        return somebody(session, chance)
    campaign = session.get_one(Campaign, CAMPAIGN)
    try:
        snapshot = prospect(session, world.installation, campaign, stage, subject, {})
    except WorkflowError as refusal:
        note(world, refusal, f"无从发起“{stage.title}”")
        return None
    roles = stage.opened_by.get(subject.kind, ())  # type: ignore[call-overload]
    people = sorted({each for role in roles for each in persons_of(snapshot, role)})
    return chance.pick(people) if people else None
