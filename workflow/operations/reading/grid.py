"""Bodies against stages: each body with everything below it, counted by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Row, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from workflow import clock
from workflow.operations.installation import Installation
from workflow.operations.reading.bodies import Named
from workflow.operations.reading.standing import DONE, NOT_BEGUN, SOON, Standing
from workflow.store.cases import Case
from workflow.store.organization import Organization


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
    today = installation.today(now)
    below = aliased(Organization)
    top = aliased(Organization)
    is_open = Case.closed_at.is_(None)
    late = and_(is_open, Case.suspended_at.is_(None), Case.due_at < now)
    query = (
        select(
            top.id.label("body"), Case.stage, func.count().label("total"),
            func.sum(case((is_open, 0), else_=1)).label("done"), func.sum(case((late, 1), else_=0)).label("late"),
            func.min(case((is_open, Case.due_at))).label("due_at"),
        )
        .select_from(top)
        .join(below, below.path.like(top.path + "%"))
        .join(Case, and_(Case.organization_id == below.id, Case.campaign_id == campaign_id, Case.parent_id.is_(None)))
        .where(top.id.in_([each.id for each in bodies]))
        .group_by(top.id, Case.stage)
    )  # fmt: skip
    counted = {(row.body, row.stage): _cell(installation, row, today) for row in session.execute(query)}
    stages = [each.stage for each in installation.definitions.campaign.stages]
    nothing = Cell(NOT_BEGUN, 0, 0, 0)
    return tuple(GridRow(body, tuple(counted.get((body.id, stage), nothing) for stage in stages)) for body in bodies)


def _cell(installation: Installation, row: Row[int, str, int, int, int, datetime], today: date) -> Cell:
    total, done, late = int(row.total), int(row.done or 0), int(row.late or 0)
    if late:
        return Cell(Standing("late", f"逾期{late}"), total, done, late)
    if done == total:
        return Cell(DONE, total, done, late)
    due_on = installation.today(row.due_at) if row.due_at else None
    left = installation.calendar.working_days_between(today, due_on) if due_on else SOON + 1
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
