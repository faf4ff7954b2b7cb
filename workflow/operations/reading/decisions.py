"""Who was asked in the present round, and what each has said: seats, signers, delegates, questions, copies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.engine.deciding import AGREE, REFUSE, VERDICTS, count, in_words
from workflow.engine.snapshot import Snapshot, Turn
from workflow.engine.turns import AFTER, BEFORE, CONSULTED, COPIED, DELEGATED, PARALLEL, SEAT, TURN, VACANCY
from workflow.operations.reading.people import Holders, holders_at
from workflow.operations.reading.people import in_words as names
from workflow.store.journal import JournalEntry

WHAT = {
    SEAT: "共同决定", TURN: "转办", BEFORE: "前加签", PARALLEL: "加签", AFTER: "后加签", DELEGATED: "委派",
    CONSULTED: "沟通", COPIED: "抄送",
}  # fmt: skip
NOW, NOT_YET = "待办理", "未轮到"
WAITING = (NOW, NOT_YET)
KINDS = {AGREE: "done", REFUSE: "late", None: "running"}  #: look of the mark


@dataclass(frozen=True)
class Asked:
    """One person or post that was asked."""

    who: str
    what: str
    said: str  #: 同意, 待办理, 未轮到 …
    kind: str  #: look of the mark
    opinion: str
    asker: str = ""  #: of what a holder asked: who
    since: datetime | None = None
    note: str = ""  #: what the asker wrote


@dataclass(frozen=True)
class Decisions:
    """Everybody asked in the round, and how a joint decision stands."""

    rule: str = ""  #: in words; empty where one person decides
    asked: tuple[Asked, ...] = ()
    agree: int = 0
    refuse: int = 0
    abstain: int = 0
    total: int = 0


def decisions_of(session: Session, snapshot: Snapshot, today: date, entries: Sequence[JournalEntry] = ()) -> Decisions:
    """Who has said what. One statement for the names, none where nobody but the usual holder is asked.

    The journal tells who asked, when, and what for.
    """
    shown = [each for each in snapshot.turns if _is_shown(each)]
    if not shown:
        return Decisions()
    addresses = {each for turn in shown for each in turn.addresses}
    holders = holders_at(session, snapshot.vocabulary, addresses, today, with_posts=bool(entries))
    asked = tuple(_asked(each, holders, entries) for each in shown)
    rule = snapshot.definition.states[snapshot.case.state].decide
    if rule is None or not rule.is_joint:
        return Decisions(asked=asked)
    counted = count(rule, [each for each in shown if each.kind == SEAT])
    return Decisions(in_words(rule), asked, counted.agree, counted.refuse, counted.abstain, counted.total)


def _is_shown(turn: Turn) -> bool:
    """The usual turn is told by the state sentence; one that was handed on, or waits for signers, is told here."""
    if turn.kind == VACANCY:
        return False
    if turn.kind == TURN:
        return turn.verdict is not None or (turn.asked_by is not None and not turn.is_closed)
    return turn.verdict is not None or not turn.is_closed or turn.kind == COPIED


def _asked(turn: Turn, holders: Holders, entries: Iterable[JournalEntry]) -> Asked:
    who = turn.who if turn.verdict is not None else names(holders, turn.addresses) or turn.who
    found = Asked(who, WHAT[turn.kind], _said(turn), KINDS.get(turn.verdict, "idle") if _waits(turn) else "idle",
                  turn.opinion)  # fmt: skip
    asking = _asking(turn, holders, entries)
    return replace(found, asker=asking.person, since=asking.at, note=asking.reason) if asking else found


def _asking(turn: Turn, holders: Holders, entries: Iterable[JournalEntry]) -> JournalEntry | None:
    """The entry by which a holder last asked this of that person."""
    asked = {each.name for address in turn.addresses for each in holders[address]}
    found = (
        each
        for each in entries
        if each.fact == "asked"
        and each.person_id == turn.asked_by
        and each.details.get("kind") == turn.kind
        and not asked.isdisjoint(each.details.get("people", ()))
    )
    return max(found, key=lambda each: each.sequence, default=None)


def _waits(turn: Turn) -> bool:
    return turn.verdict is not None or not (turn.is_waiting or turn.is_closed)


def _said(turn: Turn) -> str:
    if turn.verdict is not None:
        return VERDICTS[turn.verdict]
    if turn.kind == COPIED:
        return "已阅" if turn.is_closed else "未阅"
    return NOT_YET if turn.is_waiting else NOW
