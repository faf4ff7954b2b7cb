"""Lock a case and show it to the engine: the one place where rows become a snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.model import Stage
from workflow.engine.routing import Address, Tree
from workflow.engine.snapshot import (
    Ballots,
    CaseFacts,
    Snapshot,
    Turn,
)  # fmt: skip
from workflow.errors import NotFound
from workflow.operations import ballots
from workflow.operations.campaigns import known_campaign, known_criteria
from workflow.operations.documents.deliveries import deliveries_of
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import holders, member, members_below
from workflow.operations.organization.trees import known_tree, led_by
from workflow.operations.publishing import stage_of
from workflow.operations.surroundings import (
    Later,
    Place,
    children_of,
    history_of,
    papers_of,
    peers_of,
    related_to,
    signatures_of,
)  # fmt: skip
from workflow.operations.turns import with_names
from workflow.store import cases as rows
from workflow.store import standing


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
    found = standing.locked(session, case_id)
    if found is None:
        raise NotFound(what="这件事项")
    return found.row


def load(session: Session, installation: Installation, case_id: int, *, lock: bool = False) -> Loaded:
    """The case as it stands now. With `lock`, nobody else can act on it until the transaction ends."""
    found = standing.locked(session, case_id) if lock else standing.read(session, case_id)
    if found is None:
        raise NotFound(what="这件事项")
    return _loaded(session, installation, found, lock)


def _loaded(session: Session, installation: Installation, found: standing.Standing, lock: bool) -> Loaded:
    at, row = clock.now(), found.row
    campaign = known_campaign(session, installation, found.campaign)
    today = installation.today(at, found.timezone)
    stage = stage_of(session, row.definition_id, found.definition)
    around = standing.around(session, row.id, row.round)
    facts = _facts(session, row, around.bodies, around.parent_stage, today)
    if lock and stage.counts_ballots:
        ballots.wait_for_votes(session, row.id)  # before they are counted
    tree = known_tree(session, installation, around.revision, bodies_of(facts), today)
    snapshot = snapshot_of(
        session, installation, campaign, stage, facts, found, today, tree=tree, version=row.version, lock=lock,
        turns=with_names(session, around.turns),
    )  # fmt: skip
    return Loaded(row, campaign, stage, snapshot, at, today)


def snapshot_of(
    session: Session, installation: Installation, campaign: rows.Campaign, stage: Stage, facts: CaseFacts,
    own: Place, today: date, *, tree: Tree, version: int = 0, turns: Sequence[Turn] = (), lock: bool = False,
) -> Snapshot:  # fmt: skip
    """A snapshot of a case, stored or about to be opened. With `lock`, its peers cannot change meanwhile."""

    known: dict[tuple[Address, ...], Sequence[int]] = {}

    def holders_now(addresses: Sequence[Address]) -> Sequence[int]:
        asked = tuple(addresses)
        if asked not in known:
            known[asked] = tuple(holders(session, asked, today))
        return known[asked]

    return Snapshot(
        definition=stage,
        case=facts,
        tree=tree,
        vocabulary=installation.definitions.organization,
        criteria=known_criteria(installation, campaign),
        parameters=campaign.parameters,
        calendar=installation.calendar,
        holders=holders_now,
        zone=own.timezone,
        business_day_end=installation.settings.business_day_end,
        history=Later(lambda: history_of(session, facts.id, version, ZoneInfo(own.timezone))),
        signatures=Later(lambda: signatures_of(session, facts)),
        turns=turns,
        children=Later(lambda: children_of(session, facts.id)),
        related=Later(lambda: related_to(session, installation, campaign.id, facts)),
        peers=Later(lambda: peers_of(session, campaign.id, stage, facts, own, lock=lock)),
        papers=Later(lambda: papers_of(session, facts.id)),
        deliveries=Later(lambda: deliveries_of(session, installation, facts.id, own.timezone)),
        led=Later(lambda: led_by(session, own.id, today)),
        members_below=Later(lambda: members_below(session, own.id, today)),
        ballots=ballots.counts(session, facts.id, facts.state) if stage.counts_ballots else Ballots(),
    )


def bodies_of(facts: CaseFacts) -> frozenset[int]:
    """Bodies of the case, and of its subject: a pledge may move to the one that the member has joined (L24)."""
    joined = {body for body, _ in facts.person.posts} if facts.person else set()
    return frozenset({*facts.bodies.values(), *joined})


def _facts(
    session: Session, row: rows.Case, bodies: Mapping[str, int], parent_stage: str | None, today: date
) -> CaseFacts:
    return CaseFacts(
        id=row.id, number=row.number, stage=row.stage, state=row.state, round=row.round, subject=row.subject,
        bodies=bodies, data=row.data, opened_at=row.opened_at, due_at=row.due_at,
        person=member(session, row.person_id, today) if row.person_id else None,
        parent_stage=parent_stage, opened_by=row.opened_by, resume=row.resume,
    )  # fmt: skip
