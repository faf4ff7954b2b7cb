"""The checklist of a document about to be issued: shown to its hands, and held against it at registration (§11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Direction
from workflow.documents.handling_rules import RULES, Facts, Fault, check_outgoing, titles
from workflow.documents.render import render_html
from workflow.engine.rights import post_addresses
from workflow.operations.documents.content import chinese_date
from workflow.operations.documents.papers import issued_by, template_folder
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.operations.organization.posts import names_of
from workflow.operations.organization.trees import active
from workflow.operations.publishing import stage_of
from workflow.store.cases import Case
from workflow.store.documents import Document
from workflow.store.organization import Organization

BEFORE_NUMBER = ("drafting", "reviewing", "awaiting_signature", "signed", "rechecked")  #: states of the issue
SIGNED = ("signed", "rechecked")
AT_SIGNATURE = frozenset({"date_is_signing_date", "signatory_is_right"})  #: fulfilled by the signature itself


@dataclass(frozen=True)
class Checked:
    """One rule with what is wrong; the rule is not settled yet when it depends on the signature."""

    title: str
    faults: tuple[str, ...] = ()
    is_open: bool = False


def checklist(session: Session, installation: Installation, issue: Loaded) -> tuple[Checked, ...]:
    """Every rule with its faults, as the document stands now; nothing once it has its number."""
    if issue.row.state not in BEFORE_NUMBER or issue.row.closed_at is not None:
        return ()
    document = issued_by(session, issue)
    is_signed = issue.row.state in SIGNED
    values = {**document.content["document"], "date": chinese_date(document.signed_on) if is_signed else ""}
    html = render_html(template_folder(installation, document), {**document.content, "document": values})
    faults = faults_of(session, installation, issue, document, html, values)
    words = titles(installation.definitions.directory / "letterhead")
    return tuple(
        Checked(words[rule], is_open=True)
        if rule in AT_SIGNATURE and not is_signed
        else Checked(words[rule], tuple(fault.message for fault in faults if fault.rule == rule))
        for rule in RULES
    )


def faults_of(
    session: Session, installation: Installation, issue: Loaded, document: Document, html: str,
    values: dict[str, object],
) -> list[Fault]:  # fmt: skip
    """Every rule that the document breaks."""
    paper = stage_of(session, session.get_one(Case, document.case_id).definition_id).documents[document.name]
    longest = issue.snapshot.parameters["docs.length_max"]
    line = _line(issue)
    facts = Facts(
        direction=paper.direction.value,
        subordinates=_led_by(session, issue) if paper.direction is Direction.UP else (),
        main_leader=_main_leader(session, issue),
        signed_on=chinese_date(document.signed_on),
        longest=longest if isinstance(longest, int) else None,
        skipped=_skipped(line, document.content["document"]["main"]),
        superior=next(iter(line), None),
    )
    return check_outgoing(installation.definitions.directory / "letterhead", values, html, facts)


def _line(issue: Loaded) -> list[str]:
    """The bodies above the issuer, the nearest first."""
    tree = issue.snapshot.tree
    return [tree.bodies[each].name for each in tree.ancestors(issue.row.organization_id)]


def _skipped(line: Sequence[str], main: Sequence[str]) -> Sequence[str]:
    """Those of the line that stand between the issuer and the farthest recipient."""
    places = [line.index(each) for each in main if each in line]
    return line[: max(places)] if places else ()


def _led_by(session: Session, issue: Loaded) -> list[str]:
    """Names of everything below the issuer that the document copies."""
    own = issue.row.organization_id
    copies = issued_by(session, issue).content["document"]["copies"]
    below = select(Organization.name).where(
        Organization.path.contains(f"/{own}/"), Organization.id != own, Organization.name.in_(copies),
        active(Organization, issue.today),
    )  # fmt: skip
    return list(session.scalars(below)) if copies else []


def _main_leader(session: Session, issue: Loaded) -> str | None:
    heads = issue.snapshot.holders(post_addresses(issue.snapshot, "own.secretary"))
    return next(iter(names_of(session, heads[:1]).values()), None)
