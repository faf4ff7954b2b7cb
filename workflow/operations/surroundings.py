"""What surrounds a case, read from the database only when somebody looks at it: most acts never do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar, overload
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage
from workflow.engine.snapshot import CaseFacts, ChildFacts, Paper, PastAct, Related, Signature
from workflow.operations.installation import Installation
from workflow.store import cases as rows
from workflow.store.documents import Document
from workflow.store.fetching import Entities, filled_up, found_rows
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization
from workflow.store.prepared import Prepared
from workflow.store.tasks import Signature as SignatureRow

T_co = TypeVar("T_co", covariant=True)


ACTS = Prepared(
    select(
        JournalEntry.transition, JournalEntry.trigger, JournalEntry.person_id, JournalEntry.at, JournalEntry.target,
        JournalEntry.round, JournalEntry.reason,
    )
    .where(JournalEntry.case_id == bindparam("case"), JournalEntry.sequence <= bindparam("version"),
           JournalEntry.transition.is_not(None))
    .order_by(JournalEntry.sequence)
)  # fmt: skip
SIGNED = Entities(
    SignatureRow,
    SignatureRow.case_id == bindparam("case"),
    SignatureRow.round == bindparam("round"),
    order=SignatureRow.id,
)
PAPERS = Prepared(
    select(Document.name, Document.number, Document.state, Document.transition)
    .where((Document.case_id == bindparam("case")) | (Document.issue_case_id == bindparam("case")))
    .order_by(Document.id)
)
CHILDREN = Entities(rows.Case, rows.Case.parent_id == bindparam("case"), order=rows.Case.id)


class Place(Protocol):
    """What has to be known of a case's own body."""

    @property
    def id(self) -> int:
        """Its key."""

    @property
    def timezone(self) -> str:
        """IANA zone."""

    @property
    def category(self) -> str | None:
        """Class of enterprise."""


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


def history_of(session: Session, case_id: int, version: int, zone: ZoneInfo) -> list[PastAct]:
    """Every transition of the case up to a version, with the local day on which it happened."""
    return [past_act(Acted(*each), zone) for each in found_rows(session, ACTS, {"case": case_id, "version": version})]


class Acted(NamedTuple):
    """What the history has of a journal entry; what was entered with it may be long."""

    transition: str | None
    trigger: str | None
    person_id: int | None
    at: datetime
    target: str | None
    round: int
    reason: str


def past_act(entry: JournalEntry | Acted, zone: ZoneInfo) -> PastAct:
    """A transition in the journal as the engine sees it."""
    return PastAct(
        transition=entry.transition or "",
        trigger=entry.trigger or "",
        person_id=entry.person_id,
        on=entry.at.astimezone(zone).date(),
        state_after=entry.target or "",
        round=entry.round,
        reason=entry.reason,
    )


def signatures_of(session: Session, facts: CaseFacts) -> list[Signature]:
    """The signatures given in the present round."""
    found = SIGNED.seen(session, case=facts.id, round=facts.round)
    return [Signature(each.transition, each.person_id, each.slot, each.content) for each in found]


def children_of(session: Session, case_id: int) -> list[ChildFacts]:
    """The cases that this one opened, oldest first."""
    return [child_facts(each) for each in CHILDREN.seen(session, case=case_id)]


def child_facts(row: rows.Case) -> ChildFacts:
    """A case as its parent sees it."""
    return ChildFacts(row.id, row.child_name or "", row.state, row.closed_at is not None, row.data, row.opened_at)


def related_to(session: Session, installation: Installation, campaign_id: int, facts: CaseFacts) -> list[Related]:
    """Other cases of the campaign about the same body, or the same person; never votes, notices or issues."""
    stages = filled_up(sorted(each.stage for each in installation.definitions.stages.values() if not each.supporting))
    values = {f"stage{number}": each for number, each in enumerate(stages)}
    asked = {**values, "campaign": campaign_id, "body": facts.bodies["own"], "case": facts.id}
    found = _related(len(stages)).seen(session, **asked)
    person = facts.person.id if facts.person else None
    return [_related_case(each, person) for each in found if each.person_id is None or each.person_id == person]


@lru_cache(maxsize=4)
def _related(count: int) -> Entities[rows.Case]:
    """The other cases of a body in a campaign that are of one of so many stages."""
    stages: list[Any] = [bindparam(f"stage{number}") for number in range(count)]
    return Entities(
        rows.Case,
        rows.Case.campaign_id == bindparam("campaign"),
        rows.Case.organization_id == bindparam("body"),
        rows.Case.stage.in_(stages),
        rows.Case.id != bindparam("case"),
        order=rows.Case.id,
    )


def _related_case(row: rows.Case, person: int | None) -> Related:
    same_person = person is not None and row.person_id == person
    return Related(row.id, row.number, row.stage, row.state, row.closed_at is not None, same_person, row.data)


def peers_of(
    session: Session, campaign_id: int, stage: Stage, facts: CaseFacts, own: Place, *, lock: bool
) -> list[Related]:
    """Cases of the stage that share a body, and the category of their subject where the stage says so (R35).

    A case that was terminated has no result that others would wait for, and takes no place.
    Quotas are shared by peers, so under `lock` the shared body's row is locked first: of two cases that reach for
    the last place at once, the second sees what the first took.
    """
    shared = facts.bodies.get(stage.peers.base)
    if shared is None:
        return []
    if lock:
        found_rows(session, LOCK_BODY, {"body": shared})
    asked = {"shared": shared, "base": stage.peers.base, "campaign": campaign_id, "stage": facts.stage,
             "subject": facts.subject, "case": facts.id}  # fmt: skip
    alike = {"category": own.category} if stage.peers.same_category else {}
    found = _peers(same_category=stage.peers.same_category).seen(session, **asked, **alike)
    person = facts.person.id if facts.person else None
    lasting = (each for each in found if each.closed_at is None or each.state in stage.final_states)
    return [_related_case(each, person) for each in lasting]


@lru_cache(maxsize=2)
def _peers(*, same_category: bool) -> Entities[rows.Case]:
    """Cases of a stage and a subject that share a body under one base, of any category or of one."""
    sharing = select(rows.CaseBody.case_id).where(
        rows.CaseBody.organization_id == bindparam("shared"), rows.CaseBody.base == bindparam("base")
    )
    category = bindparam("category", type_=Organization.category.type)
    alike = select(Organization.id).where(Organization.category.is_not_distinct_from(category))
    return Entities(
        rows.Case,
        rows.Case.campaign_id == bindparam("campaign"),
        rows.Case.stage == bindparam("stage"),
        rows.Case.subject == bindparam("subject"),
        rows.Case.id != bindparam("case"),
        rows.Case.id.in_(sharing),
        *([rows.Case.organization_id.in_(alike)] if same_category else []),
        order=rows.Case.id,
    )


LOCK_BODY = Prepared(
    select(Organization.id).where(Organization.id == bindparam("body")).with_for_update(key_share=True)
)


def papers_of(session: Session, case_id: int) -> list[Paper]:
    """The documents that the case ordered, or that it issues."""
    return [Paper(*each) for each in found_rows(session, PAPERS, {"case": case_id})]


def paper_facts(document: Document) -> Paper:
    """A document as the engine sees it."""
    return Paper(document.name, document.number, document.state, document.transition)
