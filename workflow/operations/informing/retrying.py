"""Deliveries that failed for good: shown with the reason to whoever keeps the records, and sent again on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.errors import NotFound, Refused
from workflow.operations.informing.delivering import FAILED, WAITING
from workflow.operations.informing.hooks import below
from workflow.operations.informing.telling import DELIVER
from workflow.operations.installation import Installation
from workflow.operations.organization.organizers import territories
from workflow.operations.organization.posts import in_force
from workflow.store.notices import Delivery, Hook, Notice
from workflow.store.organization import Organization
from workflow.store.people import Person, Post

MOST = 200  #: rows of the list; more of them have one and the same cause


@dataclass(frozen=True)
class Failure:
    """A notice that did not get out."""

    id: int
    title: str
    to: str  #: name of the person or the hook
    by: str  #: the channel in words
    reason: str
    attempts: int
    told_at: datetime


def failures(session: Session, installation: Installation, actor: Actor) -> list[Failure]:
    """What did not reach the people and the hooks of the bodies whose records the actor keeps, newest first."""
    rows = session.execute(_failed(session, installation, actor).order_by(Delivery.id.desc()).limit(MOST))
    return [
        Failure(row.id, row.title, row.person or row.hook, "邮件" if row.person else "对外提醒", row.failure or "",
                row.attempts, row.created_at)
        for row in rows
    ]  # fmt: skip


def retry(session: Session, installation: Installation, actor: Actor, delivery_id: int) -> None:
    """Send again what failed, once its cause is mended. Raises NotFound or Refused."""
    if session.execute(_failed(session, installation, actor).where(Delivery.id == delivery_id)).first() is None:
        raise NotFound(what="这次发送，或者它已经重新发送")
    send_again(session, installation, delivery_id)


def send_again(session: Session, installation: Installation, delivery_id: int) -> None:
    """Send what failed; the caller has found that somebody may. Raises Refused when it has not failed."""
    delivery = session.get_one(Delivery, delivery_id, with_for_update={"key_share": True})
    if delivery.state != FAILED:
        raise Refused(title="重新发送", guard="has_failed", reason="它没有失败，请刷新后查看")
    now = clock.now()
    delivery.state, delivery.attempts, delivery.due_at = WAITING, 0, now
    key = f"{delivery.channel}:{delivery.id}@{now:%Y%m%dT%H%M%S.%f}"
    installation.jobs.enqueue(session, DELIVER, key, channel=delivery.channel)


def _failed(
    session: Session, installation: Installation, actor: Actor
) -> Select[int, str, str, str, str | None, int, datetime]:
    tops, today = territories(session, installation, actor), installation.today(clock.now())
    return (
        select(
            Delivery.id, Notice.title, Person.name.label("person"), Hook.name.label("hook"), Delivery.failure,
            Delivery.attempts, Notice.created_at,
        )
        .join(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Person, Person.id == Notice.person_id)
        .outerjoin(Hook, Hook.id == Notice.hook_id)
        .where(Delivery.state == FAILED, or_(_person_below(tops, today), _hook_below(tops)))
    )  # fmt: skip


def _person_below(tops: tuple[str, ...], today: date) -> ColumnElement[bool]:
    held = (
        select(Post.id)
        .join(Organization, Organization.id == Post.organization_id)
        .where(Post.person_id == Notice.person_id, in_force(today), below(tops))
    )
    return held.exists()


def _hook_below(tops: tuple[str, ...]) -> ColumnElement[bool]:
    return select(Organization.id).where(Organization.id == Hook.organization_id, below(tops)).exists()
