"""Who has the turn, since when, under which limit, and who comes next: the chain of a case with names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.engine.deadlines import DURATION
from workflow.engine.forecast import Expected, forecast
from workflow.engine.snapshot import Snapshot
from workflow.operations.installation import Installation
from workflow.operations.reading.people import Holders, holders_at, in_words

UNITS = {"working": "个工作日", "natural": "天"}


@dataclass(frozen=True)
class Link:
    """One state of the predicted chain."""

    title: str
    who: str  #: names, or the roles when nobody holds the posts
    due_on: date | None
    is_now: bool
    is_vacant: bool
    is_final: bool
    child: str  #: title of the stage whose case has to end first


def chain(
    session: Session, installation: Installation, snapshot: Snapshot, at: datetime, today: date
) -> tuple[Link, ...]:
    """The present state and those expected after it. One statement for all the names."""
    expected = forecast(snapshot, at, today)
    holders = holders_at(session, snapshot.vocabulary, addresses_of(expected), today)
    return named(installation, snapshot, expected, holders)


def addresses_of(expected: Sequence[Expected]) -> set[str]:
    """Every address that the chain passes."""
    return {address for each in expected for address in each.addresses}


def named(
    installation: Installation, snapshot: Snapshot, expected: Sequence[Expected], holders: Holders
) -> tuple[Link, ...]:
    """The chain with names in it."""
    found = []
    for number, each in enumerate(expected):
        who = in_words(holders, each.addresses)
        child = installation.definitions.stages.get(each.child or "")
        found.append(
            Link(
                title=each.title,
                who=who or "、".join(each.roles),
                due_on=each.due_on,
                is_now=number == 0,
                is_vacant=bool(each.roles) and not who,
                is_final=snapshot.definition.states[each.state].final,
                child=child.title if child else "",
            )
        )
    return tuple(found)


def limit_in_words(snapshot: Snapshot) -> str:
    """The limit of the present state as a rule: 限 5 个工作日, or the day that the form names."""
    due = snapshot.definition.states[snapshot.case.state].due
    if due is None:
        return ""
    if due.startswith("field:"):
        field = snapshot.definition.field(due.removeprefix("field:"))
        return f"按“{field.title}”确定" if field else ""
    text = due if DURATION.match(due) else str(snapshot.parameters.get(due, ""))
    match = DURATION.match(text)
    return f"限{match['days']}{UNITS[match['kind']]}" if match else ""
