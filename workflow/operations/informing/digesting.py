"""The daily digest: one mail of what waits for somebody, at the hour of their choice, on the clock of their zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.notices import compose
from workflow.notices.hours import digest_day
from workflow.notices.kinds import DAILY, DIGEST
from workflow.operations.informing.looks import last_look, remember_look
from workflow.operations.informing.preferences import Wishes, wishes_of
from workflow.operations.informing.telling import MAIL, dispatch, note
from workflow.operations.installation import Installation
from workflow.operations.organization.posts import actor as actor_of
from workflow.operations.reading.inbox import inbox
from workflow.operations.reading.registers.mine import waiting_papers
from workflow.store.notices import Notice
from workflow.store.people import Account, Person
from workflow.store.session import reading, writing

BATCH = 500  #: people whose wishes are read at once
LOOKS_BACK = timedelta(hours=12)  #: after an outage; the digest of a day long past tells nobody anything
MOST_UNREAD = 20  #: reminders listed besides the tasks


def send_digests(engine: Engine, installation: Installation, now: datetime | None = None) -> int:
    """Write the digests whose hour has come since the last look; answers how many. A repeat writes none twice."""
    if installation.settings.mail_url is None:
        return 0
    now = now or clock.now()
    since = max(_last(engine, now), now - LOOKS_BACK)
    made = 0
    for person, day in _due(engine, installation, since, now):
        with writing(engine) as session:
            made += _write(session, installation, person, day, now)
    _remember(engine, now)
    return made


def _last(engine: Engine, now: datetime) -> datetime:
    with reading(engine) as session:
        return last_look(session, DIGEST) or now


def _remember(engine: Engine, now: datetime) -> None:
    remember_look(engine, DIGEST, now)


def _due(engine: Engine, installation: Installation, since: datetime, now: datetime) -> Iterator[tuple[int, date]]:
    """Everybody whose hour lies after `since` and not after `now`, with the local day."""
    last = 0
    while True:
        with reading(engine) as session:
            locked = select(Account.id).where(Account.person_id == Person.id, Account.disabled_at.is_not(None))
            ids = select(Person.id).where(Person.id > last, Person.mail != "", ~locked.exists())
            people = session.scalars(ids.order_by(Person.id).limit(BATCH)).all()
            wishes = wishes_of(session, installation, people, installation.today(now))
        for person, each in sorted(wishes.items()):
            if (day := _day(each, since, now)) is not None:
                yield person, day
        if len(people) < BATCH:
            return
        last = people[-1]


def _day(wishes: Wishes, since: datetime, now: datetime) -> date | None:
    if DAILY not in wishes.ways.values():
        return None
    day = digest_day(now, wishes.digest_at, wishes.zone)
    return None if day is None or day == digest_day(since, wishes.digest_at, wishes.zone) else day


def _write(session: Session, installation: Installation, person: int, day: date, now: datetime) -> bool:
    """Tell the person what waits; nothing when nothing does."""
    lines, total = _lines(session, installation, person, day)
    if not total:
        return False
    title, text = compose.digest(day.isoformat(), lines, total)
    said = {"kind": DIGEST, "key": f"{DIGEST}:{day.isoformat()}", "title": title, "text": text, "created_at": now,
            "read_at": now}  # fmt: skip
    told = note(session, "person_id", [person], said)
    dispatch(session, installation, MAIL, dict.fromkeys(told.values(), now))
    return bool(told)


def _lines(session: Session, installation: Installation, person: int, day: date) -> tuple[list[str], int]:
    """The tasks by how they press, what waits in registers, then the reminders not read yet."""
    actor = actor_of(session, person, day)
    waiting, shelves = inbox(session, installation, actor), waiting_papers(session, installation, actor)
    lines = [f"【{title}】{count}件" for title, count in shelves.lines]
    for group in waiting.groups:
        lines += [f"【{group.title}】{group.count}件"]
        lines += [
            f"· {compose.one_line(each.do)}《{compose.one_line(each.title)}》{each.number}" for each in group.turns
        ]
    unread = select(Notice.title).where(Notice.person_id == person, Notice.read_at.is_(None)).order_by(Notice.id.desc())
    titles = session.scalars(unread.limit(MOST_UNREAD)).all()
    if titles:
        lines += [f"【未读提醒】{len(titles)}条", *(f"· {compose.one_line(each)}" for each in titles)]
    return lines, waiting.total + shelves.total + len(titles)
