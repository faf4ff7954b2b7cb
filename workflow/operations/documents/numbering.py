"""The number of a document: the next of its issuer, series and year, without gap or double (domain.md §14.9)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.documents.coverage import uncovered
from workflow.documents.glyphs import MissingGlyph
from workflow.documents.handling_rules import Facts, check_outgoing
from workflow.documents.render import render_html
from workflow.engine.rights import post_addresses
from workflow.errors import Refused
from workflow.operations.documents.papers import issued_by, queue, stamp, template_folder
from workflow.operations.documents.serials import take_numbers
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.organization.posts import names_of
from workflow.operations.organization.trees import active
from workflow.operations.publishing import stage_of
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.organization import Organization, Relation


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
        prefix = session.get_one(Organization, document.issuer_id).number_prefix
        document.year, document.serial = year, serial
        document.number = f"{prefix}{document.series}〔{year}〕{serial}号"
    stamp(document, issue.today)
    _check(session, installation, issue, document)  # a refusal takes the number back with everything else
    queue(session, installation, document)
    return document


def _check(session: Session, installation: Installation, issue: Loaded, document: Document) -> None:
    html = render_html(template_folder(installation, document), document.content)
    values = document.content["document"]
    for character in uncovered(html):
        raise MissingGlyph(character, document.title)
    paper = stage_of(session, session.get_one(Case, document.case_id).definition_id).documents[document.name]
    longest = issue.snapshot.parameters["docs.length_max"]
    facts = Facts(
        direction=paper.direction.value,
        subordinates=_led_by(session, issue),
        main_leader=_main_leader(session, issue),
        longest=longest if isinstance(longest, int) else None,
    )
    if faults := check_outgoing(installation.definitions.directory / "letterhead", values, html, facts):
        reason = "；".join(fault.message.rstrip("。") for fault in faults)
        raise Refused(title="登记编号", guard=faults[0].rule, reason=reason, transition="D08")


def _led_by(session: Session, issue: Loaded) -> list[str]:
    led = (
        select(Organization.name)
        .join(Relation, Relation.subordinate_id == Organization.id)
        .where(
            Relation.superior_id == issue.row.organization_id, Relation.kind == "lead", active(Relation, issue.today)
        )
    )
    return list(session.scalars(led))


def _main_leader(session: Session, issue: Loaded) -> str | None:
    heads = issue.snapshot.holders(post_addresses(issue.snapshot, "own.secretary"))
    return next(iter(names_of(session, heads[:1]).values()), None)
