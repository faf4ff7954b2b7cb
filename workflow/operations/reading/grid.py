"""Bodies against stages: each body with everything below it, counted by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Row, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from workflow import clock
from workflow.operations.installation import Installation
from workflow.operations.reading.bodies import Named
from workflow.operations.reading.standing import DONE, NOT_BEGUN, SOON, Standing
from workflow.store.cases import Case
from workflow.store.organization import Organization

_Counted = Row[int, str, str, int, int, int, datetime | None]  #: a body, a stage and a zone


@dataclass(frozen=True)
class Cell:
    """A body and everything below it in one stage."""

    standing: Standing
    total: int
    done: int
    late: int


@dataclass(frozen=True)
class GridRow:
    """A body led by the one looked at."""

    body: Named
    cells: tuple[Cell, ...]


def grid_of(
    session: Session, installation: Installation, campaign_id: int, bodies: Sequence[Named]
) -> tuple[GridRow, ...]:
    """Each body with its whole subtree against the stages, counted by the database in one statement."""
    now = clock.now()
    below = aliased(Organization)
    top = aliased(Organization)
    is_open = Case.closed_at.is_(None)
    late = and_(is_open, Case.suspended_at.is_(None), Case.due_at < now)
    query = (
        select(
            top.id.label("body"), Case.stage, below.timezone, func.count().label("total"),
            func.sum(case((is_open, 0), else_=1)).label("done"), func.sum(case((late, 1), else_=0)).label("late"),
            func.min(case((is_open, Case.due_at))).label("due_at"),
        )
        .select_from(top)
        .join(below, below.path.like(top.path + "%"))
        .join(Case, and_(Case.organization_id == below.id, Case.campaign_id == campaign_id, Case.parent_id.is_(None)))
        .where(top.id.in_([each.id for each in bodies]))
        .group_by(top.id, Case.stage, below.timezone)
    )  # fmt: skip
    counted = defaultdict[tuple[int, str], list[_Counted]](list)
    for row in session.execute(query):
        counted[row.body, row.stage].append(row)
    stages = [each.stage for each in installation.definitions.campaign.stages]
    return tuple(
        GridRow(body, tuple(_cell(installation, counted[body.id, stage], now) for stage in stages)) for body in bodies
    )


def _cell(installation: Installation, rows: Sequence[_Counted], now: datetime) -> Cell:
    """One cell over the bodies of each zone: what is due soon is so by the days of its own body."""
    if not rows:
        return Cell(NOT_BEGUN, 0, 0, 0)
    total, done, late = (sum(map(int, column)) for column in zip(*(row[3:6] for row in rows), strict=True))
    if late:
        return Cell(Standing("late", f"逾期{late}"), total, done, late)
    if done == total:
        return Cell(DONE, total, done, late)
    days = [[installation.today(at, each.timezone) for at in (now, each.due_at)] for each in rows if each.due_at]
    left = min((installation.calendar.working_days_between(*each) for each in days), default=SOON + 1)
    kind = Standing("soon", "将到期") if left <= SOON else Standing("running", "办理中")
    return Cell(replace(kind, word=f"{kind.word} {done}/{total}" if total > 1 else kind.word), total, done, late)


@dataclass(frozen=True)
class Bar:
    """A stage over a whole subtree, for the chart and its table."""

    stage: str
    title: str
    total: int
    done: int
    late: int

    @property
    def running(self) -> int:
        """Under way and not late."""
        return self.total - self.done - self.late


def figures_of(session: Session, installation: Installation, campaign_id: int, body: Named) -> tuple[Bar, ...]:
    """Counts of each stage over the body with everything below it."""
    whole = grid_of(session, installation, campaign_id, [body])[0]
    planned = installation.definitions.campaign.stages
    return tuple(
        Bar(each.stage, installation.definitions.stages[each.stage].title, cell.total, cell.done, cell.late)
        for each, cell in zip(planned, whole.cells, strict=True)
    )
