"""Lock a case and show it to the engine: the one place where rows become a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar, overload
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.definition.campaign import Criteria
from workflow.definition.model import Stage
from workflow.engine.routing import Address
from workflow.engine.snapshot import (
    Ballots,
    CaseFacts,
    ChildFacts,
    Paper,
    PastAct,
    Related,
    Signature,
    Snapshot,
)  # fmt: skip
from workflow.errors import NotFound
from workflow.operations import ballots
from workflow.operations.installation import Installation
from workflow.operations.posts import holders, member
from workflow.operations.publishing import stage_of
from workflow.operations.trees import load_tree
from workflow.store import cases as rows
from workflow.store.documents import Document
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization

T_co = TypeVar("T_co", covariant=True)


class Later(Sequence[T_co]):
    """A sequence read from the database when somebody first looks at it: most acts never do."""

    def __init__(self, read: Callable[[], Sequence[T_co]]) -> None:
        self._read = read

    @cached_property
    def _items(self) -> Sequence[T_co]:
        return self._read()

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T_co]: ...
    def __getitem__(self, index: int | slice) -> T_co | Sequence[T_co]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T_co]:
        return iter(self._items)


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
    snapshot = snapshot_of(session, installation, campaign, stage, facts, own, today, lock=lock)
    return Loaded(row, campaign, stage, snapshot, at, today)


def snapshot_of(
    session: Session, installation: Installation, campaign: rows.Campaign, stage: Stage, facts: CaseFacts,
    own: Organization, today: date, *, lock: bool = False,
) -> Snapshot:  # fmt: skip
    """A snapshot of a case, stored or about to be opened. With `lock`, its peers cannot change meanwhile."""

    def holders_now(addresses: Sequence[Address]) -> Sequence[int]:
        return holders(session, addresses, today)

    return Snapshot(
        definition=stage,
        case=facts,
        tree=load_tree(session, facts.bodies.values(), today),
        vocabulary=installation.definitions.organization,
        criteria=Criteria.model_validate(campaign.criteria),
        parameters=campaign.parameters,
        calendar=installation.calendar,
        holders=holders_now,
        zone=own.timezone,
        business_day_end=installation.settings.business_day_end,
        history=Later(lambda: _history(session, facts.id, ZoneInfo(own.timezone))),
        signatures=Later(lambda: _signatures(session, facts)),
        children=Later(lambda: children_of(session, facts.id)),
        related=Later(lambda: _related(session, installation, campaign.id, facts)),
        peers=Later(lambda: peers_of(session, campaign.id, facts, own, lock=lock)),
        papers=Later(lambda: _papers(session, facts.id)),
        ballots=ballots.counts(session, facts.id, facts.state) if stage.counts_ballots else Ballots(),
    )


def _facts(session: Session, row: rows.Case, bodies: dict[str, int], today: date) -> CaseFacts:
    parent = session.get(rows.Case, row.parent_id) if row.parent_id else None
    return CaseFacts(
        id=row.id, number=row.number, stage=row.stage, state=row.state, round=row.round, subject=row.subject,
        bodies=bodies, data=row.data, opened_at=row.opened_at, due_at=row.due_at,
        person=member(session, row.person_id, today) if row.person_id else None,
        parent_stage=parent.stage if parent else None,
    )  # fmt: skip


def _history(session: Session, case_id: int, zone: ZoneInfo) -> list[PastAct]:
    found = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.case_id == case_id, JournalEntry.transition.is_not(None))
        .order_by(JournalEntry.sequence)
    )
    return [
        PastAct(
            transition=each.transition or "",
            trigger=each.trigger or "",
            person_id=each.person_id,
            on=each.at.astimezone(zone).date(),
            state_after=each.target or "",
            round=each.round,
            reason=each.reason,
        )
        for each in found
    ]


def _signatures(session: Session, facts: CaseFacts) -> list[Signature]:
    found = session.scalars(
        select(rows.Signature)
        .where(rows.Signature.case_id == facts.id, rows.Signature.round == facts.round)
        .order_by(rows.Signature.id)
    )
    return [Signature(each.transition, each.person_id, each.slot) for each in found]


def children_of(session: Session, case_id: int) -> list[ChildFacts]:
    """The cases that this one opened, oldest first."""
    found = session.scalars(select(rows.Case).where(rows.Case.parent_id == case_id).order_by(rows.Case.id))
    return [
        ChildFacts(each.id, each.child_name or "", each.state, each.closed_at is not None, each.data, each.opened_at)
        for each in found
    ]


def _related(session: Session, installation: Installation, campaign_id: int, facts: CaseFacts) -> list[Related]:
    supporting = [each.stage for each in installation.definitions.stages.values() if each.supporting]
    found = session.scalars(
        select(rows.Case)
        .where(
            rows.Case.campaign_id == campaign_id,
            rows.Case.organization_id == facts.bodies["own"],
            rows.Case.stage.not_in(supporting),
            rows.Case.id != facts.id,
        )
        .order_by(rows.Case.id)
    )
    person = facts.person.id if facts.person else None
    return [_related_case(each, person) for each in found if each.person_id is None or each.person_id == person]


def _related_case(row: rows.Case, person: int | None) -> Related:
    same_person = person is not None and row.person_id == person
    return Related(row.id, row.number, row.stage, row.state, row.closed_at is not None, same_person, row.data)


def peers_of(session: Session, campaign_id: int, facts: CaseFacts, own: Organization, *, lock: bool) -> list[Related]:
    """Cases of the stage under the same superior about subjects of the same category (R35).

    Quotas are shared by peers, so under `lock` the superior's row is locked first: of two cases that reach for the
    last place at once, the second sees what the first took.
    """
    superior = facts.bodies.get("sup")
    if superior is None:
        return []
    if lock:
        session.get_one(Organization, superior, with_for_update={"key_share": True}, populate_existing=True)
    found = session.scalars(
        select(rows.Case)
        .join(rows.CaseBody, (rows.CaseBody.case_id == rows.Case.id) & (rows.CaseBody.base == "sup"))
        .join(Organization, Organization.id == rows.Case.organization_id)
        .where(
            rows.CaseBody.organization_id == superior,
            rows.Case.campaign_id == campaign_id,
            rows.Case.stage == facts.stage,
            rows.Case.subject == facts.subject,
            rows.Case.id != facts.id,
            Organization.category.is_not_distinct_from(own.category),
        )
        .order_by(rows.Case.id)
        .execution_options(populate_existing=lock)
    )
    person = facts.person.id if facts.person else None
    return [_related_case(each, person) for each in found]


def _papers(session: Session, case_id: int) -> list[Paper]:
    mine = (Document.case_id == case_id) | (Document.issue_case_id == case_id)
    found = session.scalars(select(Document).where(mine).order_by(Document.id))
    return [Paper(each.name, each.number, each.state, each.transition) for each in found]
