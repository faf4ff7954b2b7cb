"""Who has the turn, since when, under which limit, and who comes next: the chain of a case with names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.definition.duration import DURATION
from workflow.engine.forecast import Expected, forecast
from workflow.engine.snapshot import Snapshot, Turn
from workflow.engine.turns import BEFORE, DELEGATED
from workflow.operations.installation import Installation
from workflow.operations.reading.people import Holders, holders_at, in_words

ASKED_AS = {BEFORE: "前加签", DELEGATED: "委派"}
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
    first: str = ""  #: who was asked by a holder to be heard first: 周伯衡先提意见（前加签，邵美琪请）


def chain(
    session: Session, installation: Installation, snapshot: Snapshot, at: datetime, today: date
) -> tuple[Link, ...]:
    """The present state and those expected after it. One statement for all the names."""
    expected = forecast(snapshot, at, today)
    holders = holders_at(session, snapshot.vocabulary, addresses_of(expected), today)
    return named(installation, snapshot, expected, holders)


def addresses_of(expected: Sequence[Expected]) -> set[str]:
    """Every address that the chain passes, and those who asked others."""
    askers = {f"p{turn.asked_by}" for each in expected for turn in each.heard_first}
    return askers.union(*(each.addresses for each in expected))


def named(
    installation: Installation, snapshot: Snapshot, expected: Sequence[Expected], holders: Holders
) -> tuple[Link, ...]:
    """The chain with names in it."""
    found = []
    for number, each in enumerate(expected):
        first = {address for turn in each.heard_first for address in turn.addresses}
        asked = [address for address in each.addresses if address not in first]
        who = in_words(holders, asked, without=each.recused) or in_words(holders, asked)
        child = installation.definitions.stages.get(each.child or "")
        found.append(
            Link(
                title=each.title,
                who=who or ("" if first else "、".join(each.roles)),
                due_on=each.due_on,
                is_now=number == 0,
                is_vacant=bool(each.roles) and not (who or first),
                is_final=snapshot.definition.states[each.state].final,
                child=child.title if child else "",
                first=_first(each.heard_first, holders),
            )
        )
    return tuple(found)


def _first(asked: Sequence[Turn], holders: Holders) -> str:
    """Who has to be heard before the holders decide, how they were asked, and by whom."""
    groups: dict[tuple[str, int | None], list[str]] = {}
    for each in asked:
        groups.setdefault((each.kind, each.asked_by), []).extend(each.addresses)
    return "；".join(
        f"{in_words(holders, addresses)}先提意见（{ASKED_AS[kind]}，{in_words(holders, [f'p{asker}'])}请）"
        for (kind, asker), addresses in groups.items()
    )


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
    counted = "（起算当日计入）" if match and match["first"] else ""
    return f"限{match['days']}{UNITS[match['kind']]}{counted}" if match else ""
