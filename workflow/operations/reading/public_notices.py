"""Public notices 公示 that a person may read: running ones with days left, and those that ended lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow import clock
from workflow.engine.actor import Actor
from workflow.operations.installation import Installation
from workflow.operations.reading.bodies import my_bodies
from workflow.operations.reading.standing import SOON, Standing
from workflow.store.cases import Case
from workflow.store.organization import Organization

STAGE = "public_notice"
RUNNING = ("posted", "checking")
LATELY = 20  #: ended ones shown below the running ones


@dataclass(frozen=True)
class PublicNotice:
    """A public notice."""

    number: str
    title: str
    matter: str
    names: tuple[str, ...]
    body: str
    receiver: str
    phone: str
    mail: str
    address: str
    to_on: date | None
    days_left: int
    standing: Standing


def public_notices(
    session: Session, installation: Installation, actor: Actor
) -> tuple[tuple[PublicNotice, ...], tuple[PublicNotice, ...]]:
    """Running and ended notices of the bodies on the person's lead line and below. Three statements."""
    mine = my_bodies(session, installation, actor)
    line = {each for body in mine for each in body.line}
    reach = [Organization.path.startswith(each.path, autoescape=True) for each in mine]
    rows = session.execute(
        select(Case, Organization.name)
        .join(Organization, Organization.id == Case.organization_id)
        .where(Case.stage == STAGE, Case.state != "prepared", or_(Organization.id.in_(line), *reach))
        .order_by(Case.id.desc())
        .limit(LATELY * 2)
    ).all()
    today = installation.today(clock.now())
    found = [_notice(installation, row.Case, row.name, today) for row in rows]
    running = tuple(each for each in found if each.standing.kind != "done")
    return running, tuple(each for each in found if each.standing.kind == "done")[:LATELY]


def _notice(installation: Installation, row: Case, body: str, today: date) -> PublicNotice:
    data: dict[str, Any] = row.data
    to_on = date.fromisoformat(data["notice_to"]) if data.get("notice_to") else None
    left = max(installation.calendar.working_days_between(today, to_on), 0) if to_on else 0
    states = installation.definitions.stages[STAGE].states
    if row.state not in RUNNING:
        how = Standing("done", states[row.state].title)
    elif row.state == "checking":
        how = Standing("disputed", "异议核查中")
    else:
        how = Standing("soon" if left <= SOON else "running", f"公示中，还剩{left}个工作日", left)
    return PublicNotice(
        row.number, row.title, str(data.get("matter") or ""), tuple(data.get("names") or ()), body,
        str(data.get("receiver") or ""), str(data.get("phone") or ""), str(data.get("mail") or ""),
        str(data.get("address") or ""), to_on, left, how,
    )  # fmt: skip
