"""What hangs on a case: its parent, the cases it opened, its papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from workflow.engine.actor import Actor
from workflow.engine.snapshot import Snapshot
from workflow.operations.access import offices
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.standing import SUSPENDED, Standing, is_late, standing
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.organization import Organization
from workflow.store.receipts import Receipt


@dataclass(frozen=True)
class Kin:
    """A case that belongs to another one: its parent, or one that it opened."""

    number: str
    title: str
    stage: str
    standing: Standing
    is_readable: bool  #: whether the reader may open it


@dataclass(frozen=True)
class ListedPaper:
    """A document in a list."""

    id: int
    title: str
    kind: str
    number: str
    state: str
    on: date
    pages: int | None


def family_of(session: Session, row: Case) -> dict[Case, str]:
    """The parent and the children of a case, oldest first, with the zone in which the days of each count."""
    wanted = Case.parent_id == row.id
    if row.parent_id is not None:
        wanted = wanted | (Case.id == row.parent_id)
    zoned = select(Case, Organization.timezone).join(Organization, Organization.id == Case.organization_id)
    return dict(session.execute(zoned.where(wanted).order_by(Case.id)).all())


def papers_of(session: Session, case_id: int) -> Sequence[Document]:
    """The documents of a case, oldest first; the one it issues, or handles as received. Their content stays behind."""
    received = select(Receipt.document_id).where(Receipt.case_id == case_id)
    mine = (Document.case_id == case_id) | (Document.issue_case_id == case_id) | Document.id.in_(received)
    return session.scalars(select(Document).options(defer(Document.content)).where(mine).order_by(Document.id)).all()


def listed(paper: Document) -> ListedPaper:
    """A document as a list shows it."""
    return ListedPaper(paper.id, paper.title, paper.kind, paper.number or "", paper.state, paper.signed_on, paper.pages)


def kin_of(
    installation: Installation, actor: Actor, loaded: Loaded, family: Mapping[Case, str]
) -> tuple[Kin | None, tuple[Kin, ...]]:
    """Parent and children as the page lists them."""
    kin = {each.id: _kin(installation, actor, loaded, each, zone) for each, zone in family.items()}
    children = tuple(found for key, found in kin.items() if key != loaded.row.parent_id)
    return kin.get(loaded.row.parent_id or 0), children


def _kin(installation: Installation, actor: Actor, loaded: Loaded, row: Case, zone: str) -> Kin:
    stage = installation.definitions.stages[row.stage]
    title = stage.states[row.state].title if row.state in stage.states else row.state
    today = installation.today(loaded.at, zone)
    due_on = installation.today(row.due_at, zone) if row.due_at else None
    how = SUSPENDED if row.suspended_at else standing(
        installation.calendar, today, row.state, is_closed=row.closed_at is not None, due_on=due_on,
        is_late=is_late(row.closed_at, row.due_at), title=title,
    )  # fmt: skip
    return Kin(row.number, row.title, stage.title, how, _works_on(actor, loaded.snapshot, row.organization_id))


def _works_on(actor: Actor, snapshot: Snapshot, body: int) -> bool:
    """Whether the actor holds an office in the body, above it, or in a working body of these (access.is_reader).

    A body that the tree of this case does not hold is one below its own, about which the case has opened another (X6).
    """
    tree = snapshot.tree
    known = body if body in tree.bodies else snapshot.case.bodies["own"]
    line = (body, known, *tree.ancestors(known))
    return any(not offices(actor).isdisjoint(tree.with_organs(each)) for each in line)
