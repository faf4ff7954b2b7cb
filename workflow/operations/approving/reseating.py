"""Seats whose holders have left: they go to whoever has come to the post, and are dropped where nobody has.

Rights end with the post at the moment of the act; who holds a post now is asked as soon as the service looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import zip_longest
from typing import Any

from sqlalchemy import Engine, Subquery, Text, cast, literal, or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.joint import recounted
from workflow.engine.moving import SYSTEM_ACTOR
from workflow.engine.seats import Seat, seats
from workflow.engine.snapshot import Turn
from workflow.engine.turns import SEAT, lapsed
from workflow.operations import journal
from workflow.operations.alone import alone
from workflow.operations.following import follow
from workflow.operations.informing.arrivals import announce
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded, load
from workflow.operations.organization.posts import DAY, names_of
from workflow.operations.tasks import close, give_seat, open_tasks
from workflow.operations.writing import write
from workflow.store.fetching import found_rows
from workflow.store.people import Account, Post
from workflow.store.prepared import Prepared
from workflow.store.session import reading
from workflow.store.tasks import Candidate, Task

FACT = "reseated"
TITLE = "席位调整"


def reseat_all(engine: Engine, installation: Installation) -> int:
    """The scheduled check, one transaction a case; answers in how many cases seats have changed hands."""
    with reading(engine) as session:
        found = _concerned(session, installation.today(clock.now()))
    return sum(
        alone(engine, partial(reseat, installation=installation, case_id=each), f"seats of case {each}")
        for each in found
    )


def reseat(session: Session, installation: Installation, case_id: int) -> bool:
    """Give the lapsed seats of a case to those who hold the posts now, as many as there were, and count anew.

    What was asked beside a seat goes to its new holder, or ends with it.
    """
    loaded = load(session, installation, case_id, lock=True)
    gone = [] if loaded.is_at_rest or loaded.row.closed_at else lapsed(loaded.snapshot)
    if not gone:
        return False
    known = {address for each in loaded.snapshot.turns for address in each.addresses}
    new = [each for each in seats(loaded.snapshot) if known.isdisjoint(each.addresses)][: len(gone)]
    reason = _reason(session, gone, new)
    give_to_others(session, installation, loaded, list(zip_longest(gone, new)), reason, "已不再担任有关职务")
    return True


def give_to_others(
    session: Session, installation: Installation, loaded: Loaded, pairs: Sequence[tuple[Turn, Seat | None]],
    reason: str, closed: str,
) -> None:  # fmt: skip
    """Give each turn to its new seat, drop those without one, and count anew. `closed` is why the old ones end."""
    details = {"tasks": [turn.id for turn, _ in pairs]}
    journal.append(session, loaded.row, FACT, actor=SYSTEM_ACTOR, at=loaded.at, reason=reason, details=details)
    old = [session.get_one(Task, turn.id) for turn, _ in pairs]
    for task, (_, seat) in zip(old, pairs, strict=True):
        if seat is not None:
            give_seat(session, loaded, task, seat)
    beside = [each for each in open_tasks(session, loaded.row.id) if each.parent_id in {task.id for task in old}]
    close(session, [*old, *beside], loaded.at, None, closed)
    session.flush()
    announce(session, installation, loaded.row)
    _count(session, installation, loaded.row.id)


def _reason(session: Session, gone: Sequence[Turn], new: Sequence[Seat]) -> str:
    names = names_of(session, [int(each.addresses[0][1:]) for each in gone])
    given = f"，由现任人员接续（{len(new)}席）" if new else "，有关席位不再计入"
    return f"{'、'.join(names.values())}已不再担任有关职务{given}"


def _count(session: Session, installation: Installation, case_id: int) -> None:
    loaded = load(session, installation, case_id, lock=True)
    step = recounted(loaded.snapshot, loaded.at, loaded.today)
    if step is not None:
        write(session, loaded, step)
        follow(session, installation, loaded, step)


def left_office(day: Any) -> Subquery:
    """Everybody, in the column `person`, one of whose posts has ended by a day or whose account is disabled."""
    ended = select(Post.person_id.label("person")).where(Post.valid_to <= day)
    disabled = select(Account.person_id).where(Account.disabled_at.is_not(None))
    return ended.union(disabled).subquery()


def _concerned(session: Session, day: date) -> list[int]:
    """Cases in which a seat is open for a person whose account is disabled or one of whose posts has ended."""
    return [case for (case,) in found_rows(session, CONCERNED, {"day": day})]


def _seats_of_leavers() -> Prepared:
    left = left_office(DAY)
    query = (
        select(Task.case_id)
        .join(Candidate, Candidate.task_id == Task.id)
        .join(left, literal("p", Text) + cast(left.c.person, Text) == Candidate.address)
        .where(Task.kind == SEAT, Task.closed_at.is_(None), Task.asked_by.is_(None),
               or_(Candidate.is_open, Task.is_waiting))
    )  # fmt: skip
    return Prepared(query.distinct().order_by(Task.case_id))


CONCERNED = _seats_of_leavers()
