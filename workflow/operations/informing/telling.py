"""Tell people something, once: what everybody else calls. Nothing leaves before the transaction has committed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow import clock
from workflow.notices.compose import in_group
from workflow.notices.hours import after_quiet
from workflow.notices.kinds import AT_ONCE, SHOWN_ELSEWHERE
from workflow.operations.informing.addressees import people_at
from workflow.operations.informing.preferences import defaults, wishes_of
from workflow.operations.installation import Installation
from workflow.store.cases import Case
from workflow.store.notices import Delivery, Hook, Notice
from workflow.store.organization import Organization

DELIVER = "deliver"  #: kind of the job
MAIL, HOOK = "mail", "hook:"  #: channels; a hook's is followed by its id
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Place:
    """Where a case is at home."""

    stage: str
    number: str
    body: str
    path: str  #: of the body


def tell(
    session: Session, installation: Installation, addresses: Iterable[str], *, kind: str, key: str, title: str,
    text: str = "", case_id: int | None = None, task_id: int | None = None,
    known_to: Container[int] = (),
) -> list[int]:  # fmt: skip
    """Tell whoever is reached at these addresses (`o5:secretary`, `p7`) today; answers whom that was news to.

    The key says what it is about: nobody is told the same thing twice, however often it is said. Where a mail server
    is set, mails go out as each person wishes, but not to whoever has done it and knows (`known_to`); where robots
    are, those of the case's body and above are told as well.
    """
    now = clock.now()
    place = _place(session, case_id)
    people = people_at(session, addresses, installation.today(now), place.stage if place else None)
    said = {"kind": kind, "key": key, "title": title[:LONGEST_TITLE], "text": text, "case_id": case_id,
            "task_id": task_id, "created_at": now}  # fmt: skip
    read_at = now if kind in SHOWN_ELSEWHERE else None
    told = note(session, "person_id", people, {**said, "read_at": read_at})
    if installation.settings.mail_url is not None and told:
        due = _mails(session, installation, {who: each for who, each in told.items() if who not in known_to}, kind, now)
        dispatch(session, installation, MAIL, due)
    if installation.settings.allowed_hosts and place and people:
        _tell_hooks(session, installation, place, said)
    return sorted(told)


def note(session: Session, addressee: str, ids: Iterable[int], said: Mapping[str, object]) -> dict[int, int]:
    """Store a notice for each; answers the new ones, addressee → notice. What was told before is not told again."""
    rows = [{**said, addressee: each} for each in sorted(ids)]
    if not rows:
        return {}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    once = insert(Notice).values(rows).on_conflict_do_nothing(index_elements=[addressee, "key"])
    column = Notice.person_id if addressee == "person_id" else Notice.hook_id
    found = session.execute(once.returning(Notice.id, column.label("addressee")))
    return {row.addressee: row.id for row in found}


def dispatch(session: Session, installation: Installation, channel: str, due: Mapping[int, datetime]) -> None:
    """Put notices on their way by a channel, each from its own moment on."""
    if not due:
        return
    rows = [Delivery(notice_id=notice, channel=channel, due_at=at) for notice, at in due.items()]
    session.add_all(rows)
    session.flush()
    if min(due.values()) <= clock.now():
        installation.jobs.enqueue(session, DELIVER, f"{channel}:{rows[0].id}", channel=channel)


def _mails(
    session: Session, installation: Installation, told: Mapping[int, int], kind: str, now: datetime
) -> dict[int, datetime]:
    """The notices that go out by mail at once, or after quiet hours."""
    wishes = wishes_of(session, installation, told, installation.today(now))
    return {told[person]: each.not_before(now) for person, each in wishes.items() if each.way(kind) == AT_ONCE}


def _place(session: Session, case_id: int | None) -> Place | None:
    if case_id is None:
        return None
    columns = (Case.stage, Case.number, Organization.short_name, Organization.path)
    of_case = select(*columns).join(Organization, Organization.id == Case.organization_id).where(Case.id == case_id)
    return Place(*session.execute(of_case).one())


def _tell_hooks(session: Session, installation: Installation, place: Place, said: Mapping[str, object]) -> None:
    """Tell the hooks of every body on the line down to this one; a group may not know what is in the case."""
    rows = session.execute(
        select(Hook.id, Hook.kinds, Organization.timezone)
        .join(Organization, Organization.id == Hook.organization_id)
        .where(Hook.is_enabled, Hook.removed_at.is_(None), literal(place.path).startswith(Organization.path))
    ).all()
    meant = {row.id: row.timezone for row in rows if not row.kinds or said["kind"] in row.kinds}
    stage = installation.definitions.stages[place.stage].title
    title = in_group(str(said["kind"]), place.body, stage, place.number)
    told = note(session, "hook_id", meant, {**said, "title": title, "text": ""})
    usual, now = defaults(installation), clock.now()
    for hook, notice in told.items():
        at = after_quiet(now, usual.quiet_from, usual.quiet_to, ZoneInfo(meant[hook]))
        dispatch(session, installation, f"{HOOK}{hook}", {notice: at})
