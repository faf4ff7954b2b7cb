"""A launch as whoever started it sees it: how far it has come, and for whom nothing could be opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.engine.actor import Actor
from workflow.operations.installation import Installation
from workflow.operations.many.launching import own_launch
from workflow.store.cases import Campaign
from workflow.store.launches import Launch, LaunchRefusal
from workflow.store.organization import Organization
from workflow.store.people import Person

SHOWN = 200  #: refusals that are listed
RECENT = 5  #: earlier launches that are listed


@dataclass(frozen=True)
class Missed:
    """A body or member for whom nothing was opened."""

    name: str
    reason: str


@dataclass(frozen=True)
class Reason:
    """Why nothing was opened, and how often."""

    text: str
    count: int


@dataclass(frozen=True)
class LaunchPage:
    """The whole of a launch."""

    id: int
    campaign_id: int
    campaign: str
    node_id: int
    node: str
    stage: str
    title: str
    subject: str  #: organization or member
    kinds: tuple[str, ...]  #: titles
    made_at: datetime
    finished_at: datetime | None
    is_stopped: bool
    total: int
    opened: int
    kept: int
    refused: int
    reasons: tuple[Reason, ...]  #: the most frequent first
    missed: tuple[Missed, ...]

    @property
    def waiting(self) -> int:
        """Whose turn has not come yet; bodies that came or went meanwhile are not counted."""
        return 0 if self.finished_at else max(self.total - self.opened - self.kept - self.refused, 0)


@dataclass(frozen=True)
class Begun:
    """A launch in a list."""

    id: int
    title: str
    made_at: datetime
    opened: int
    is_finished: bool


def launch_page(session: Session, installation: Installation, actor: Actor, launch_id: int) -> LaunchPage:
    """Read a launch; NotFound for anybody but whoever started it. Five statements."""
    launch = own_launch(session, actor, launch_id)
    campaign = session.get_one(Campaign, launch.campaign_id)
    node = session.get_one(Organization, launch.organization_id)
    kinds = installation.definitions.organization.kinds
    return LaunchPage(
        launch.id, campaign.id, campaign.title, node.id, node.name, launch.stage,
        installation.definitions.stages[launch.stage].title, launch.subject,
        tuple(kinds[each].title for each in launch.kinds), launch.made_at, launch.finished_at,
        launch.stopped_at is not None, launch.total, launch.opened, launch.kept, launch.refused,
        *(_missed(session, launch.id) if launch.refused else ((), ())),
    )  # fmt: skip


def recent_launches(session: Session, installation: Installation, actor: Actor, campaign_id: int) -> Sequence[Begun]:
    """The newest launches of a person in a campaign."""
    mine = (Launch.person_id == actor.person_id, Launch.campaign_id == campaign_id)
    rows = session.scalars(select(Launch).where(*mine).order_by(Launch.id.desc()).limit(RECENT))
    stages = installation.definitions.stages
    return [Begun(each.id, stages[each.stage].title, each.made_at, each.opened, each.finished_at is not None)
            for each in rows]  # fmt: skip


def _missed(session: Session, launch_id: int) -> tuple[tuple[Reason, ...], tuple[Missed, ...]]:
    mine, number = LaunchRefusal.launch_id == launch_id, func.count()
    grouped = select(LaunchRefusal.reason, number).where(mine).group_by(LaunchRefusal.reason).limit(SHOWN)
    reasons = session.execute(grouped.order_by(number.desc(), LaunchRefusal.reason)).all()
    listed = (
        select(Organization.name, Person.name, LaunchRefusal.reason)
        .join(Organization, Organization.id == LaunchRefusal.organization_id)
        .outerjoin(Person, Person.id == LaunchRefusal.person_id)
        .where(mine)
        .order_by(LaunchRefusal.organization_id, LaunchRefusal.person_id)
        .limit(SHOWN)
    )
    missed = (Missed(f"{body}{person or ''}", reason) for body, person, reason in session.execute(listed))
    return tuple(Reason(*row) for row in reasons), tuple(missed)
