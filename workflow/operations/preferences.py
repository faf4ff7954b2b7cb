"""How somebody wants to be told by mail: what was chosen, else the defaults of the campaign definition."""

from __future__ import annotations

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
from workflow.operations.addressees import zones_of
from workflow.operations.installation import Installation
from workflow.store.notices import Preference
from workflow.store.people import Person


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


def choose(session: Session, actor: Actor, choice: Choice) -> None:
    """Store what the actor has chosen for the own person. Raises InvalidInput."""
    if unknown := [each for each in choice.ways.values() if each not in WAYS]:
        raise InvalidInput(errors=(FieldFault("ways", "邮件提醒", f"没有“{unknown[0]}”这种方式，请重新选择"),))
    assert actor.person_id is not None  # noqa: S101 - the system has no preferences
    session.get_one(Person, actor.person_id).mail = choice.address
    session.merge(
        Preference(
            person_id=actor.person_id, mail={each: choice.ways[each] for each in KINDS if each in choice.ways},
            quiet_from=choice.quiet_from, quiet_to=choice.quiet_to, digest_at=choice.digest_at,
            changed_at=clock.now(),
        )
    )  # fmt: skip
