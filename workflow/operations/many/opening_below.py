"""The job of a launch: open the stage for one body or member after another, some in each transaction.

How far it has come stands in the launch itself and is written with what was opened, so after a crash nothing is opened
twice and nothing is left out. A body is locked while it is looked at: of two launches the second finds what the first
has opened.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from workflow import clock, randomness
from workflow.engine.actor import Actor
from workflow.errors import WorkflowError
from workflow.operations.birth import Birth, Subject, bear, prospect
from workflow.operations.following import follow
from workflow.operations.installation import Installation
from workflow.operations.many.launching import may_go_on, put_on
from workflow.operations.many.subjects_below import subjects_below
from workflow.operations.opening import check_guards, check_order
from workflow.operations.organization.posts import actor as actor_of
from workflow.operations.organization.trees import Lines, lines_of
from workflow.store.cases import Campaign, Case
from workflow.store.fetching import get_one
from workflow.store.launches import Launch, LaunchRefusal
from workflow.store.organization import Organization
from workflow.store.session import writing

CHUNK = 50  #: bodies or members of one transaction
SLICE = 10  #: chunks of one job; then another job goes on, so that more urgent ones need not wait for the end

log = logging.getLogger(__name__)

Pair = tuple[int, int]  #: body and member, 0 for the body itself


def work_launch(engine: Engine, installation: Installation, launch_id: int) -> None:
    """Go on with a launch for a while; the next job is put in with the last chunk. A repeat is harmless."""
    for number, _ in enumerate(work_chunks(engine, installation, launch_id, lasting=SLICE), 1):
        if number == SLICE:
            return


def work_chunks(
    engine: Engine, installation: Installation, launch_id: int, lasting: int | None = None
) -> Iterator[int]:
    """Chunk by chunk, with the number dealt with so far; after `lasting` chunks the rest is left to another job."""
    done = 0
    while True:
        with writing(engine) as session:
            launch = session.get_one(Launch, launch_id, with_for_update=True)
            if launch.finished_at is not None:
                return
            _chunk(session, installation, launch)
            done += 1
            if done == lasting and launch.finished_at is None:
                put_on(session, installation, launch)
            dealt_with = launch.opened + launch.kept + launch.refused
        yield dealt_with


def _chunk(session: Session, installation: Installation, launch: Launch) -> None:
    now, node = clock.now(), get_one(session, Organization, launch.organization_id)
    today = installation.today(now, node.timezone)
    person = actor_of(session, launch.person_id, today)
    if not may_go_on(session, installation, person, launch):
        launch.stopped_at = launch.finished_at = now
        return
    after = (launch.after_body, launch.after_person)
    found = session.execute(subjects_below(node.path, launch.subject, launch.kinds, today, after, CHUNK))
    pairs: list[Pair] = [(body, member) for body, member in found]
    held = _held(session, launch, sorted({body for body, _ in pairs}))
    opener = Opener(session, installation, launch, person, lines_of(session, {body for body, _ in pairs}, today))
    for pair in pairs:
        if pair in held:
            launch.kept += 1
        else:
            opener.try_to_open(pair)
    if pairs:
        launch.after_body, launch.after_person = pairs[-1]
    if len(pairs) < CHUNK:
        launch.finished_at = now


def _held(session: Session, launch: Launch, bodies: Sequence[int]) -> set[Pair]:
    """Who has a case of the stage already; the bodies are locked first, in order."""
    lock = select(Organization.id).where(Organization.id.in_(bodies)).order_by(Organization.id)
    session.execute(lock.with_for_update(key_share=True))
    found = select(Case.organization_id, Case.person_id).where(
        Case.campaign_id == launch.campaign_id, Case.organization_id.in_(bodies), Case.stage == launch.stage,
        Case.parent_id.is_(None),
    )  # fmt: skip
    if launch.repeats:
        found = found.where(Case.closed_at.is_(None))
    return {(body, person or 0) for body, person in session.execute(found)}


@dataclass(frozen=True)
class Opener:
    """Opens cases one after another in one transaction."""

    session: Session
    installation: Installation
    launch: Launch
    person: Actor
    lines: Lines

    def try_to_open(self, pair: Pair) -> None:
        """One body or member. A refusal or a fault is its own; only a lost database stops the job, to be repeated."""
        try:
            with self.session.begin_nested():
                self._open(pair)
        except (OperationalError, InterfaceError):
            raise
        except WorkflowError as error:
            self._refuse(pair, error.message)
        except Exception:
            incident = randomness.incident(clock.now())
            log.exception("incident %s: launch %s failed for %s", incident, self.launch.id, pair)
            self._refuse(pair, f"系统出现故障，没有发起，事件编号 {incident}")
        else:
            self.launch.opened += 1

    def _open(self, pair: Pair) -> None:
        campaign = get_one(self.session, Campaign, self.launch.campaign_id)
        definition = self.installation.definitions.stages[self.launch.stage]
        subject = Subject(pair[0], pair[1] or None)
        data = dict.fromkeys(definition.opening) | self.launch.values
        snapshot = prospect(self.session, self.installation, campaign, definition, subject, data, lines=self.lines)
        check_order(snapshot, self.installation, self.person)
        check_guards(snapshot, self.person)
        born = Birth(self.person, launch=self.launch.id)
        follow(self.session, self.installation, *bear(self.session, self.installation, campaign, snapshot, born))

    def _refuse(self, pair: Pair, reason: str) -> None:
        self.launch.refused += 1
        refusal = LaunchRefusal(launch_id=self.launch.id, organization_id=pair[0], person_id=pair[1], reason=reason)
        self.session.add(refusal)
