"""Invariant 10: the numbers of each issuer, series and year have no gap and no double."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.simulation.invariants.violation import Violation
from workflow.store.documents import Document


def check_numbers(session: Session) -> None:
    """1, 2, 3, … of every series."""
    found: dict[tuple[int, str | None, int | None], list[int]] = defaultdict(list)
    rows = select(Document.issuer_id, Document.series, Document.year, Document.serial)
    for each in session.execute(rows.where(Document.serial.is_not(None)).order_by(Document.serial)):
        found[each.issuer_id, each.series, each.year].append(each.serial)
    for series, serials in found.items():
        if serials != list(range(1, len(serials) + 1)):
            raise Violation("numbers have no gap and no double", f"{series}: {serials}")
