"""Certificates of a whole award list (T28): numbered and printed where there is none yet, bound for the printer.

What was printed before is taken as it is: the act that orders a certificate is refused a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, defer

from workflow import clock
from workflow.documents.bindery import Bindery
from workflow.documents.render import render_pdf
from workflow.errors import WorkflowError
from workflow.operations.acting import act
from workflow.operations.bindings.ordering import concerned, may_order, wanted_of
from workflow.operations.bindings.volumes import Made
from workflow.operations.documents.covers import plain_cover
from workflow.operations.documents.rendering import QUEUED, render_document
from workflow.operations.documents.serials import take_numbers
from workflow.operations.documents.volume import MISSING, TEMPLATE, line, values_of
from workflow.operations.installation import Installation
from workflow.operations.loading import lock_family
from workflow.operations.organization.posts import actor as actor_of
from workflow.store.bindings import Binding, BindingMiss
from workflow.store.cases import Campaign, Case
from workflow.store.documents import Document, DocumentFile
from workflow.store.organization import Organization
from workflow.store.people import Person
from workflow.store.session import reading, writing

CERTIFICATE, TRIGGER, NUMBER, VOIDED = "certificate", "print_certificate", "certificate_number", "voided"
KIND = "荣誉证书"
LIST = "证书名单"
UNORDERED = "还没有印制证书"
HEADS = ("序号", "证书编号", "姓名（单位）", "日期", "页号", "核验码")
REMARK = "页号为本册页号；印证书时不印本表和封面。核验码也印在证书上。"


def number_all(engine: Engine, installation: Installation, binding_id: int) -> Iterator[int]:
    """Give every award that has none its certificate, case by case; what cannot be is kept with its reason."""
    while True:
        with writing(engine) as session:
            binding = session.get_one(Binding, binding_id, with_for_update=True)
            if binding.finished_at is not None or not _number_next(session, installation, binding):
                return
            done = binding.done
        yield done


def print_all(engine: Engine, installation: Installation, binding_id: int) -> None:
    """Print every certificate of the list that waits to be printed. A failing one fails alone, with its reason."""
    while True:
        with reading(engine) as session:
            binding = session.get_one(Binding, binding_id)
            node = session.get_one(Organization, binding.organization_id)
            mine = select(Case.id).where(*concerned(binding.campaign_id, node, wanted_of(binding)))
            waiting = select(Document.id).where(
                Document.case_id.in_(mine), Document.name == CERTIFICATE, Document.state == QUEUED
            )
            document_id = session.scalar(waiting.order_by(Document.id).limit(1))
        if document_id is None:
            return
        render_document(engine, installation, document_id)


def next_file(session: Session, installation: Installation, binding: Binding, node: Organization) -> Made | None:
    """The next so many certificates in one file, with the list of names in front; None at the end."""
    most = int(str(installation.definitions.campaign.parameters["file.certificates"]))
    mine = concerned(binding.campaign_id, node, wanted_of(binding))
    named = (
        select(Case, (func.coalesce(Person.name + "（" + Organization.name + "）", Organization.name)).label("who"))
        .join(Organization, Organization.id == Case.organization_id)
        .outerjoin(Person, Person.id == Case.person_id)
        .where(*mine, Case.id > binding.after_case)
        .order_by(Case.id)
        .limit(most)
    )
    found = [(row.Case, str(row.who)) for row in session.execute(named)]
    return _bound(session, installation, binding, node, found) if found else None


def _number_next(session: Session, installation: Installation, binding: Binding) -> bool:
    """Deal with the next case that has no certificate; whether there was one."""
    node = session.get_one(Organization, binding.organization_id)
    today = installation.today(clock.now(), node.timezone)
    person = actor_of(session, binding.person_id, today)
    if not may_order(session, installation, person, node.id, binding.what):
        return False
    printed = select(Document.case_id).where(Document.name == CERTIFICATE, Document.state != VOIDED)
    mine = concerned(binding.campaign_id, node, wanted_of(binding))
    lacking = select(Case.id).where(*mine, Case.id > binding.numbered_to, Case.id.not_in(printed)).order_by(Case.id)
    case_id = session.scalar(lacking.limit(1))
    if case_id is None:
        return False
    binding.numbered_to = case_id
    try:
        with session.begin_nested():
            lock_family(session, case_id)
            number = _number(session, installation, node, today.year)
            act(session, installation, person, case_id, TRIGGER, {NUMBER: number})
    except (OperationalError, InterfaceError):
        raise
    except WorkflowError as error:
        session.merge(BindingMiss(binding_id=binding.id, case_id=case_id, reason=error.message))
    return True


def _number(session: Session, installation: Installation, node: Organization, year: int) -> str:
    series = str(installation.definitions.campaign.parameters["award.certificate_series"])
    (serial,) = take_numbers(session, node.id, series, year)
    return f"{node.number_prefix}{series}〔{year}〕{serial}号"


def _bound(
    session: Session,
    installation: Installation,
    binding: Binding,
    node: Organization,
    found: Sequence[tuple[Case, str]],
) -> Made:  # fmt: skip
    campaign = session.get_one(Campaign, binding.campaign_id)
    papers, refused = _papers(session, [row.id for row, _ in found]), _refused(session, binding.id)
    binder, lines, missed = Bindery(), list[dict[str, Any]](), list[tuple[int, str]]()
    for row, who in found:
        paper = papers.get(row.id)
        note = _missing(paper, refused.get(row.id, ""))
        data = b"" if note or paper is None else _data(session, paper)
        extent = None if note else binder.add(who, data, 0, stamped=False)
        about = {"on": paper.signed_on.isoformat(), "code": paper.code} if paper else {"on": "", "code": ""}
        number = str(row.data.get(NUMBER) or "") if paper else ""
        lines.append(line(len(lines) + 1, who, number=number, note=note, extent=extent, **about))
        missed += [(row.id, note)] if note else []
    title, count = f"{node.name}{campaign.title}{KIND}", len(lines) - len(missed)
    facts = {"表彰机关": node.name, "所属活动": campaign.title, "证书": f"{count}份"}
    cover = plain_cover(KIND, title, node.name, campaign.title, facts)
    extra = {"cover": cover, "lines": lines, "heads": HEADS, "list_title": LIST, "remark": REMARK}
    values = values_of(title, "", extra, node.name, max((each["on"] for each in lines), default=""))
    front = render_pdf(installation.definitions.directory / TEMPLATE, values).data
    bound = binder.finish(title, front, (("封面", 0), (LIST, 1)))
    return Made((0, found[-1][0].id), title, len(found), count, bound, tuple(missed))


def _missing(paper: Document | None, refused: str) -> str:
    """Why a certificate is not in the file; empty when it is."""
    if paper is None:
        return refused or UNORDERED
    return MISSING.get(paper.state, "")


def _papers(session: Session, ids: Sequence[int]) -> dict[int, Document]:
    wanted = (Document.case_id.in_(ids), Document.name == CERTIFICATE, Document.state != VOIDED)
    found = select(Document).options(defer(Document.content)).where(*wanted).order_by(Document.id)
    return {each.case_id: each for each in session.scalars(found)}


def _refused(session: Session, binding_id: int) -> dict[int, str]:
    misses = select(BindingMiss).where(BindingMiss.binding_id == binding_id)
    return {each.case_id: each.reason for each in session.scalars(misses)}


def _data(session: Session, paper: Document) -> bytes:
    return session.scalars(select(DocumentFile.data).where(DocumentFile.document_id == paper.id)).one()
