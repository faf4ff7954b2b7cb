"""The checklist of a document about to be issued: shown to its hands, and held against it at registration (§11)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from workflow.documents.handling_rules import PLAN, RULES, check_outgoing, titles
from workflow.documents.outgoing import Fault
from workflow.documents.render import render_html
from workflow.operations.documents.circumstances import Count, count_of, facts_of
from workflow.operations.documents.content import chinese_date
from workflow.operations.documents.papers import template_folder, written_in
from workflow.operations.installation import Installation
from workflow.operations.loading import Loaded
from workflow.store.documents import Document

BEFORE_NUMBER = ("drafting", "reviewing", "awaiting_signature", "signed", "rechecked")  #: states of the issue
SIGNED = ("signed", "rechecked")
AT_SIGNATURE = frozenset({"date_is_signing_date", "signatory_is_right"})  #: fulfilled by the signature itself


@dataclass(frozen=True)
class Checked:
    """One rule with what is wrong; the rule is not settled yet when it depends on the signature."""

    title: str
    faults: tuple[str, ...] = ()
    is_open: bool = False
    is_advice: bool = False  #: what is wrong is for the hands to judge, and hinders nothing
    said: str = ""  #: how it stands, where that is a number


def checklist(session: Session, installation: Installation, issue: Loaded) -> tuple[Checked, ...]:
    """Every rule with its faults, as the document stands now; nothing once it has its number."""
    if issue.row.state not in BEFORE_NUMBER or issue.row.closed_at is not None:
        return ()
    document = written_in(session, issue)
    if document is None:
        return ()
    is_signed = issue.row.state in SIGNED
    values = {**document.content["document"], "date": chinese_date(document.signed_on) if is_signed else ""}
    html = render_html(template_folder(installation, document), {**document.content, "document": values})
    count = count_of(session, installation, document)
    letterhead = installation.definitions.directory / "letterhead"
    faults = check_outgoing(letterhead, values, html, facts_of(session, issue, document, count))
    rows = {rule: Checked(title) for rule, title in titles(letterhead).items()}
    for fault in faults:
        row = rows[fault.rule]
        rows[fault.rule] = replace(row, faults=(*row.faults, fault.message), is_advice=fault.is_advice)
    if not is_signed:
        rows |= {rule: Checked(rows[rule].title, is_open=True) for rule in AT_SIGNATURE}
    rows[PLAN] = replace(rows[PLAN], said=_counted(count))
    return tuple(rows[rule] for rule in RULES)


def hindrances(
    session: Session, installation: Installation, issue: Loaded, document: Document, html: str
) -> list[Fault]:  # fmt: skip
    """Every rule that the document breaks and that must be kept before it gets its number."""
    facts = facts_of(session, issue, document, count_of(session, installation, document))
    letterhead = installation.definitions.directory / "letterhead"
    found = check_outgoing(letterhead, document.content["document"], html, facts)
    return [each for each in found if not each.is_advice]


def _counted(count: Count) -> str:
    planned = f"年度计划{count.planned}件" if count.planned is not None else "上年没有发文记录"
    return f"今年已编号{count.issued}件，{planned}"
