"""An order to bind as whoever gave it sees it: how far it has come, its files, what is missing, who fetched what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.operations.bindings.indexing import INDEX
from workflow.operations.bindings.ordering import (
    BODIES,
    CERTIFICATES,
    DOWNLOADED,
    ORDERED,
    STOPPED,
    WAYS,
    Wanted,
    check_may_order,
    count,
    may_order,
    own_binding,
    parts_of,
)
from workflow.operations.installation import Installation
from workflow.store.bindings import Binding, BindingMiss, BindingPart, BindingUse
from workflow.store.cases import Campaign, Case
from workflow.store.organization import Organization

SHOWN = 200  #: files, misses and uses that are listed
RECENT = 5
USES = {ORDERED: "提交装订", DOWNLOADED: "下载", STOPPED: "停止", "forgotten": "到期删除"}


@dataclass(frozen=True)
class Missing:
    """A case of which nothing could be bound."""

    number: str
    title: str
    reason: str


@dataclass(frozen=True)
class Use:
    """Somebody did something with it."""

    at: datetime
    who: str
    what: str
    part: str


@dataclass(frozen=True)
class BindingPage:
    """The whole of an order."""

    id: int
    campaign_id: int
    campaign: str
    node_id: int
    node: str
    below: bool
    what: str
    title: str
    made_at: datetime
    finished_at: datetime | None
    is_stopped: bool
    expires_at: datetime | None
    is_forgotten: bool
    total: int
    done: int
    files: int  #: with the index
    parts: tuple[BindingPart, ...]  #: the first of them
    missing: tuple[Missing, ...]
    uses: tuple[Use, ...]

    @property
    def volumes(self) -> int:
        """How many files there are besides the index."""
        return self.files - any(each.sequence == INDEX for each in self.parts)

    @property
    def is_ready(self) -> bool:
        """Whether its files can be fetched."""
        return self.finished_at is not None and not self.is_stopped and not self.is_forgotten and bool(self.parts)


@dataclass(frozen=True)
class Ordered:
    """An order in a list."""

    id: int
    title: str
    node: str
    made_at: datetime
    state: str  #: running, done, stopped, forgotten


@dataclass(frozen=True)
class Offered:
    """What may be bound for a body."""

    what: str
    title: str
    cases: int  #: of the body with everything below it
    own: int  #: of the body alone


def offered(session: Session, installation: Installation, actor: Actor, campaign_id: int, node: int) -> list[Offered]:
    """The choices of the form. Raises NotAllowed where the actor may order nothing."""
    body = session.get_one(Organization, node)
    found = []
    for what, title in WAYS.items():
        if may_order(session, installation, actor, node, what):
            numbers = (count(session, campaign_id, body, Wanted(what, below)) for below in (True, False))
            found.append(Offered(what, title, *numbers))
    if not found:
        check_may_order(session, installation, actor, node, BODIES)
    return [each for each in found if each.what != CERTIFICATES or each.cases]


def binding_page(session: Session, actor: Actor, binding_id: int) -> BindingPage:
    """Read an order; NotFound for anybody but whoever gave it."""
    row = own_binding(session, actor, binding_id)
    campaign, node = session.get_one(Campaign, row.campaign_id), session.get_one(Organization, row.organization_id)
    parts = tuple(parts_of(session, row.id, SHOWN))
    files = select(func.count()).select_from(BindingPart).where(BindingPart.binding_id == row.id)
    return BindingPage(
        row.id, campaign.id, campaign.title, node.id, node.name, row.below, row.what, WAYS[row.what], row.made_at,
        row.finished_at, row.stopped_at is not None, row.expires_at, is_over(row), row.total, row.done,
        session.scalar(files) or 0, parts,
        _missing(session, row.id), _uses(session, row.id, {each.sequence: each.title for each in parts}),
    )  # fmt: skip


def recent_bindings(session: Session, actor: Actor, campaign_id: int) -> Sequence[Ordered]:
    """The newest orders of a person in a campaign."""
    mine = (Binding.person_id == actor.person_id, Binding.campaign_id == campaign_id)
    query = select(Binding, Organization.short_name).join(Organization, Organization.id == Binding.organization_id)
    rows = session.execute(query.where(*mine).order_by(Binding.id.desc()).limit(RECENT))
    return [Ordered(row.Binding.id, WAYS[row.Binding.what], row.short_name, row.Binding.made_at, _state(row.Binding))
            for row in rows]  # fmt: skip


def is_over(row: Binding) -> bool:
    """Whether its files are gone or about to be."""
    return row.forgotten_at is not None or (row.expires_at is not None and row.expires_at <= clock.now())


def _state(row: Binding) -> str:
    if row.finished_at is None:
        return "running"
    if row.stopped_at is not None:
        return "stopped"
    return "forgotten" if is_over(row) else "done"


def _missing(session: Session, binding_id: int) -> tuple[Missing, ...]:
    query = (
        select(Case.number, Case.title, BindingMiss.reason)
        .join(Case, Case.id == BindingMiss.case_id)
        .where(BindingMiss.binding_id == binding_id)
        .order_by(Case.id)
        .limit(SHOWN)
    )
    return tuple(Missing(*row) for row in session.execute(query))


def _uses(session: Session, binding_id: int, titles: dict[int, str]) -> tuple[Use, ...]:
    query = select(BindingUse).where(BindingUse.binding_id == binding_id).order_by(BindingUse.id.desc()).limit(SHOWN)
    return tuple(
        Use(each.at, each.person, USES[each.what], titles.get(each.sequence, "") if each.sequence is not None else "")
        for each in session.scalars(query)
    )
