"""Carry notices out: the worker's part of telling, apart from every transaction that ordered it.

One job works off a channel: it takes a delivery, sends it outside any transaction, and marks it. A crash between
sending and marking sends a second copy with the same id; nothing is ever marked that was not taken. Where nobody is
there the whole channel rests, so that a dead server is asked once a pause and not once a notice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from workflow import clock
from workflow.notices.channel import Channel, Down, Later, Message, Rejected
from workflow.notices.compose import letter, one_line
from workflow.operations.informing.channels import channel_of
from workflow.operations.informing.telling import DELIVER
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.fetching import get, get_one
from workflow.store.notices import Delivery, Hook, Notice
from workflow.store.people import Account, Person
from workflow.store.session import reading, writing
from workflow.store.tasks import Task

WAITING, SENT, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"
TAKEN_FOR = timedelta(seconds=45)  #: longer than any attempt; afterwards it is taken for lost, and tried again
BATCH = 50  #: deliveries of one job
LONGEST_REASON = 300

Opener = Callable[[Session, Installation, str], Channel]


@dataclass(frozen=True)
class Parcel:
    """One delivery, taken."""

    delivery: int
    channel: Channel
    message: Message


def deliver(engine: Engine, installation: Installation, channel: str, opener: Opener = channel_of) -> int:
    """Send what waits for a channel and is due, oldest first; answers how many were taken by the other side."""
    sent = 0
    for _ in range(BATCH):
        parcel = _take(engine, installation, channel, opener)
        if parcel is None:
            return sent
        try:
            parcel.channel.send(parcel.message)
        except Rejected as error:
            _mark(engine, parcel, FAILED, error.message)
        except Later as error:
            _put_off(engine, installation, parcel, error)
            if isinstance(error, Down):
                return sent
        else:
            _mark(engine, parcel, SENT)
            sent += 1
    with writing(engine) as session:
        _enqueue(session, installation, channel)
    return sent


def deliver_due(engine: Engine, installation: Installation) -> int:
    """Give a job to every channel for which something is due: after quiet hours, a pause, or a crash."""
    if not installation.settings.tells_outside:
        return 0
    due = select(Delivery.channel).where(Delivery.state == WAITING, Delivery.due_at <= clock.now()).distinct()
    with reading(engine) as session:
        channels = session.scalars(due).all()
    for channel in channels:
        with writing(engine) as session:
            _enqueue(session, installation, channel)
    return len(channels)


def _enqueue(session: Session, installation: Installation, channel: str) -> None:
    installation.jobs.enqueue(session, DELIVER, f"{channel}@{clock.now():%Y%m%dT%H%M%S.%f}", channel=channel)


def _take(engine: Engine, installation: Installation, channel: str, opener: Opener) -> Parcel | None:
    now = clock.now()
    waiting = (
        select(Delivery)
        .where(Delivery.channel == channel, Delivery.state == WAITING, Delivery.due_at <= now)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with writing(engine) as session:
        while (delivery := session.scalar(waiting)) is not None:
            notice = get_one(session, Notice, delivery.notice_id)
            if reason := _needless(session, notice):
                delivery.state, delivery.failure = DROPPED, reason
            elif delivery.attempts > len(_pauses(installation)):
                delivery.state, delivery.failure = FAILED, delivery.failure or "发送中多次中断"
            if delivery.state != WAITING:
                session.flush()
                continue
            delivery.attempts, delivery.due_at = delivery.attempts + 1, now + TAKEN_FOR
            return Parcel(delivery.id, opener(session, installation, channel),
                          _message(session, installation, delivery, notice))  # fmt: skip
    return None


def _needless(session: Session, notice: Notice) -> str:
    """Why it need not go out any more; empty when it has to."""
    if notice.task_id is not None and get_one(session, Task, notice.task_id).closed_at is not None:
        return "事项已办理"
    if notice.hook_id is not None:
        hook = get_one(session, Hook, notice.hook_id)
        return "" if hook.is_enabled and hook.removed_at is None else "已停用"
    locked = select(Account.id).where(Account.person_id == notice.person_id, Account.disabled_at.is_not(None))
    if session.scalar(locked) is not None:
        return "账号已停用"
    return "" if get_one(session, Person, notice.person_id).mail else "没有邮箱"


def _message(session: Session, installation: Installation, delivery: Delivery, notice: Notice) -> Message:
    home = installation.settings.public_url
    case = get(session, Case, notice.case_id) if notice.case_id else None
    link = f"{home}/cases/{case.number}" if home and case else home
    to, text = "", notice.text
    if notice.person_id is not None:
        person = get_one(session, Person, notice.person_id)
        to, text = person.mail, letter(person.name, text, link, f"{home}/reminders/preferences" if home else "")
    known = f"{delivery.id}.{notice.created_at:%Y%m%d%H%M%S}"
    return Message(known, to, notice.kind, notice.title, text, link, notice.created_at)


def _mark(engine: Engine, parcel: Parcel, state: str, reason: str | None = None) -> None:
    with writing(engine) as session:
        delivery = _taken(session, parcel)
        if delivery is not None:
            delivery.state, delivery.failure = state, _shown(parcel, reason)
            delivery.sent_at = clock.now() if state == SENT else None


def _put_off(engine: Engine, installation: Installation, parcel: Parcel, error: Later) -> None:
    """Try again after a pause; what waits for the same dead channel rests as long. After the last pause it failed."""
    pauses = _pauses(installation)
    with writing(engine) as session:
        delivery = _taken(session, parcel)
        if delivery is None:
            return
        delivery.failure, now = _shown(parcel, error.message), clock.now()
        if delivery.attempts > len(pauses):
            delivery.state = FAILED
            return
        delivery.due_at = now + pauses[delivery.attempts - 1]
        if isinstance(error, Down):
            others = (Delivery.channel == delivery.channel, Delivery.state == WAITING, Delivery.due_at <= now)
            session.execute(update(Delivery).where(*others).values(due_at=delivery.due_at))


def _pauses(installation: Installation) -> list[timedelta]:
    minutes = installation.definitions.campaign.parameters["reminder.retry_after"]
    assert isinstance(minutes, tuple)  # noqa: S101 - `chuangyou check` holds definitions to their types
    return [timedelta(minutes=int(each)) for each in minutes]


def _taken(session: Session, parcel: Parcel) -> Delivery | None:
    """The delivery, locked; None when somebody else has marked it meanwhile."""
    delivery = session.get_one(Delivery, parcel.delivery, with_for_update={"key_share": True})
    return delivery if delivery.state == WAITING else None


def _shown(parcel: Parcel, reason: str | None) -> str | None:
    """The reason without the mail address, which is the person's own."""
    if reason is None:
        return None
    return one_line(reason.replace(parcel.message.to, "该邮箱") if parcel.message.to else reason, LONGEST_REASON)
