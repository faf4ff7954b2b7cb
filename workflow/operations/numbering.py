"""The number of a document: the next of its issuer, series and year, without gap or double (domain.md §14.9)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.papers import queue, stamp
from workflow.store.documents import Document, NumberSeries
from workflow.store.organization import Organization


def register(session: Session, installation: Installation, issue: Loaded) -> Document:
    """Give the document of an issue case its number and send it to be printed.

    The series row stays locked until the transaction ends: a second registration waits, and a rolled-back one
    gives its number back. A voided document keeps its number.
    """
    document = session.scalar(
        select(Document).where(Document.issue_case_id == issue.row.id).order_by(Document.id.desc()).limit(1)
    )
    if document is None or document.series is None:
        raise NotFound(what="待编号的公文")
    if document.number is None:
        year = issue.today.year
        serial = _next(session, document.issuer_id, document.series, year)
        prefix = session.get_one(Organization, document.issuer_id).number_prefix
        document.year, document.serial = year, serial
        document.number = f"{prefix}{document.series}〔{year}〕{serial}号"
    stamp(document, issue.today)
    queue(session, installation, document)
    return document


def _next(session: Session, issuer: int, series: str, year: int) -> int:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(NumberSeries).values(issuer_id=issuer, series=series, year=year, last=1)
    counted = statement.on_conflict_do_update(
        index_elements=["issuer_id", "series", "year"], set_={"last": NumberSeries.last + 1}
    )
    return int(session.execute(counted.returning(NumberSeries.last)).scalar_one())
