"""What people do for many at once: launch a stage over a tree, act on a batch of cases, sign for what has arrived.

Also whoever keeps the organisation's records, and hands in a file with new bodies and people.
"""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage
from workflow.engine.rights import persons_of
from workflow.errors import WorkflowError
from workflow.operations.attaching import File
from workflow.operations.birth import Subject, prospect
from workflow.operations.documents.receiving import clerks_of, sign_for
from workflow.operations.importing.handing_in import hand_in
from workflow.operations.many.batching import Chosen, offers, start_batch
from workflow.operations.many.launching import ROLES, Wanted, launchable, prospects_of, start_launch
from workflow.operations.organization.posts import actor
from workflow.simulation.chance import Chance
from workflow.simulation.forms import Clerk
from workflow.simulation.opening import LED
from workflow.simulation.pages import open_task, reached
from workflow.simulation.reorganizing import keeper_of
from workflow.simulation.sending import Command, note, submit
from workflow.simulation.world import CAMPAIGN, World
from workflow.store.cases import Campaign, Case
from workflow.store.organization import Organization
from workflow.store.receipts import Receipt

KEY_BYTES = 12
MOST = 8  #: cases that a launch may concern, so that a year stays small
BATCHED = 5  #: cases in a batch, at most
WRONG = 30  #: percent of files with a fault in them
REASON = "情况属实"


def launch(world: World, chance: Chance) -> None:
    """An office opens a stage for every body or member below it."""
    stage = chance.pick(launchable(world.installation))
    with world.reading() as session:
        try:
            found = _launch(session, world, chance, stage)
        except WorkflowError as refusal:
            note(world, refusal, f"统一发起“{stage.title}”")
            return
    if found is None:
        return
    person, node, wanted = found

    def command(session: Session) -> None:
        again = actor(session, person, world.today)
        about = prospects_of(session, world.installation, again, CAMPAIGN, stage.stage, node)
        start_launch(session, world.installation, again, about, wanted)

    _submit(world, chance, person, command, f"统一发起“{stage.title}”")


def _launch(session: Session, world: World, chance: Chance, stage: Stage) -> tuple[int, int, Wanted] | None:
    """Who launches it from where, as far as it concerns a few."""
    bodies = select(Organization.id).where(Organization.kind.in_(LED), Organization.valid_to.is_(None))
    node = chance.pick(session.scalars(bodies.order_by(Organization.id)).all())
    snapshot = prospect(session, world.installation, session.get_one(Campaign, CAMPAIGN), stage, Subject(node), {})
    people = sorted({each for role in ROLES for each in persons_of(snapshot, role)})
    if not people:
        return None
    person = chance.pick(people)
    who = actor(session, person, world.today)
    about = prospects_of(session, world.installation, who, CAMPAIGN, stage.stage, node)
    subject = chance.pick(list(about.counts))
    kinds = [each for each, many in about.counts[subject].items() if many]
    if not kinds or about.number_of(subject, kinds) > MOST:
        return None
    values = Clerk(chance, snapshot, about.choices, world.today).fill(about.fields, {})
    return person, node, Wanted(subject, kinds, values)


def batch(world: World, chance: Chance) -> None:
    """Somebody does the same with several cases that wait for them in the same state."""
    with world.reading() as session:
        task = open_task(session, chance)
        people = reached(session, world, task[1]) if task else []
        if task is None or not people:
            return
        person, first = chance.pick(people), session.get_one(Case, task[0])
        who = actor(session, person, world.today)
        alike = select(Case).where(Case.stage == first.stage, Case.state == first.state, Case.closed_at.is_(None))
        rows = session.scalars(alike.order_by(Case.id).limit(BATCHED)).all()
        chosen = [Chosen(each.number, each.version) for each in rows]
        try:
            found = offers(session, world.installation, who, chosen)
        except WorkflowError as refusal:
            note(world, refusal, "批量办理")
            return
        if not found:
            return
        offer = chance.pick(found)

    def command(session: Session) -> None:
        again = actor(session, person, world.today)
        start_batch(session, world.installation, again, chosen, offer.trigger, REASON)

    _submit(world, chance, person, command, f"{who.name}批量办理“{offer.title}”{len(chosen)}件")


def sign_for_papers(world: World, chance: Chance) -> None:
    """The clerk of a body signs for documents that have arrived."""
    with world.reading() as session:
        waiting = select(Receipt.organization_id).where(Receipt.signed_at.is_(None)).distinct()
        bodies = session.scalars(waiting.order_by(Receipt.organization_id)).all()
        if not bodies:
            return
        body = chance.pick(bodies)
        mine = select(Receipt.id).where(Receipt.organization_id == body, Receipt.signed_at.is_(None))
        receipts = chance.some(session.scalars(mine.order_by(Receipt.id)), BATCHED)
        clerks = clerks_of(session, world.installation, body)
        if not clerks:
            return
        person = chance.pick(clerks)

    def command(session: Session) -> None:
        sign_for(session, world.installation, actor(session, person, world.today), body, receipts)

    _submit(world, chance, person, command, f"签收来文{len(receipts)}件")


def hand_in_file(world: World, chance: Chance) -> None:
    """Who keeps the records hands in a file with a new branch and a member of it; now and then with a fault."""
    with world.reading() as session:
        person = keeper_of(session, world, chance)
        above = select(Organization.code).where(Organization.kind.in_(LED[:3]), Organization.valid_to.is_(None))
        superior = chance.pick(session.scalars(above.order_by(Organization.id)).all())
    code = f"N{chance.below(10_000):04}"
    kind = "没有这一类" if chance.happens(WRONG) else "branch"
    since = world.today.isoformat()
    data = {
        "organizations": [{"code": code, "name": f"{code}党支部", "short_name": f"{code}党支部", "kind": kind,
                           "lead": superior, "since": since}],
        "people": [{"number": code, "name": "新进人员", "party_status": "full", "posts": [f"{code}.full_member"],
                    "since": since}],
    }  # fmt: skip

    def command(session: Session) -> None:
        file = File("新建组织.yaml", json.dumps(data, ensure_ascii=False).encode())
        hand_in(session, world.installation, actor(session, person, world.today), file)

    _submit(world, chance, person, command, f"交来{code}的组织和人员文件")


def _submit(world: World, chance: Chance, person: int, command: Command, told: str) -> None:
    if submit(world, chance, person, chance.source.token_bytes(KEY_BYTES), command, told):
        world.seen[f"for many: {command.__qualname__.partition('.')[0]}"] += 1
