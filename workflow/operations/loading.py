"""Lock a case and show it to the engine: the one place where rows become a snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.campaign import Criteria
from workflow.definition.model import Stage
from workflow.engine.routing import Address, Tree
from workflow.engine.snapshot import (
    Ballots,
    CaseFacts,
    Snapshot,
)  # fmt: skip
from workflow.errors import NotFound
from workflow.operations import ballots
from workflow.operations.installation import Installation
from workflow.operations.posts import holders, member, members_below
from workflow.operations.publishing import stage_of
from workflow.operations.surroundings import (
    Later,
    children_of,
    history_of,
    papers_of,
    peers_of,
    related_to,
    signatures_of,
)  # fmt: skip
from workflow.operations.trees import load_tree
from workflow.operations.turns import turns_of
from workflow.store import cases as rows
from workflow.store.organization import Organization


@dataclass(frozen=True)
class Loaded:
    """A case row with what the engine sees of it."""

    row: rows.Case
    campaign: rows.Campaign
    stage: Stage
    snapshot: Snapshot
    at: datetime
    today: date

    @property
    def is_abandoned(self) -> bool:
        """Closed without having reached an end, because the parent went on without it. An ended case may have acts."""
        return self.row.closed_at is not None and not self.stage.states[self.row.state].final

    @property
    def is_at_rest(self) -> bool:
        """Nobody acts on it, and nothing happens by itself."""
        return self.is_abandoned or self.row.suspended_at is not None


def lock_family(session: Session, case_id: int) -> rows.Case:
    """Lock a case after its parents, topmost first: one order for acts that climb and acts that descend."""
    line = [case_id]
    while (parent := session.scalar(select(rows.Case.parent_id).where(rows.Case.id == line[-1]))) is not None:
        line.append(parent)
    found = None
    for each in reversed(line):
        query = select(rows.Case).where(rows.Case.id == each).with_for_update(key_share=True)
        found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(what="这件事项")
    return found


def load(session: Session, installation: Installation, case_id: int, *, lock: bool = False) -> Loaded:
    """The case as it stands now. With `lock`, nobody else can act on it until the transaction ends."""
    row = lock_family(session, case_id) if lock else session.get(rows.Case, case_id)
    if row is None:
        raise NotFound(what="这件事项")
    return _loaded(session, installation, row, lock)


def _loaded(session: Session, installation: Installation, row: rows.Case, lock: bool) -> Loaded:
    at = clock.now()
    campaign = session.get_one(rows.Campaign, row.campaign_id)
    own = session.get_one(Organization, row.organization_id)
    today = installation.today(at, own.timezone)
    stage = stage_of(session, row.definition_id)
    bodies = session.execute(
        select(rows.CaseBody.base, rows.CaseBody.organization_id).where(rows.CaseBody.case_id == row.id)
    )
    facts = _facts(session, row, {each.base: each.organization_id for each in bodies}, today)
    if lock and stage.counts_ballots:
        ballots.wait_for_votes(session, row.id)  # before they are counted
    snapshot = snapshot_of(session, installation, campaign, stage, facts, own, today, lock=lock)
    return Loaded(row, campaign, stage, snapshot, at, today)


def snapshot_of(
    session: Session, installation: Installation, campaign: rows.Campaign, stage: Stage, facts: CaseFacts,
    own: Organization, today: date, *, tree: Tree | None = None, lock: bool = False,
) -> Snapshot:  # fmt: skip
    """A snapshot of a case, stored or about to be opened. With `lock`, its peers cannot change meanwhile."""

    def holders_now(addresses: Sequence[Address]) -> Sequence[int]:
        return holders(session, addresses, today)

    return Snapshot(
        definition=stage,
        case=facts,
        tree=tree or load_tree(session, {*facts.bodies.values(), *_bodies_of(facts)}, today),
        vocabulary=installation.definitions.organization,
        criteria=Criteria.model_validate(campaign.criteria),
        parameters=campaign.parameters,
        calendar=installation.calendar,
        holders=holders_now,
        zone=own.timezone,
        business_day_end=installation.settings.business_day_end,
        history=Later(lambda: history_of(session, facts.id, ZoneInfo(own.timezone))),
        signatures=Later(lambda: signatures_of(session, facts)),
        turns=Later(lambda: turns_of(session, facts.id, facts.round)),
        children=Later(lambda: children_of(session, facts.id)),
        related=Later(lambda: related_to(session, installation, campaign.id, facts)),
        peers=Later(lambda: peers_of(session, campaign.id, stage, facts, own, lock=lock)),
        papers=Later(lambda: papers_of(session, facts.id)),
        members_below=Later(lambda: members_below(session, own.id, today)),
        ballots=ballots.counts(session, facts.id, facts.state) if stage.counts_ballots else Ballots(),
    )


def _bodies_of(facts: CaseFacts) -> set[int]:
    """Bodies of the case's subject: a pledge may move to the one that the member has joined (L24)."""
    return {body for body, _ in facts.person.posts} if facts.person else set()


def _facts(session: Session, row: rows.Case, bodies: dict[str, int], today: date) -> CaseFacts:
    parent = session.get(rows.Case, row.parent_id) if row.parent_id else None
    return CaseFacts(
        id=row.id, number=row.number, stage=row.stage, state=row.state, round=row.round, subject=row.subject,
        bodies=bodies, data=row.data, opened_at=row.opened_at, due_at=row.due_at,
        person=member(session, row.person_id, today) if row.person_id else None,
        parent_stage=parent.stage if parent else None, opened_by=row.opened_by, resume=row.resume,
    )  # fmt: skip
