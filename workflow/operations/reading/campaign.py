"""A campaign seen from one body: its stages as a task list, and the bodies below against the stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.errors import NotFound
from workflow.operations.bindings.ordering import is_for_holders
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import PARTY, in_force
from workflow.operations.reading.bodies import Named, led_by, my_bodies, readable_body
from workflow.operations.reading.grid import GridRow, grid_of
from workflow.operations.reading.openable import Opening, openings, unplanned
from workflow.operations.reading.stages import stages_of
from workflow.operations.reading.standing import DONE, NOT_BEGUN, SUSPENDED, Standing, is_late, standing
from workflow.store.cases import Campaign, Case
from workflow.store.organization import Organization
from workflow.store.people import Person, Post

CASES_AT_MOST = 400  #: of one body; a branch has a few dozen


@dataclass(frozen=True)
class Entry:
    """A case of the body in the task list."""

    number: str
    title: str
    who: str  #: the member it is about
    state: str
    due_on: date | None
    standing: Standing


@dataclass(frozen=True)
class StageRow:
    """One stage of the task list."""

    stage: str
    number: int
    title: str
    about: str
    standing: Standing
    due_on: date | None
    own: tuple[Entry, ...]  #: cases about the body itself
    members: tuple[Entry, ...]  #: cases about its members
    done: int
    late: int
    expected: int  #: members who should have one
    opening: Opening | None


@dataclass(frozen=True)
class Occasional:
    """A stage that belongs to no place in the plan and is opened when there is need."""

    stage: str
    title: str
    about: str


@dataclass(frozen=True)
class CampaignPage:
    """The page of a campaign for one body."""

    id: int
    title: str
    theme: str
    opened_at: datetime
    is_closed: bool
    body: Named
    bodies: tuple[Named, ...]  #: that the reader acts for
    stages: tuple[StageRow, ...]
    occasional: tuple[Occasional, ...]  #: that the reader may open for the body
    grid: tuple[GridRow, ...]
    may_bind: bool  #: offered to bind its papers and those of everything below it into files

    @property
    def is_mine(self) -> bool:
        """Whether the reader acts for the body looked at."""
        return any(each.id == self.body.id for each in self.bodies)


def campaigns(session: Session) -> Sequence[Campaign]:
    """All campaigns, the newest first."""
    return session.scalars(select(Campaign).order_by(Campaign.closed_at.is_not(None), Campaign.id.desc())).all()


def campaign_page(
    session: Session, installation: Installation, actor: Actor, campaign_id: int, body_id: int | None
) -> CampaignPage:
    """The campaign for a body that the actor acts for or that stands below one. Raises NotFound for any other."""
    campaign, body, mine = followed(session, installation, actor, campaign_id, body_id)
    grid_bodies = led_by(session, installation, body.id)
    stages, occasional = _task_list(session, installation, actor, campaign, body, grid_bodies)
    return CampaignPage(
        id=campaign.id, title=campaign.title, theme=campaign.theme, opened_at=campaign.opened_at,
        is_closed=campaign.closed_at is not None, body=body, bodies=mine,
        stages=stages,
        occasional=occasional,
        grid=grid_of(session, installation, campaign.id, grid_bodies) if grid_bodies else (),
        may_bind=is_for_holders(installation, body.posts),
    )  # fmt: skip


def followed(
    session: Session, installation: Installation, actor: Actor, campaign_id: int, body_id: int | None
) -> tuple[Campaign, Named, tuple[Named, ...]]:
    """The campaign, the body asked for (by default the first one acted for), and all bodies acted for."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(what="这个活动")
    mine = my_bodies(session, installation, actor)
    if body_id is not None:
        return campaign, readable_body(session, installation, mine, body_id), mine
    if not mine:
        raise NotFound(what="您的任职登记，请与组织管理员核对")
    return campaign, mine[0], mine


def _task_list(
    session: Session, installation: Installation, actor: Actor, campaign: Campaign, body: Named, below: Sequence[Named]
) -> tuple[tuple[StageRow, ...], tuple[Occasional, ...]]:
    today = installation.today(clock.now())
    rows = session.execute(
        select(Case, Person.name, Organization.timezone)
        .join(Organization, Organization.id == Case.organization_id)
        .outerjoin(Person, Person.id == Case.person_id)
        .where(Case.campaign_id == campaign.id, Case.organization_id == body.id, Case.parent_id.is_(None))
        .order_by(Case.id)
        .limit(CASES_AT_MOST)
    ).all()
    definitions = stages_of(session, (row.Case.definition_id for row in rows))
    entries: dict[str, list[tuple[bool, Entry]]] = {}
    for row in rows:
        title = definitions[row.Case.definition_id].states[row.Case.state].title
        entry = _entry(installation, row.Case, row.name, title, row.timezone)
        entries.setdefault(row.Case.stage, []).append((row.Case.person_id is not None, entry))
    party, cases = _party_members(session, body.id, today), [row.Case for row in rows]
    led = [each.id for each in below]
    offered = openings(session, installation, actor, campaign, body.id, cases, led=led, has_members=party > 0)
    found = []
    for number, planned in enumerate(installation.definitions.campaign.stages, 1):
        mine = entries.get(planned.stage, [])
        definition = installation.definitions.stages[planned.stage]
        expected = party if "member" in definition.subject and planned.stage == "pledge" else 0
        found.append(_stage_row(installation, number, planned.stage, mine, expected, offered.get(planned.stage)))
    besides = (each for each in unplanned(installation) if each.stage in offered and offered[each.stage].for_body)
    return tuple(found), tuple(Occasional(each.stage, each.title, each.about) for each in besides)


def _entry(installation: Installation, row: Case, who: str | None, state: str, zone: str) -> Entry:
    today = installation.today(clock.now(), zone)
    due_on = installation.today(row.due_at, zone) if row.due_at else None
    how = SUSPENDED if row.suspended_at else standing(
        installation.calendar, today, row.state, is_closed=row.closed_at is not None, due_on=due_on,
        is_late=is_late(row.closed_at, row.due_at), title=state,
    )  # fmt: skip
    return Entry(row.number, row.title, who or "", state, due_on, how)


def _stage_row(
    installation: Installation, number: int, stage: str, mine: Sequence[tuple[bool, Entry]], expected: int,
    opening: Opening | None,
) -> StageRow:  # fmt: skip
    definition = installation.definitions.stages[stage]
    entries = [entry for _, entry in mine]
    late = sum(each.standing.kind == "late" for each in entries)
    done = sum(each.standing.kind == "done" for each in entries)
    due = min((each.due_on for each in entries if each.due_on and each.standing.kind != "done"), default=None)
    return StageRow(
        stage=stage, number=number, title=definition.title, about=definition.about,
        standing=_together([each.standing for each in entries]), due_on=due,
        own=tuple(entry for is_member, entry in mine if not is_member),
        members=tuple(entry for is_member, entry in mine if is_member), done=done, late=late, expected=expected,
        opening=opening,
    )  # fmt: skip


def _together(standings: Sequence[Standing]) -> Standing:
    """One status for several cases: the most pressing."""
    if not standings:
        return NOT_BEGUN
    if len(standings) == 1:
        return standings[0]
    for kind, word in (
        ("late", "逾期"),
        ("disputed", "有异议"),
        ("soon", "将到期"),
        ("running", "办理中"),
        ("idle", "已中止"),
    ):
        number = sum(each.kind == kind for each in standings)
        if number:
            return Standing(kind, f"{word} {number} 件" if kind != "running" else word)
    return DONE


def _party_members(session: Session, body_id: int, today: date) -> int:
    query = select(func.count()).where(Post.organization_id == body_id, Post.code.in_(PARTY), in_force(today))
    return session.scalar(query) or 0
