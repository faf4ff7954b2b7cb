"""Draw the sample of an inspection again from its stored record: anybody comes to the same units (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.draw import DrawRecord, record_from_plain, replay
from workflow.errors import NotFound
from workflow.store.cases import Case
from workflow.store.organization import Organization


@dataclass(frozen=True)
class Replayed:
    """One draw, drawn again."""

    number: int
    frame: int  #: units that could be drawn
    sample: tuple[str, ...]  #: names of those drawn
    seed: str
    differing: tuple[str, ...]  #: parts of the record that come out differently, in Chinese


def replay_draws(session: Session, number: str) -> Sequence[Replayed]:
    """Every draw of the inspection with that number, the first one first."""
    data = session.scalar(select(Case.data).where(Case.number == number))
    if data is None:
        raise NotFound(what=f"编号为“{number}”的事项")
    records = [record_from_plain(each) for each in data.get("draws") or ()]
    if not records:
        raise NotFound(what=f"事项“{number}”的抽签记录，只有随机抽查才有")
    return [_replayed(session, each) for each in records]


def _replayed(session: Session, record: DrawRecord) -> Replayed:
    units = [int(each) for each in record.sample]
    names = {row.id: row.name for row in session.execute(
        select(Organization.id, Organization.name).where(Organization.id.in_(units))
    )}  # fmt: skip
    sample = tuple(names.get(each, str(each)) for each in units)
    return Replayed(record.plan.number, len(record.frame), sample, record.seed, replay(record))
