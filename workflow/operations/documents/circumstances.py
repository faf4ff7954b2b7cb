"""What a document about to be issued does not say itself: its superiors, what goes with it, who was heard, the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import Session

from workflow.definition.model import Direction
from workflow.documents.outgoing import Facts
from workflow.engine.rights import post_addresses
from workflow.operations.documents.accompanying import files_with, listed, stated_name
from workflow.operations.documents.content import chinese_date
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.organization.posts import names_of
from workflow.operations.organization.trees import active
from workflow.operations.publishing import stage_of
from workflow.store.attachments import Attachment
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.fetching import found_rows, get_one
from workflow.store.journal import JournalEntry
from workflow.store.organization import Organization
from workflow.store.prepared import Prepared

VOIDED = "voided"
NUMBERED = Prepared(
    select(Document.year, func.count())
    .where(Document.issuer_id == bindparam("issuer"), Document.year.in_((bindparam("last"), bindparam("this"))),
           Document.serial.is_not(None), Document.state != literal(VOIDED), Document.id != bindparam("document"))
    .group_by(Document.year)
)  # fmt: skip
SAID = Prepared(
    select(JournalEntry.post, JournalEntry.organization)
    .where(JournalEntry.case_id.in_((bindparam("origin"), bindparam("issue")))).distinct()
)  # fmt: skip
LAST_YEAR = "last_year"  #: of the parameter: no more than were issued in the year before


@dataclass(frozen=True)
class Count:
    """How many documents an issuer has numbered this year, and how many it is to number at most."""

    issued: int  #: without the one in hand
    planned: int | None  #: None: no plan, and nothing issued in the year before


def facts_of(session: Session, issue: Loaded, document: Document, count: Count) -> Facts:
    """Everything that a rule may ask for."""
    paper = stage_of(session, get_one(session, Case, document.case_id).definition_id).documents[document.name]
    longest = issue.snapshot.parameters["docs.length_max"]
    line = _line(issue)
    return Facts(
        direction=paper.direction.value,
        subordinates=_led_by(session, issue, document) if paper.direction is Direction.UP else (),
        main_leader=_main_leader(session, issue),
        signed_on=chinese_date(document.signed_on),
        enclosed=_enclosed(session, issue, document),
        accompanying=listed(files_with(session, document.id)),
        longest=longest if isinstance(longest, int) else None,
        skipped=_skipped(line, document.content["document"]["main"]),
        superior=next(iter(line), None),
        heard=_heard(session, issue, document),
        issued=count.issued,
        planned=count.planned,
    )


def count_of(session: Session, installation: Installation, document: Document) -> Count:
    """The numbers of the issuer in the year of the document and in the one before; void ones are not counted."""
    year, plan = document.signed_on.year, installation.definitions.campaign.parameters["docs.yearly_plan"]
    asked = {"issuer": document.issuer_id, "last": year - 1, "this": year, "document": document.id}
    found = {each: many for each, many in found_rows(session, NUMBERED, asked)}  # noqa: C416 - rows are lists
    planned = found.get(year - 1) if plan == LAST_YEAR else int(str(plan))
    return Count(found.get(year, 0), planned)


def _enclosed(session: Session, issue: Loaded, document: Document) -> frozenset[str]:
    """Titles of the papers of the case that ordered it, and names of the files put to it or to the issue."""
    if not document.content["document"]["attachments"]:
        return frozenset()
    papers = select(Document.title).where(Document.case_id == document.case_id, Document.state != VOIDED)
    files = select(Attachment.name).where(Attachment.case_id.in_((document.case_id, issue.row.id)))
    names = (stated_name(each) for each in session.scalars(files))
    return frozenset("".join(each.split()) for each in (*session.scalars(papers), *names))


def _heard(session: Session, issue: Loaded, document: Document) -> frozenset[str]:
    """Posts and bodies in which somebody has acted in the case that ordered it, or in the issue."""
    said = found_rows(session, SAID, {"origin": document.case_id, "issue": issue.row.id})
    return frozenset(each for row in said for each in row)


def _line(issue: Loaded) -> list[str]:
    """The bodies above the issuer, the nearest first."""
    tree = issue.snapshot.tree
    return [tree.bodies[each].name for each in tree.ancestors(issue.row.organization_id)]


def _skipped(line: Sequence[str], main: Sequence[str]) -> Sequence[str]:
    """Those of the line that stand between the issuer and the farthest recipient."""
    places = [line.index(each) for each in main if each in line]
    return line[: max(places)] if places else ()


def _led_by(session: Session, issue: Loaded, document: Document) -> list[str]:
    """Names of everything below the issuer that the document copies."""
    own = issue.row.organization_id
    copies = document.content["document"]["copies"]
    below = select(Organization.name).where(
        Organization.path.contains(f"/{own}/"), Organization.id != own, Organization.name.in_(copies),
        active(Organization, issue.today),
    )  # fmt: skip
    return list(session.scalars(below)) if copies else []


def _main_leader(session: Session, issue: Loaded) -> str | None:
    heads = issue.snapshot.holders(post_addresses(issue.snapshot, "own.secretary"))
    return next(iter(names_of(session, heads[:1]).values()), None)
