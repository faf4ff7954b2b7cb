"""Hand-over 交接 (换届, 调动, 离职): posts and open work go from one person to another at once (approvals.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.engine.forms import FieldFault
from workflow.errors import Conflict, InvalidInput, Refused
from workflow.operations.installation import Installation
from workflow.operations.journal import append
from workflow.operations.organization.appointing import Seat, appoint, end_post, find_post, followers, holds_seat
from workflow.operations.organization.locking import lock_cases, lock_people
from workflow.operations.organization.organizers import bodies_of, check_organizes, office_of
from workflow.operations.organization.passing_on import Passing, passing, readdress, rename_duties
from workflow.operations.organization.posts import is_disabled
from workflow.operations.trying import tried
from workflow.store.cases import Case
from workflow.store.fetching import get, get_one
from workflow.store.people import HandOver, Person

TITLE = "办理交接"
FACT = "handed_over"


@dataclass(frozen=True)
class Handing:
    """What is handed over, from whom to whom, from which day on."""

    leaver: Person
    successor: Person
    seats: tuple[Seat, ...]  #: posts that go to the successor
    day: date  #: the first day on which the successor holds them
    reason: str
    with_duties: bool = True  #: also what cases address to the leaver by name


@dataclass(frozen=True)
class HandOverPreview:
    """What a hand-over will do."""

    ends: tuple[str, ...]  #: posts that the leaver holds no longer
    begins: tuple[str, ...]  #: posts that the successor takes up
    passing: Passing


def preview_hand_over(session: Session, installation: Installation, actor: Actor, handing: Handing) -> HandOverPreview:
    """Everything that would move, and what would not and why. Raises what the hand-over would raise."""
    _check(session, installation, actor, handing)

    def outlook() -> HandOverPreview:
        seats = _seats(session, installation, handing)
        ends, begins = _change_posts(session, installation, handing, seats)
        return HandOverPreview(ends, begins, _passing(session, installation, handing, seats))

    return tried(session, outlook)


def hand_over(session: Session, installation: Installation, actor: Actor, handing: Handing) -> HandOver:
    """Hand over at once: both persons are locked first, then the cases in order of id, their parents among them.

    Of two hand-overs of the same posts the second waits, and is told who did it when (Conflict).
    """
    lock_people(session, (handing.leaver.id, handing.successor.id))
    _check(session, installation, actor, handing)
    seats = _seats(session, installation, handing)
    locked = lock_cases(session, _passing(session, installation, handing, seats).cases)
    ends, begins = _change_posts(session, installation, handing, seats)
    moving = _passing(session, installation, handing, seats).among(
        locked
    )  # as the cases stand now that they are locked
    made = HandOver(
        from_person_id=handing.leaver.id, to_person_id=handing.successor.id, reason=handing.reason.strip(),
        held_on=handing.day, moved=_record(handing, ends, begins, moving), made_by=actor.person_id, made_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    office = office_of(session, installation, actor)
    readdress(session, handing.leaver, handing.successor, moving)
    for number in moving.moved_cases:
        rename_duties(locked[number], handing.leaver, handing.successor, moving)
        _note(session, actor, office, locked[number], made, handing, moving)
    session.flush()
    return made


def _check(session: Session, installation: Installation, actor: Actor, handing: Handing) -> None:
    _check_form(installation, handing)
    if actor.person_id == handing.successor.id:
        reason = "不能把工作交接给自己，请由上级党组织的组织管理员办理"
        raise Refused(title=TITLE, guard="not_to_oneself", reason=reason)
    if is_disabled(session, handing.successor.id):
        reason = f"{handing.successor.name}的账号已停用，接任后没有人能办理"
        raise Refused(title=TITLE, guard="successor_is_let_in", reason=reason)
    bodies = {each.organization.id for each in handing.seats} or bodies_of(session, handing.leaver.id, handing.day)
    check_organizes(session, installation, actor, bodies, TITLE)
    for seat in handing.seats:
        if not holds_seat(session, handing.leaver, seat, handing.day):
            raise _gone(session, installation, handing, seat)


def _check_form(installation: Installation, handing: Handing) -> None:
    faults = []
    if handing.leaver.id == handing.successor.id:
        faults.append(FieldFault("successor", "接任人", "接任人不能是本人，请另选一人"))
    if not handing.seats and not handing.with_duties:
        faults.append(FieldFault("seats", "任职", "请至少选择一项要交接的任职，或者选择移交指定由本人办理的事项"))
    if handing.day > installation.today(clock.now()):
        faults.append(FieldFault("day", "交接日期", "交接日期还没有到，请在当日办理"))
    if not handing.reason.strip():
        faults.append(FieldFault("reason", "事由", "请写明交接的事由，如换届、调动、离职"))
    if faults:
        raise InvalidInput(errors=tuple(faults))


def _gone(session: Session, installation: Installation, handing: Handing, seat: Seat) -> Conflict | Refused:
    """Somebody else was faster, or the leaver never held the post."""
    title = seat.title(installation.definitions.organization)
    earlier = select(HandOver).where(HandOver.from_person_id == handing.leaver.id).order_by(HandOver.id.desc())
    for each in session.scalars(earlier):
        if [seat.organization.id, seat.code] in each.moved["seats"]:
            maker = get(session, Person, each.made_by) if each.made_by else None
            taker = get_one(session, Person, each.to_person_id)
            when = each.made_at.astimezone(installation.settings.zone)
            what = f"办理交接，{handing.leaver.name}的{title}由{taker.name}接任"
            return Conflict(who=maker.name if maker else "系统", when=f"{when:%m-%d %H:%M}", what=what, at=each.made_at)
    reason = f"{handing.leaver.name}现在不担任{title}，请核对任职登记"
    return Refused(title=TITLE, guard="holds_post", reason=reason)


def _seats(session: Session, installation: Installation, handing: Handing) -> tuple[Seat, ...]:
    """The posts chosen and those that go with them (R70)."""
    words = installation.definitions.organization
    found = {(each.organization.id, each.code): each for each in handing.seats}
    for seat in handing.seats:
        for each in followers(session, words, seat, handing.day):
            if holds_seat(session, handing.leaver, each, handing.day):
                found[each.organization.id, each.code] = each
    return tuple(found.values())


def _passing(session: Session, installation: Installation, handing: Handing, seats: tuple[Seat, ...]) -> Passing:
    return passing(session, installation, handing.leaver, handing.successor, seats, with_duties=handing.with_duties)


def _change_posts(
    session: Session, installation: Installation, handing: Handing, everything: tuple[Seat, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """End the leaver's posts and give them to the successor, followers included; titles of what ends and begins."""
    words = installation.definitions.organization
    held = [each for each in everything if holds_seat(session, handing.successor, each, handing.day)]
    for seat in everything:
        if holds_seat(session, handing.leaver, seat, handing.day):
            post = find_post(session, handing.leaver, seat, handing.day)
            end_post(session, installation, post, handing.day)
    for seat in _hosts_first(session, installation, handing.seats, handing.day):
        if not holds_seat(session, handing.successor, seat, handing.day):
            appoint(session, installation, handing.successor, seat, handing.day)
    begun = [each for each in everything if each not in held]
    return tuple(each.title(words) for each in everything), tuple(each.title(words) for each in begun)


def _hosts_first(session: Session, installation: Installation, seats: Iterable[Seat], day: date) -> tuple[Seat, ...]:
    """Posts that others follow come before those that follow them."""
    words, chosen = installation.definitions.organization, tuple(seats)
    following = {(each.organization.id, each.code) for seat in chosen for each in followers(session, words, seat, day)}
    return tuple(sorted(chosen, key=lambda each: (each.organization.id, each.code) in following))


def _record(handing: Handing, ends: Iterable[str], begins: Iterable[str], moving: Passing) -> dict[str, Any]:
    """What the receipt shows."""
    return {
        "seats": [[each.organization.id, each.code] for each in handing.seats],
        "ends": list(ends),
        "begins": list(begins),
        "moves": [[each.number, each.title, each.do, each.where] for each in moving.moves],
        "stays": [[each.number, each.title, each.do, each.reason] for each in moving.stays],
    }


def _note(
    session: Session,
    actor: Actor,
    office: tuple[str, str],
    row: Case,
    made: HandOver,
    handing: Handing,
    moving: Passing,
) -> None:
    mine = [each for each in moving.moves if each.case_id == row.id]
    append(
        session, row, FACT, actor=actor, at=made.made_at, post=office[0], organization=office[1],
        reason=f"{handing.leaver.name}的工作由{handing.successor.name}接任（交接第{made.id}号）：{made.reason}",
        details={"hand_over": made.id, "from": handing.leaver.id, "to": handing.successor.id,
                 "moved": [[each.do, each.where] for each in mine]},
    )  # fmt: skip
