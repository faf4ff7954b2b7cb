"""The number of a document: the next of its issuer, series and year, without gap or double (domain.md §14.9)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow.documents.coverage import uncovered
from workflow.documents.glyphs import MissingGlyph
from workflow.documents.render import render_html
from workflow.errors import Refused
from workflow.operations.documents.checklist import hindrances
from workflow.operations.documents.papers import issued_by, queue, stamp, template_folder
from workflow.operations.documents.serials import take_numbers
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.store.documents import Document
from workflow.store.fetching import get_one
from workflow.store.organization import Organization


def register(session: Session, installation: Installation, issue: Loaded) -> Document:
    """Give the document of an issue case its number and send it to be printed.

    Raises Refused with every handling rule that the document breaks (domain.md §11), MissingGlyph for a character
    that no font can draw. The series row stays locked until the transaction ends: a second registration waits, and a
    rolled-back one gives its number back. A voided document keeps its number.
    """
    document = issued_by(session, issue)
    assert document.series is not None  # noqa: S101 - only documents with a series are issued
    if document.number is None:
        year = document.signed_on.year  # 成文日期, on whichever day it is registered
        (serial,) = take_numbers(session, document.issuer_id, document.series, year)
        prefix = get_one(session, Organization, document.issuer_id).number_prefix
        document.year, document.serial = year, serial
        document.number = f"{prefix}{document.series}〔{year}〕{serial}号"
    stamp(document, issue.today)
    _check(session, installation, issue, document)  # a refusal takes the number back with everything else
    queue(session, installation, document)
    return document


def _check(session: Session, installation: Installation, issue: Loaded, document: Document) -> None:
    html = render_html(template_folder(installation, document), document.content)
    for character in uncovered(html):
        raise MissingGlyph(character, document.title)
    if faults := hindrances(session, installation, issue, document, html):
        reason = "；".join(fault.message.rstrip("。") for fault in faults)
        raise Refused(title="登记编号", guard=faults[0].rule, reason=reason, transition="D08")
