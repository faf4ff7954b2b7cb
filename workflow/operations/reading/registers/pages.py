"""A register for one reader: a page of it, or the whole of it; and what waits to be signed for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.errors import NotFound, Refused
from workflow.operations.access import offices
from workflow.operations.documents.receiving import STAGE, clerk_of
from workflow.operations.installation import Installation
from workflow.operations.organization.finding import body_of
from workflow.operations.organization.trees import present_tree
from workflow.operations.reading.registers import REGISTERS
from workflow.operations.reading.registers.entries import Entry, Register, Rows, Setting, Wanted
from workflow.operations.reading.registers.received import ROLES, rows_of
from workflow.store.organization import Organization
from workflow.store.receipts import Receipt

PAGE = 50
MOST_EXPORTED = 20_000
MOST_PRINTED = 300


@dataclass(frozen=True)
class Waiting:
    """A document that has arrived and nobody has signed for."""

    id: int
    document_id: int
    title: str
    number: str
    kind: str
    sender: str
    role: str  #: 主送 or 抄送
    urgency: str
    arrived_at: datetime
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class Facets:
    """What the entries may be filtered by."""

    years: tuple[int, ...]
    series: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class RegisterPage:
    """Some entries of a register, the newest number first."""

    body: Organization
    register: Register
    wanted: Wanted
    entries: tuple[Entry, ...]
    earlier: int | None  #: pass as `before` for the next page
    facets: Facets
    waiting: tuple[Waiting, ...]
    waiting_count: int
    may_sign: bool

    @property
    def shown(self) -> tuple[int, ...]:
        """Places of the columns in which something stands."""
        places = range(len(self.register.columns))
        return tuple(each for each in places if any(entry.cells[each] for entry in self.entries))


def register_page(
    session: Session, installation: Installation, actor: Actor, body_id: int, name: str, wanted: Wanted,
    before: int | None = None,
) -> RegisterPage:  # fmt: skip
    """One page. Raises NotFound when the actor has no business with the body's registers."""
    body, register = open_register(session, installation, actor, body_id, name)
    rows = session.execute(_ordered(session, register, body_id, wanted, before).limit(PAGE + 1)).all()
    setting = Setting(installation, ZoneInfo(body.timezone))
    entries = tuple(register.entry(setting, row) for row in rows[:PAGE])
    is_received = name == "received"
    waiting = _waiting(session, body_id, wanted) if is_received else ()
    count = count_waiting(session, [body_id]).get(body_id, 0) if is_received else 0
    return RegisterPage(
        body, register, wanted, entries, entries[-1].id if len(rows) > PAGE else None,
        _facets(session, register, body_id), waiting, count,
        is_received and clerk_of(session, installation, actor, body_id) is not None,
    )  # fmt: skip


def whole_register(
    session: Session, installation: Installation, actor: Actor, body_id: int, name: str, wanted: Wanted, most: int
) -> tuple[Organization, Register, list[Entry]]:
    """Every entry asked for, the first number first. Raises NotFound, or Refused when they are more than `most`."""
    body, register = open_register(session, installation, actor, body_id, name)
    keys = [each.asc() for each in register.key]
    rows = session.execute(_narrowed(register, body_id, wanted).order_by(*keys).limit(most + 1)).all()
    if len(rows) > most:
        reason = f"一次最多{most}条，请按年度、字号或者文种缩小范围"
        raise Refused(title=f"输出{register.title}", guard="register_is_short_enough", reason=reason)
    setting = Setting(installation, ZoneInfo(body.timezone))
    return body, register, [register.entry(setting, row) for row in rows]


def open_register(
    session: Session, installation: Installation, actor: Actor, body_id: int, name: str
) -> tuple[Organization, Register]:
    """The register, for those who hold an office in the body or above it on the lead line, and who stands in for them.

    A guiding body sees what it is sent, never the registers; membership is no office.
    """
    register = REGISTERS.get(name)
    if register is None:
        raise NotFound(what="这本登记簿")
    body = body_of(session, body_id)
    tree = present_tree(session, installation, {body_id}, installation.today(clock.now()))
    line = (body_id, *tree.ancestors(body_id))
    working = {organ for each in line for organ in tree.with_organs(each)}
    if not any(not working.isdisjoint(offices(each)) for each in actor.capacities(STAGE)):
        raise NotFound(what="这本登记簿，或者您无权查看")
    return body, register


def count_waiting(session: Session, bodies: Sequence[int]) -> dict[int, int]:
    """How many documents wait to be signed for, by body."""
    counted = select(Receipt.organization_id, func.count()).where(
        Receipt.organization_id.in_(bodies), Receipt.signed_at.is_(None)
    )
    return dict(session.execute(counted.group_by(Receipt.organization_id)).all())


def _narrowed(register: Register, body: int, wanted: Wanted) -> Rows:
    year, series, kind = register.facets
    query = register.query(body)
    for column, value in ((year, wanted.year), (series, wanted.series), (kind, wanted.kind)):
        if value:
            query = query.where(column == value)
    if wanted.words:
        query = query.where(or_(*(each.ilike(f"%{wanted.words}%") for each in register.searched)))
    return query


def _ordered(session: Session, register: Register, body: int, wanted: Wanted, before: int | None) -> Rows:
    query = _narrowed(register, body, wanted).order_by(*(each.desc() for each in register.key))
    if before is None:
        return query
    last = session.execute(register.query(body).with_only_columns(*register.key).where(register.id == before)).first()
    return query.where(tuple_(*register.key) < tuple_(*last)) if last else query.where(false())


def _facets(session: Session, register: Register, body: int) -> Facets:
    found = session.execute(register.query(body).with_only_columns(*register.facets).distinct()).all()
    years = {int(year) for year, *_ in found if year}
    named = [sorted({row[place] for row in found} - {"", None}) for place in (1, 2)]
    return Facets(tuple(sorted(years, reverse=True)), tuple(named[0]), tuple(named[1]))


def _waiting(session: Session, body: int, wanted: Wanted) -> tuple[Waiting, ...]:
    query = rows_of(body).where(Receipt.signed_at.is_(None)).order_by(Receipt.id).limit(PAGE)
    now = clock.now()
    return tuple(
        Waiting(row.id, row.document_id, row.title, row.number or "", row.kind, row.sender, ROLES[row.role],
                row.stated_urgency or "", row.arrived_at, row.due_at, row.due_at is not None and row.due_at <= now)
        for row in session.execute(query)
        if wanted.words in row.title
    )  # fmt: skip
