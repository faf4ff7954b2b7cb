"""How somebody wants to be told by mail: what was chosen, else the defaults of the campaign definition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.errors import InvalidInput
from workflow.notices.hours import after_quiet
from workflow.notices.kinds import AT_ONCE, DAILY, KINDS, OFF, WAYS
from workflow.notices.mail import is_address
from workflow.operations.informing.addressees import zones_of
from workflow.operations.installation import Installation
from workflow.store.fetching import get_one
from workflow.store.notices import Preference
from workflow.store.people import Person

CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


@dataclass(frozen=True)
class Wishes:
    """How one person is told."""

    address: str  #: mail; empty when none is known
    ways: Mapping[str, str]  #: kind → way
    quiet_from: time
    quiet_to: time
    digest_at: time
    zone: ZoneInfo

    def way(self, kind: str) -> str:
        """How a notice of the kind goes out by mail."""
        return self.ways.get(kind, AT_ONCE) if self.address else OFF

    def not_before(self, moment: datetime) -> datetime:
        """The first moment at which the person may be told."""
        return after_quiet(moment, self.quiet_from, self.quiet_to, self.zone)


@dataclass(frozen=True)
class Choice:
    """What somebody has chosen on the page of preferences."""

    address: str
    ways: Mapping[str, str]
    quiet_from: time
    quiet_to: time
    digest_at: time


def wishes_of(session: Session, installation: Installation, people: Iterable[int], day: date) -> dict[int, Wishes]:
    """The wishes of these people. Two statements."""
    zones = zones_of(session, installation, people, day)
    rows = session.execute(
        select(Person.id, Person.mail, Preference)
        .outerjoin(Preference, Preference.person_id == Person.id)
        .where(Person.id.in_(zones))
    ).all()
    usual = defaults(installation)
    found = {}
    for row in rows:
        own = row.Preference
        found[row.id] = Wishes(
            row.mail, {**usual.ways, **(own.mail if own else {})}, own.quiet_from if own else usual.quiet_from,
            own.quiet_to if own else usual.quiet_to, own.digest_at if own else usual.digest_at, zones[row.id],
        )  # fmt: skip
    return found


def defaults(installation: Installation) -> Choice:
    """What holds for who has chosen nothing."""
    at_once, daily = _names(installation, "reminder.at_once"), _names(installation, "reminder.digest")
    ways = {each: AT_ONCE if each in at_once else DAILY if each in daily else OFF for each in KINDS}
    start, end = (time.fromisoformat(each) for each in _names(installation, "reminder.quiet_hours"))
    (digest_at,) = _names(installation, "reminder.digest_at")
    return Choice("", ways, start, end, time.fromisoformat(digest_at))


def _names(installation: Installation, parameter: str) -> tuple[str, ...]:
    value = installation.definitions.campaign.parameters[parameter]
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def chosen(session: Session, installation: Installation, actor: Actor) -> Choice:
    """What holds for the actor now."""
    assert actor.person_id is not None  # noqa: S101 - the system has no preferences
    mine = wishes_of(session, installation, [actor.person_id], installation.today(clock.now()))[actor.person_id]
    return Choice(mine.address, mine.ways, mine.quiet_from, mine.quiet_to, mine.digest_at)


def choose(session: Session, actor: Actor, choice: Choice) -> None:
    """Store what the actor has chosen for the own person. Raises InvalidInput."""
    address = choice.address.strip()
    if address and not is_address(address):
        raise InvalidInput(errors=(FieldFault("mail", "我的邮箱", "邮箱地址不完整，应如 zhangsan@example.com"),))
    if unknown := [kind for kind, way in choice.ways.items() if way not in WAYS]:
        message = "没有这种提醒方式，请重新选择"
        raise InvalidInput(errors=(FieldFault(f"way_{unknown[0]}", KINDS.get(unknown[0], "邮件"), message),))
    assert actor.person_id is not None  # noqa: S101 - the system has no preferences
    get_one(session, Person, actor.person_id).mail = address
    session.merge(
        Preference(
            person_id=actor.person_id, mail={each: choice.ways[each] for each in KINDS if each in choice.ways},
            quiet_from=choice.quiet_from, quiet_to=choice.quiet_to, digest_at=choice.digest_at,
            changed_at=clock.now(),
        )
    )  # fmt: skip


def clock_time(text: str) -> time | None:
    """The time that somebody wrote, as 8:00 or 08：00; None when it is none."""
    found = CLOCK.fullmatch(text.strip().replace("：", ":"))
    return time(int(found[1]), int(found[2])) if found else None
