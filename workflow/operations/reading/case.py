"""Everything the page of a case shows, for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Stage, Transition, forward_first
from workflow.engine.forms import Choices
from workflow.engine.snapshot import Actor
from workflow.engine.step import Option, options
from workflow.operations.access import GUIDE, guiding_body, may_read, visible_case
from workflow.operations.filling import choices
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.reading.chain import Link, chain, limit_in_words
from workflow.operations.reading.history import Happening, Opinion, entered_at, journal, opinions, timeline
from workflow.operations.reading.stages import stages_of
from workflow.operations.reading.standing import Standing, standing
from workflow.operations.reading.words import Read, fields_of, in_reading_form, once
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.journal import JournalEntry


@dataclass(frozen=True)
class Kin:
    """A case that belongs to this one: its parent, or one that it opened."""

    number: str
    title: str
    stage: str
    standing: Standing


@dataclass(frozen=True)
class Paper:
    """A document in a list."""

    id: int
    title: str
    kind: str
    number: str
    state: str
    on: date
    pages: int | None


@dataclass(frozen=True)
class CasePage:
    """The page of a case."""

    loaded: Loaded
    number: str
    version: int
    title: str
    stage: Stage
    body: str
    campaign: str
    campaign_id: int
    standing: Standing
    state: str  #: title
    since: datetime
    day: int  #: working day in the present state, 1 on the first
    due_on: date | None
    limit: str
    content: tuple[Read, ...]
    allowed: tuple[Option, ...]
    refused: tuple[Option, ...]  #: the person's own acts that a condition stops
    others: tuple[Option, ...]  #: acts of other people
    chain: tuple[Link, ...]
    opinions: tuple[Opinion, ...]
    timeline: tuple[Happening, ...]
    parent: Kin | None
    children: tuple[Kin, ...]
    papers: tuple[Paper, ...]
    passed: tuple[str, ...]  #: titles of the states behind it
    path: frozenset[str]  #: ids of the transitions taken, for the diagram
    is_guide: bool

    @property
    def now(self) -> Link | None:
        """Who has the turn."""
        return self.chain[0] if self.chain else None

    @property
    def next(self) -> Link | None:
        """What comes next."""
        return self.chain[1] if len(self.chain) > 1 else None


def find(session: Session, installation: Installation, actor: Actor, number: str) -> Loaded:
    """The case with that number, if the actor may read it; NotFound otherwise."""
    loaded = load(session, installation, visible_case(session, number))
    may_read(session, actor, loaded)
    return loaded


def case_page(session: Session, installation: Installation, actor: Actor, number: str) -> CasePage:
    """Read a case for its page. Raises NotFound when the actor may not read it."""
    loaded = find(session, installation, actor, number)
    row, stage, snapshot = loaded.row, loaded.stage, loaded.snapshot
    entries = journal(session, row.id)
    acts = options(snapshot, actor, loaded.at, loaded.today) if row.closed_at is None else []
    ranks = {each.title: each.rank for each in snapshot.vocabulary.posts.values()}
    since = entered_at(entries, row.opened_at)
    parent, children = _kin(session, installation, loaded)
    return CasePage(
        loaded=loaded,
        number=row.number,
        version=row.version,
        title=row.title,
        stage=stage,
        body=snapshot.tree.bodies[row.organization_id].name,
        campaign=loaded.campaign.title,
        campaign_id=loaded.campaign.id,
        standing=standing_of(installation, loaded),
        state=stage.states[row.state].title,
        since=since,
        day=installation.calendar.working_days_between(installation.today(since), loaded.today) + 1,
        due_on=installation.today(row.due_at, snapshot.zone) if row.due_at else None,
        limit=limit_in_words(snapshot),
        content=content(session, loaded),
        allowed=_ordered(each for each in acts if each.allowed),
        refused=_ordered(each for each in acts if not each.allowed and each.mine),
        others=_ordered(each for each in acts if not each.allowed and not each.mine),
        chain=chain(session, installation, snapshot, loaded.at, loaded.today) if row.closed_at is None else (),
        opinions=opinions(stage, entries, ranks),
        timeline=timeline(stage, entries),
        parent=parent,
        children=children,
        papers=papers_of(session, row.id),
        passed=_passed(stage, entries, row.state),
        path=frozenset(each.transition for each in entries if each.transition),
        is_guide=guiding_body(snapshot, actor) is not None,
    )


def standing_of(installation: Installation, loaded: Loaded) -> Standing:
    """The status of a loaded case."""
    row = loaded.row
    due_on = installation.today(row.due_at, loaded.snapshot.zone) if row.due_at else None
    title = loaded.stage.states[row.state].title
    return standing(
        installation.calendar, loaded.today, row.state, is_closed=row.closed_at is not None, due_on=due_on,
        is_late=row.is_late, title=title,
    )  # fmt: skip


def form_choices(session: Session, loaded: Loaded) -> Choices:
    """What the fields of this case may refer to, each list read once."""
    return once(choices(session, loaded.snapshot))


def content(session: Session, loaded: Loaded) -> tuple[Read, ...]:
    """The case's data as a person reads it."""
    return in_reading_form(session, form_choices(session, loaded), fields_of(loaded.stage), loaded.row.data)


def papers_of(session: Session, case_id: int) -> tuple[Paper, ...]:
    """The documents of a case, newest first; for a document's issue, the document issued."""
    mine = (Document.case_id == case_id) | (Document.issue_case_id == case_id)
    columns = select(
        Document.id, Document.title, Document.kind, Document.number, Document.state, Document.signed_on, Document.pages
    )
    rows = session.execute(columns.where(mine).order_by(Document.id.desc()))
    return tuple(
        Paper(row.id, row.title, row.kind, row.number or "", row.state, row.signed_on, row.pages) for row in rows
    )


def _ordered(found: object) -> tuple[Option, ...]:
    by_transition: dict[str, Option] = {each.transition.id: each for each in found}  # type: ignore[attr-defined]
    ordered: list[Transition] = forward_first([each.transition for each in by_transition.values()])
    return tuple(by_transition[each.id] for each in ordered)


def _kin(session: Session, installation: Installation, loaded: Loaded) -> tuple[Kin | None, tuple[Kin, ...]]:
    wanted = Case.parent_id == loaded.row.id
    if loaded.row.parent_id is not None:
        wanted = wanted | (Case.id == loaded.row.parent_id)
    rows = session.scalars(select(Case).where(wanted).order_by(Case.id)).all()
    stages = stages_of(session, (row.definition_id for row in rows))
    parent, children = None, []
    for row in rows:
        stage = stages[row.definition_id]
        due_on = installation.today(row.due_at) if row.due_at else None
        how = standing(
            installation.calendar, loaded.today, row.state, is_closed=row.closed_at is not None, due_on=due_on,
            is_late=row.is_late, title=stage.states[row.state].title,
        )  # fmt: skip
        kin = Kin(row.number, row.title, stage.title, how)
        if row.id == loaded.row.parent_id:
            parent = kin
        else:
            children.append(kin)
    return parent, tuple(children)


def _passed(stage: Stage, entries: list[JournalEntry], state: str) -> tuple[str, ...]:
    """The states behind the present one, in order of first arrival."""
    seen = dict.fromkeys(each.source for each in entries if each.source and each.source != each.target)
    return tuple(stage.states[each].title for each in seen if each in stage.states and each != state)


__all__ = ["GUIDE", "CasePage", "Kin", "Paper", "case_page", "content", "find", "form_choices", "papers_of"]
