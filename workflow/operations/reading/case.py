"""Everything the page of a case shows, for one reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from workflow.definition.field import FieldType
from workflow.definition.model import Stage, forward_first
from workflow.engine.actor import Actor
from workflow.engine.forecast import forecast
from workflow.engine.forms import Choices
from workflow.engine.options import Option
from workflow.engine.snapshot import Snapshot
from workflow.operations.access import guiding_body
from workflow.operations.administering import capacity_of
from workflow.operations.approving.action import Action
from workflow.operations.approving.actions import offered
from workflow.operations.attaching import attachments_of, is_writing, may_attach
from workflow.operations.filling import choices
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.reading.aids import Aids, aids_of
from workflow.operations.reading.chain import Link, addresses_of, limit_in_words, named
from workflow.operations.reading.confidences import Told, told_in_confidence
from workflow.operations.reading.decisions import Decisions, decisions_of
from workflow.operations.reading.history import FACTS, Happening, Opinion, entered_at, journal, opinions, timeline
from workflow.operations.reading.kin import Kin, ListedPaper, family_of, kin_of, listed, papers_of
from workflow.operations.reading.loaded import find
from workflow.operations.reading.options import options_of
from workflow.operations.reading.people import holders_at
from workflow.operations.reading.reminder import next_reminder
from workflow.operations.reading.standing import ENDED, SUSPENDED, Standing, is_late, standing
from workflow.operations.reading.words import Read, fields_of, in_reading_form, once, person_ids, read_form_values
from workflow.operations.surroundings import child_facts, paper_facts, past_act
from workflow.store.attachments import Attachment
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.journal import JournalEntry


@dataclass(frozen=True)
class CasePage:
    """The page of a case."""

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
    is_provisional: bool  #: a notice of holidays to come may still move the due day
    limit: str
    reminder: str  #: the next one: when, and who is told
    content: tuple[Read, ...]
    acts: tuple[Option, ...]  #: every act that leaves the present state
    chain: tuple[Link, ...]
    opinions: tuple[Opinion, ...]
    timeline: tuple[Happening, ...]
    parent: Kin | None
    children: tuple[Kin, ...]
    papers: tuple[ListedPaper, ...]
    passed: tuple[str, ...]  #: titles of the states behind it
    is_guide: bool
    decisions: Decisions
    attachments: tuple[Attachment, ...]
    may_attach: bool
    is_writing: bool  #: what is put to it now goes with its document, unless something else is said
    actions: tuple[Action, ...]  #: besides the acts of the definition
    told: tuple[Told, ...]  #: what was entered in confidence, if this reader may see it
    is_administrator: bool  #: the reader may suspend, terminate or move it
    aids: Aids

    @property
    def issues(self) -> bool:
        """Whether it leaves documents that are sent out, which files may go with."""
        return any(each.series is not None for each in self.stage.documents.values())

    @property
    def allowed(self) -> tuple[Option, ...]:
        """What the reader may do now."""
        return _ordered(each for each in self.acts if each.allowed)

    @property
    def refused(self) -> tuple[Option, ...]:
        """The person's own acts that a condition stops."""
        return _ordered(each for each in self.acts if not each.allowed and each.mine)

    @property
    def others(self) -> tuple[Option, ...]:
        """Acts of other people."""
        return _ordered(each for each in self.acts if not each.allowed and not each.mine)

    @property
    def short(self) -> frozenset[str]:
        """Ids of acts whose form has no table: it fits beside the content."""
        return frozenset(
            each.transition.id
            for each in self.allowed
            if all(asked.type is not FieldType.TABLE for asked in self.stage.asked(each.transition))
        )

    @property
    def stopped(self) -> Happening | None:
        """Who suspended or terminated it, as long as that holds."""
        stands = FACTS["suspended" if self.standing is SUSPENDED else "terminated"]
        resting = self.standing in (SUSPENDED, ENDED)
        return next((each for each in self.timeline if each.what == stands), None) if resting else None

    @property
    def now(self) -> Link | None:
        """Who has the turn."""
        return self.chain[0] if self.chain else None

    @property
    def next(self) -> Link | None:
        """What comes next."""
        return self.chain[1] if len(self.chain) > 1 else None


def case_page(session: Session, installation: Installation, actor: Actor, number: str) -> CasePage:
    """Read a case for its page. Raises NotFound when the actor may not read it."""
    loaded = find(session, installation, actor, number)
    row, stage = loaded.row, loaded.stage
    entries, family, papers = journal(session, row.id), family_of(session, row), papers_of(session, row.id)
    snapshot = _surrounded(loaded, entries, list(family), papers)
    content, chain = _content_and_chain(session, installation, loaded, snapshot)
    loaded = replace(loaded, snapshot=snapshot)
    since = entered_at(entries, row.opened_at)
    due_on = installation.today(row.due_at, snapshot.zone) if row.due_at else None
    parent, children = kin_of(installation, actor, loaded, family)
    return CasePage(
        number=row.number, version=row.version, title=row.title, stage=stage,
        body=snapshot.tree.bodies[row.organization_id].name,
        campaign=loaded.campaign.title, campaign_id=loaded.campaign.id,
        standing=standing_of(installation, loaded),
        state=stage.states[row.state].title,
        since=since,
        day=installation.calendar.working_days_between(installation.today(since, snapshot.zone), loaded.today) + 1,
        due_on=due_on,
        is_provisional=due_on is not None and snapshot.calendar.is_provisional(due_on),
        limit=limit_in_words(snapshot),
        reminder=next_reminder(loaded),
        content=content,
        acts=tuple(options_of(loaded, actor)),
        chain=chain,
        opinions=opinions(stage, entries, _ranks(snapshot)),
        timeline=timeline(stage, entries),
        parent=parent,
        children=children,
        papers=tuple(listed(each) for each in reversed(papers)),
        passed=_passed(stage, entries, row.state),
        is_guide=guiding_body(snapshot, actor) is not None,
        attachments=tuple(attachments_of(session, row.id)) if any(e.fact == "attached" for e in entries) else (),
        may_attach=may_attach(actor, loaded),
        is_writing=is_writing(loaded),
        decisions=decisions_of(session, snapshot, loaded.today, entries),
        actions=tuple(action for action, _ in offered(session, installation, loaded, actor)),
        told=told_in_confidence(session, actor, loaded),
        is_administrator=row.closed_at is None and capacity_of(snapshot, actor) is not None,
        aids=aids_of(session, installation, loaded, entries),
    )  # fmt: skip


def _ranks(snapshot: Snapshot) -> dict[str, int]:
    """The order of posts by title."""
    return {each.title: each.rank for each in snapshot.vocabulary.posts.values()}


def _surrounded(
    loaded: Loaded, entries: Sequence[JournalEntry], family: Sequence[Case], papers: Sequence[Document]
) -> Snapshot:
    """The snapshot with what the page has read anyway, so that no guard has to read it again."""
    zone = ZoneInfo(loaded.snapshot.zone)
    history = [past_act(each, zone) for each in entries if each.transition is not None]
    children = [child_facts(each) for each in family if each.parent_id == loaded.row.id]
    return replace(loaded.snapshot, history=history, children=children, papers=list(map(paper_facts, papers)))


def _content_and_chain(
    session: Session, installation: Installation, loaded: Loaded, snapshot: Snapshot
) -> tuple[tuple[Read, ...], tuple[Link, ...]]:
    """The data in words and the chain with names: both need persons, who are read in one statement."""
    is_open = loaded.row.closed_at is None
    expected = forecast(snapshot, loaded.at, loaded.today) if is_open else []
    fields, data = fields_of(loaded.stage), loaded.row.data
    persons = {f"p{each}" for each in person_ids(fields, data)}
    holders = holders_at(session, snapshot.vocabulary, addresses_of(expected) | persons, loaded.today)
    names = {found[0].person_id: found[0].name for each in persons if (found := holders[each])}
    content = in_reading_form(fields, data, form_choices(session, loaded), names)
    return content, named(installation, snapshot, expected, holders)


def standing_of(installation: Installation, loaded: Loaded) -> Standing:
    """The status of a loaded case."""
    row = loaded.row
    if loaded.is_at_rest:
        return ENDED if loaded.is_abandoned else SUSPENDED
    due_on = installation.today(row.due_at, loaded.snapshot.zone) if row.due_at else None
    title = loaded.stage.states[row.state].title
    return standing(
        installation.calendar, loaded.today, row.state, is_closed=row.closed_at is not None, due_on=due_on,
        is_late=is_late(row.closed_at, row.due_at), title=title,
    )  # fmt: skip


def form_choices(session: Session, loaded: Loaded) -> Choices:
    """What the fields of this case may refer to, each list read once."""
    return once(choices(session, loaded.snapshot))


def content(session: Session, loaded: Loaded) -> tuple[Read, ...]:
    """The case's data as a person reads it."""
    return read_form_values(session, form_choices(session, loaded), fields_of(loaded.stage), loaded.row.data)


def _ordered(found: Iterable[Option]) -> tuple[Option, ...]:
    by_transition = {each.transition.id: each for each in found}
    return tuple(by_transition[each.id] for each in forward_first([one.transition for one in by_transition.values()]))


def _passed(stage: Stage, entries: Sequence[JournalEntry], state: str) -> tuple[str, ...]:
    """The states behind the present one, in order of first arrival."""
    seen = dict.fromkeys(each.source for each in entries if each.source and each.source != each.target)
    return tuple(stage.states[each].title for each in seen if each in stage.states and each != state)


__all__ = ["CasePage", "case_page", "content", "find", "form_choices", "standing_of"]
